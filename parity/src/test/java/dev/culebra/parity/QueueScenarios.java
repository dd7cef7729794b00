// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.sleep;

import dev.culebra.Task;
import dev.culebra.sync.AsyncLifoQueue;
import dev.culebra.sync.AsyncPriorityQueue;
import dev.culebra.sync.AsyncQueue;
import java.util.ArrayList;
import java.util.List;

/** Queues. */
class QueueScenarios extends Scenarios {

  @InPython("""
      queue = Queue(2)
      async def producer():
          for item in range(5):
              await queue.put(item)
              log("put", item, queue.qsize(), queue.full())
      async def consumer(name):
          while True:
              item = await queue.get()
              log(name, "got", item)
              await sleep(0.1)
              queue.task_done()
      consumers = [create_task(consumer("a")), create_task(consumer("b"))]
      await producer()
      await queue.join()
      log("joined", queue.empty())
      for task in consumers:
          task.cancel()
      """)
  void producersAndConsumersTakeTurns() {
    AsyncQueue<Integer> queue = new AsyncQueue<>(2);
    List<Task<?>> consumers =
        List.of(createTask(() -> consume(queue, "a")), createTask(() -> consume(queue, "b")));
    for (int item = 0; item < 5; item++) {
      queue.put(item);
      log("put", item, queue.qsize(), queue.full());
    }
    queue.join();
    log("joined", queue.empty());
    consumers.forEach(Task::cancel);
  }

  private void consume(AsyncQueue<Integer> queue, String name) {
    while (true) {
      int item = queue.get();
      log(name, "got", item);
      sleep(ms(100));
      queue.taskDone();
    }
  }

  @InPython("""
      queue = Queue()
      async def getter(name):
          log(name, await queue.get())
      first = create_task(getter("first"))
      second = create_task(getter("second"))
      await sleep(0)
      queue.put_nowait("x")
      first.cancel()
      ticks(4)
      log(await outcome(first))
      queue.put_nowait("y")
      log(await outcome(second), queue.qsize())
      """)
  void aCancelledGetterPassesItsWakeUpOn() {
    AsyncQueue<String> queue = new AsyncQueue<>();
    Task<?> first = createTask(() -> log("first", queue.get()));
    Task<?> second = createTask(() -> log("second", queue.get()));
    sleep(ms(0));
    queue.putNoWait("x");
    first.cancel();
    ticks(4);
    log(outcome(first));
    queue.putNoWait("y");
    log(outcome(second), queue.qsize());
  }

  @InPython("""
      queue = Queue(1)
      queue.put_nowait(0)
      async def putter(item):
          await queue.put(item)
          log("put", item)
      first = create_task(putter(1))
      second = create_task(putter(2))
      await sleep(0)
      log(queue.get_nowait())
      first.cancel()
      ticks(4)
      log(await outcome(first))
      log(await outcome(second), queue.qsize())
      """)
  void aCancelledPutterPassesItsWakeUpOn() {
    AsyncQueue<Integer> queue = new AsyncQueue<>(1);
    queue.putNoWait(0);
    Task<?> first = createTask(() -> putAndLog(queue, 1));
    Task<?> second = createTask(() -> putAndLog(queue, 2));
    sleep(ms(0));
    log(queue.getNoWait());
    first.cancel();
    ticks(4);
    log(outcome(first));
    log(outcome(second), queue.qsize());
  }

  private void putAndLog(AsyncQueue<Integer> queue, int item) {
    queue.put(item);
    log("put", item);
  }

  @InPython("""
      queue = Queue(1)
      log(queue.maxsize, queue.empty(), attempt(queue.get_nowait))
      queue.put_nowait("x")
      log(queue.full(), attempt(queue.put_nowait, "y"))
      queue.task_done()
      log(attempt(queue.task_done) == "null")
      ticks(2)
      await queue.join()
      log(await queue.get())
      """)
  void aQueueRefuses() {
    AsyncQueue<String> queue = new AsyncQueue<>(1);
    log(queue.maxsize(), queue.empty(), outcome(queue::getNoWait));
    queue.putNoWait("x");
    log(queue.full(), outcome(() -> queue.putNoWait("y")));
    queue.taskDone();
    log(outcome(queue::taskDone).equals("null"));
    ticks(2);
    queue.join();
    log(queue.get());
  }

  @InPython("""
      for queue in PriorityQueue(), LifoQueue():
          for item in 3, 1, 4, 1, 5:
              await queue.put(item)
          log([queue.get_nowait() for i in range(5)])
      """)
  void priorityAndLifoQueues() {
    for (AsyncQueue<Integer> queue :
        List.of(new AsyncPriorityQueue<Integer>(), new AsyncLifoQueue<Integer>())) {
      for (int item : new int[] {3, 1, 4, 1, 5}) {
        queue.put(item);
      }
      List<Integer> items = new ArrayList<>();
      while (!queue.empty()) {
        items.add(queue.getNoWait());
      }
      log(items);
    }
  }

  @InPython(since = "3.13", value = """
      queue = Queue(2)
      queue.put_nowait("x")
      queue.shutdown()
      log(attempt(queue.put_nowait, "y"), await outcome(queue.put("y")))
      log(await queue.get(), await outcome(queue.get()), attempt(queue.get_nowait))
      queue.task_done()
      await queue.join()
      log("joined")
      """)
  void aQueueThatIsShutDownIsEmptiedFirst() {
    AsyncQueue<String> queue = new AsyncQueue<>(2);
    queue.putNoWait("x");
    queue.shutdown();
    log(outcome(() -> queue.putNoWait("y")), outcome(() -> queue.put("y")));
    log(queue.get(), outcome(queue::get), outcome(queue::getNoWait));
    queue.taskDone();
    queue.join();
    log("joined");
  }

  @InPython(since = "3.13", value = """
      queue = Queue()
      async def getter(name):
          log(name, await outcome(queue.get()))
      tasks = [create_task(getter("a")), create_task(getter("b"))]
      await sleep(0)
      queue.shutdown()
      ticks(3)
      for task in tasks:
          await task
      full = Queue(1)
      full.put_nowait("x")
      async def putter(name):
          log(name, await outcome(full.put("y")))
      tasks = [create_task(putter("c")), create_task(putter("d")), create_task(full.join())]
      await sleep(0)
      full.shutdown(immediate=True)
      ticks(3)
      for task in tasks:
          await task
      log("joined", full.empty(), await outcome(full.get()))
      """)
  void shuttingDownWakesAllWaiters() throws Exception {
    AsyncQueue<String> queue = new AsyncQueue<>();
    Task<?> a = createTask(() -> log("a", outcome(queue::get)));
    Task<?> b = createTask(() -> log("b", outcome(queue::get)));
    sleep(ms(0));
    queue.shutdown();
    ticks(3);
    a.await();
    b.await();
    AsyncQueue<String> full = new AsyncQueue<>(1);
    full.putNoWait("x");
    Task<?> c = createTask(() -> log("c", outcome(() -> full.put("y"))));
    Task<?> d = createTask(() -> log("d", outcome(() -> full.put("y"))));
    Task<?> joiner = createTask(full::join);
    sleep(ms(0));
    full.shutdown(true);
    ticks(3);
    c.await();
    d.await();
    joiner.await();
    log("joined", full.empty(), outcome(full::get));
  }

  @InPython("""
      queue = Queue()
      async def getter(name):
          log(name, await queue.get())
      task = create_task(getter("waiter"))
      await sleep(0)
      queue.put_nowait("x")
      log("got at once", queue.get_nowait())
      ticks(3)
      await sleep(0)
      log(task)
      await queue.put("y")
      await task
      """)
  void whatAGetterWasWokenForMayBeGone() throws Exception {
    AsyncQueue<String> queue = new AsyncQueue<>();
    Task<?> task = createTask(() -> log("waiter", queue.get()));
    sleep(ms(0));
    queue.putNoWait("x");
    log("got at once", queue.getNoWait());
    ticks(3);
    sleep(ms(0));
    log(task);
    queue.put("y");
    task.await();
  }
}
