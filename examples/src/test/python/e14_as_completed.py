# SPDX-License-Identifier: Apache-2.0
import asyncio
import time


START = time.monotonic()


def show(line):
    print(f"T+{time.monotonic() - START:.3f} {line}", flush=True)


async def corn(seconds):
    await asyncio.sleep(seconds)
    return f"corn({seconds}) done!"


async def main():
    corns = [corn(seconds) for seconds in range(1, 6)]
    try:
        for next_done in asyncio.as_completed(corns, timeout=3.5):
            show(await next_done)
    except TimeoutError:
        show("timed out")


asyncio.run(main())
