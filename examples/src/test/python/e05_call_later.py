# SPDX-License-Identifier: Apache-2.0
import asyncio
import time


START = time.monotonic()


def show(line):
    print(f"T+{time.monotonic() - START:.3f} {line}", flush=True)


def callback(a, c=3):
    time.sleep(c)
    show(f"a={a}, c={c}")


async def main():
    loop = asyncio.get_running_loop()
    show("adding callbacks")
    loop.call_later(1, callback, 2, 0)
    loop.call_later(60, callback, 3, 0)
    loop.call_soon(callback, 1)
    show("main ended")


asyncio.run(main())
