# SPDX-License-Identifier: Apache-2.0
import asyncio
import time


START = time.monotonic()


def show(line):
    print(f"T+{time.monotonic() - START:.3f} {line}", flush=True)


async def task_func():
    show("running task_func")
    await asyncio.sleep(5)
    return "task done!"


async def main():
    task = asyncio.create_task(task_func())
    asyncio.get_running_loop().call_later(3, task.cancel)
    try:
        show(f"task result {await task}")
    except asyncio.CancelledError:
        show("task was cancelled")


asyncio.run(main())
