# SPDX-License-Identifier: Apache-2.0
import asyncio
import time


def show(line, loop):
    print(f"loop time {loop.time():.3f} {line}", flush=True)


def callback(a, loop, c=3):
    time.sleep(c)
    show(f"a={a}, c={c}", loop)


async def main():
    loop = asyncio.get_running_loop()
    show("adding callbacks", loop)
    loop.call_at(loop.time() + 4, callback, 2, loop, 1)
    loop.call_soon(callback, 1, loop)
    await asyncio.sleep(5)
    show("main ended", loop)


asyncio.run(main())
