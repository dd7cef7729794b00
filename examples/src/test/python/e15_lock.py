# SPDX-License-Identifier: Apache-2.0
import asyncio
import time


def now():
    return f"T+{time.monotonic() - START:.3f}"


def release(lock):
    print(now(), "released")
    lock.release()


async def work(number, lock):
    async with lock:
        pass
    await lock.acquire()
    asyncio.get_running_loop().call_later(1, release, lock)
    return f"{now()} {number}"


async def main():
    lock = asyncio.Lock()
    await lock.acquire()
    print(now(), "locked")
    asyncio.get_running_loop().call_later(2, release, lock)
    for result in await asyncio.gather(work(1, lock), work(2, lock), work(3, lock)):
        print(result)


START = time.monotonic()
asyncio.run(main())
