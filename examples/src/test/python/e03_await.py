# SPDX-License-Identifier: Apache-2.0
import asyncio
import datetime


async def nap():
    print("running, scheduling sleep")
    await asyncio.sleep(2)
    return "done!"


async def main():
    print("start time", datetime.datetime.now().time())
    print(await nap())
    print("end time", datetime.datetime.now().time())


asyncio.run(main())
