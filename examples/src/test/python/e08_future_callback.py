# SPDX-License-Identifier: Apache-2.0
import asyncio
import time


START = time.monotonic()


def show(line):
    print(f"T+{time.monotonic() - START:.3f} {line}", flush=True)


def callback(future):
    show("callback called")
    time.sleep(1)


async def main():
    show("main started")
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    future.add_done_callback(callback)
    loop.call_later(1, future.set_result, "done")
    show(f"future result {await future}")


asyncio.run(main())
