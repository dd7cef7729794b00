# SPDX-License-Identifier: Apache-2.0
import asyncio


async def main():
    print("running")


asyncio.run(main())
