# SPDX-License-Identifier: Apache-2.0
import asyncio
import time


START = time.monotonic()


def show(line):
    print(f"T+{time.monotonic() - START:.3f} {line}", flush=True)


def mark_done(future):
    show("marking the future done")
    future.set_result("done!")


async def main():
    show("main started")
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_later(3, mark_done, future)
    show(f"future result {await future}")


asyncio.run(main())
