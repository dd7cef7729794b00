# SPDX-License-Identifier: Apache-2.0
"""Runs a batch of short children on asyncio for each line of its input."""

import asyncio
import sys
import time


async def child(limit):
    async with limit:
        process = await asyncio.create_subprocess_exec("true")
        if await process.wait() != 0:
            raise SystemExit("a child failed")


async def batch(count, at_once):
    limit = asyncio.Semaphore(at_once)
    await asyncio.gather(*(child(limit) for _ in range(count)))


count, at_once = int(sys.argv[1]), int(sys.argv[2])
print("ready", flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    asyncio.run(batch(count, at_once))
    print(f"{(time.perf_counter() - start) * 1e3:.0f}", flush=True)
