# SPDX-License-Identifier: Apache-2.0
import asyncio
import time


START = time.monotonic()


def show(line):
    print(f"T+{time.monotonic() - START:.3f} {line}", flush=True)


async def corn(event):
    await event.wait()
    show("corn done!")


async def main():
    show("main started")
    event = asyncio.Event()
    asyncio.get_running_loop().call_later(2, event.set)
    await corn(event)
    show("main ended")


asyncio.run(main())
