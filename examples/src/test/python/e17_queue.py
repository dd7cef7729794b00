# SPDX-License-Identifier: Apache-2.0
import asyncio
import time


START = time.monotonic()


def show(line):
    print(f"T+{time.monotonic() - START:.3f} {line}", flush=True)

END = 0


async def produce(queue):
    show("producer on duty")
    for product in range(1, 6):
        await queue.put(product)
    await asyncio.sleep(2)
    await queue.put(END)
    await queue.join()
    show("producer off duty")


async def consume(number, queue):
    show(f"consumer {number} enters")
    while (product := await queue.get()) != END:
        show(f"consumer {number} consumes {product}")
        queue.task_done()
    queue.task_done()
    await queue.put(END)


async def main():
    queue = asyncio.Queue(3)
    async with asyncio.TaskGroup() as group:
        group.create_task(produce(queue))
        for number in range(3):
            group.create_task(consume(number, queue))


asyncio.run(main())
