// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.gather;
import static dev.culebra.Asyncio.sleep;

import dev.culebra.Task;
import dev.culebra.sync.AsyncBarrier;
import dev.culebra.sync.AsyncBoundedSemaphore;
import dev.culebra.sync.AsyncCondition;
import dev.culebra.sync.AsyncEvent;
import dev.culebra.sync.AsyncLock;
import dev.culebra.sync.AsyncSemaphore;
import java.util.ArrayList;
import java.util.List;

/** Locks, events, conditions, semaphores and barriers. */
@SuppressWarnings("try") // what is held is not used, only given back
class SyncScenarios extends Scenarios {

  @InPython("""
      lock = Lock()
      async def user(name):
          log(name, "asks")
          async with lock:
              log(name, "has it", lock.locked())
              await sleep(0.1)
          log(name, "gave it back")
      await gather(user("a"), user("b"), user("c"))
      log(lock.locked(), attempt(lock.release))
      """)
  void aLockServesInTheOrderOfAsking() throws Exception {
    AsyncLock lock = new AsyncLock();
    gather(() -> user(lock, "a"), () -> user(lock, "b"), () -> user(lock, "c")).await();
    log(lock.locked(), outcome(lock::release));
  }

  private Object user(AsyncLock lock, String name) {
    log(name, "asks");
    try (var held = lock.enter()) {
      log(name, "has it", lock.locked());
      sleep(ms(100));
    }
    log(name, "gave it back");
    return null;
  }

  @InPython("""
      lock = Lock()
      await lock.acquire()
      async def waiter(name):
          await lock.acquire()
          log(name)
          lock.release()
      first = create_task(waiter("first"))
      second = create_task(waiter("second"))
      await sleep(0)
      lock.release()
      log(lock.locked())
      first.cancel()
      ticks(4)
      log(await outcome(first), await outcome(second), lock.locked())
      """)
  void aWaiterThatIsCancelledAfterItsWakeUpPassesTheLockOn() {
    AsyncLock lock = new AsyncLock();
    lock.acquire();
    Task<?> first = createTask(() -> lockOnce(lock, "first"));
    Task<?> second = createTask(() -> lockOnce(lock, "second"));
    sleep(ms(0));
    lock.release();
    log(lock.locked());
    first.cancel();
    ticks(4);
    log(outcome(first), outcome(second), lock.locked());
  }

  private void lockOnce(AsyncLock lock, String name) {
    lock.acquire();
    log(name);
    lock.release();
  }

  @InPython("""
      lock = Lock()
      await lock.acquire()
      async def waiter(name):
          await lock.acquire()
          log(name)
          lock.release()
      task = create_task(waiter("waiter"))
      await sleep(0)
      lock.release()
      ticks(4)
      await lock.acquire()
      log("asked later")
      lock.release()
      await task
      """)
  void whoAsksLaterDoesNotOvertake() throws Exception {
    AsyncLock lock = new AsyncLock();
    lock.acquire();
    Task<?> task = createTask(() -> lockOnce(lock, "waiter"));
    sleep(ms(0));
    lock.release();
    ticks(4);
    lock.acquire();
    log("asked later");
    lock.release();
    task.await();
  }

  @InPython("""
      event = Event()
      async def waiter(name):
          await event.wait()
          log(name, event.is_set())
      tasks = [create_task(waiter(name)) for name in "abc"]
      await sleep(0)
      tasks[1].cancel()
      event.set()
      event.clear()
      ticks(3)
      log([await outcome(task) for task in tasks])
      event.set()
      await event.wait()
      log("set already")
      """)
  void anEventWakesAll() {
    AsyncEvent event = new AsyncEvent();
    List<Task<?>> tasks = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      tasks.add(createTask(() -> {
        event.await();
        log(name, event.isSet());
      }));
    }
    sleep(ms(0));
    tasks.get(1).cancel();
    event.set();
    event.clear();
    ticks(3);
    log(tasks.stream().map(task -> outcome(task)).toList());
    event.set();
    event.await();
    log("set already");
  }

  @InPython("""
      condition = Condition()
      async def waiter(name):
          async with condition:
              await condition.wait()
              log(name)
              await sleep(0.1)
      tasks = [create_task(waiter(name)) for name in "abcd"]
      await sleep(0)
      async with condition:
          condition.notify(2)
          log("notified two")
      await sleep(1)
      async with condition:
          condition.notify_all()
          log("notified all")
      log([await outcome(task) for task in tasks])
      log(attempt(condition.notify), await outcome(condition.wait()))
      """)
  void aConditionWakesAsManyAsItIsTold() {
    AsyncCondition condition = new AsyncCondition();
    List<Task<?>> tasks = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d")) {
      tasks.add(createTask(() -> conditionWaiter(condition, name)));
    }
    sleep(ms(0));
    try (var held = condition.enter()) {
      condition.signal(2);
      log("notified two");
    }
    sleep(ms(1000));
    try (var held = condition.enter()) {
      condition.signalAll();
      log("notified all");
    }
    log(tasks.stream().map(task -> outcome(task)).toList());
    log(outcome(() -> condition.signal()), outcome(() -> condition.await()));
  }

  private void conditionWaiter(AsyncCondition condition, String name) {
    try (var held = condition.enter()) {
      condition.await();
      log(name);
      sleep(ms(100));
    }
  }

  @InPython(since = "3.13", value = """
      condition = Condition()
      async def waiter(name):
          async with condition:
              await condition.wait()
              log(name)
              await sleep(0.1)
      first = create_task(waiter("first"))
      second = create_task(waiter("second"))
      await sleep(0)
      async with condition:
          condition.notify()
      first.cancel()
      log(await outcome(first), await outcome(second), condition.locked())
      """)
  void aCancelledWaiterPassesItsNotificationOn() {
    AsyncCondition condition = new AsyncCondition();
    Task<?> first = createTask(() -> conditionWaiter(condition, "first"));
    Task<?> second = createTask(() -> conditionWaiter(condition, "second"));
    sleep(ms(0));
    try (var held = condition.enter()) {
      condition.signal();
    }
    first.cancel();
    log(outcome(first), outcome(second), condition.locked());
  }

  @InPython("""
      condition = Condition()
      ready = []
      async def waiter():
          async with condition:
              log(await condition.wait_for(lambda: len(ready) == 2))
      task = create_task(waiter())
      for item in "ab":
          await sleep(0.1)
          async with condition:
              ready.append(item)
              condition.notify()
      await task
      """)
  void aConditionWaitsForAPredicate() throws Exception {
    AsyncCondition condition = new AsyncCondition();
    List<String> ready = new ArrayList<>();
    Task<?> task = createTask(() -> {
      try (var held = condition.enter()) {
        condition.awaitFor(() -> ready.size() == 2);
        log(true);
      }
    });
    for (String item : List.of("a", "b")) {
      sleep(ms(100));
      try (var held = condition.enter()) {
        ready.add(item);
        condition.signal();
      }
    }
    task.await();
  }

  @InPython("""
      semaphore = Semaphore(2)
      async def user(name):
          async with semaphore:
              log(name, semaphore.locked())
              await sleep(0.1)
          log(name, "gave it back")
      await gather(*map(user, "abcde"))
      log(semaphore.locked())
      """)
  void aSemaphoreServesInTheOrderOfAsking() throws Exception {
    AsyncSemaphore semaphore = new AsyncSemaphore(2);
    List<Task<?>> tasks = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d", "e")) {
      tasks.add(createTask(() -> {
        try (var held = semaphore.enter()) {
          log(name, semaphore.locked());
          sleep(ms(100));
        }
        log(name, "gave it back");
      }));
    }
    gather(tasks).await();
    log(semaphore.locked());
  }

  @InPython(since = "3.12", value = """
      semaphore = Semaphore(0)
      async def user(name):
          async with semaphore:
              log(name)
      a, b = create_task(user("a")), create_task(user("b"))
      await sleep(0)
      semaphore.release()
      log(semaphore.locked())
      a.cancel()
      c = create_task(user("c"))
      ticks(6)
      log(await outcome(a), await outcome(b), await outcome(c))
      bounded = BoundedSemaphore(1)
      log(attempt(bounded.release) == "null", attempt(Semaphore, -1))
      """)
  void aPermitOfACancelledWaiterGoesToTheNext() {
    AsyncSemaphore semaphore = new AsyncSemaphore(0);
    Task<?> a = createTask(() -> enterOnce(semaphore, "a"));
    Task<?> b = createTask(() -> enterOnce(semaphore, "b"));
    sleep(ms(0));
    semaphore.release();
    log(semaphore.locked());
    a.cancel();
    Task<?> c = createTask(() -> enterOnce(semaphore, "c"));
    ticks(6);
    log(outcome(a), outcome(b), outcome(c));
    AsyncBoundedSemaphore bounded = new AsyncBoundedSemaphore(1);
    log(outcome(bounded::release).equals("null"), outcome(() -> new AsyncSemaphore(-1)));
  }

  private void enterOnce(AsyncSemaphore semaphore, String name) {
    try (var held = semaphore.enter()) {
      log(name);
    }
  }

  @InPython("""
      barrier = Barrier(3)
      async def party(name, delay):
          await sleep(delay)
          log(name, "comes", barrier.n_waiting)
          log(name, "passes", await barrier.wait())
      tasks = [create_task(party("a", 0.3)), create_task(party("b", 0.1)),
               create_task(party("c", 0.2))]
      await gather(*tasks)
      log(barrier.n_waiting, barrier.broken, barrier.parties)
      """)
  void aBarrierOpensForTheLast() throws Exception {
    AsyncBarrier barrier = new AsyncBarrier(3);
    gather(List.of(
            createTask(() -> party(barrier, "a", 300)),
            createTask(() -> party(barrier, "b", 100)),
            createTask(() -> party(barrier, "c", 200))))
        .await();
    log(barrier.nWaiting(), barrier.broken(), barrier.parties());
  }

  private void party(AsyncBarrier barrier, String name, int delayMillis) throws Exception {
    sleep(ms(delayMillis));
    log(name, "comes", barrier.nWaiting());
    log(name, "passes", barrier.await());
  }

  @InPython("""
      barrier = Barrier(3)
      async def party():
          return await outcome(barrier.wait())
      tasks = [create_task(party()), create_task(party())]
      await sleep(0)
      log(barrier.n_waiting)
      await barrier.reset()
      log([await task for task in tasks], barrier.broken)
      tasks = [create_task(party()), create_task(party())]
      await sleep(0)
      await barrier.abort()
      log([await task for task in tasks], barrier.broken)
      log(await party())
      """)
  void aBarrierBreaks() throws Exception {
    AsyncBarrier barrier = new AsyncBarrier(3);
    Task<String> a = createTask(() -> outcome(() -> barrier.await()));
    Task<String> b = createTask(() -> outcome(() -> barrier.await()));
    sleep(ms(0));
    log(barrier.nWaiting());
    barrier.reset();
    log(List.of(a.await(), b.await()), barrier.broken());
    Task<String> c = createTask(() -> outcome(() -> barrier.await()));
    Task<String> d = createTask(() -> outcome(() -> barrier.await()));
    sleep(ms(0));
    barrier.abort();
    log(List.of(c.await(), d.await()), barrier.broken());
    log(outcome(() -> barrier.await()));
  }
}
