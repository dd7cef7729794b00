# SPDX-License-Identifier: Apache-2.0
import asyncio
import time


START = time.monotonic()


def show(line):
    print(f"T+{time.monotonic() - START:.3f} {line}", flush=True)


async def task_func():
    show("running task_func")
    await asyncio.sleep(3)
    return "task done!"


async def main():
    task = asyncio.create_task(task_func())
    show(f"task result {await task}")


asyncio.run(main())
