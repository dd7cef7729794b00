# SPDX-License-Identifier: Apache-2.0
import asyncio


async def main():
    print("running")
    return "done!"


print(asyncio.run(main()))
