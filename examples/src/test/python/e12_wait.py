# SPDX-License-Identifier: Apache-2.0
import asyncio
import time


START = time.monotonic()


def show(line):
    print(f"T+{time.monotonic() - START:.3f} {line}", flush=True)


async def corn(seconds):
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        show(f"corn({seconds}) timed out and cancelled")
    show(f"corn({seconds}) done!")


async def main():
    show("main started")
    corns = [asyncio.create_task(corn(seconds)) for seconds in range(1, 6)]
    done, pending = await asyncio.wait(corns, timeout=3)
    for task in pending:
        show(str(task.done()).lower())
    await asyncio.sleep(1)
    show("main ended")


asyncio.run(main())
