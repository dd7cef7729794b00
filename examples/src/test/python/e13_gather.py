# SPDX-License-Identifier: Apache-2.0
import asyncio
import time


def now():
    return f"T+{time.monotonic() - START:.3f}"


async def corn(seconds):
    await asyncio.sleep(seconds)
    return f"corn({seconds}) done! at {now()}"


async def main():
    for result in await asyncio.gather(corn(1), corn(2), corn(3), corn(4), corn(5)):
        print(now(), result)


START = time.monotonic()
asyncio.run(main())
