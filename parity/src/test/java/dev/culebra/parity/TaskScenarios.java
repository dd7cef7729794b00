// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.sleep;

import dev.culebra.LoopFuture;
import dev.culebra.Task;

/** Tasks, their steps, and how they wait for each other. */
class TaskScenarios extends Scenarios {

  @InPython("""
      task = create_task(worker("a"))
      log("made", task)
      loop.call_soon(log, "soon")
      other = create_task(worker("b"))
      ticks(2)
      log(await task, await other)
      """)
  void aTaskStartsInALaterIteration() throws Exception {
    Task<String> task = createTask(worker("a"));
    log("made", task);
    loop.callSoon(() -> log("soon"));
    Task<String> other = createTask(worker("b"));
    ticks(2);
    log(task.await(), other.await());
  }

  @InPython("""
      tasks = [create_task(worker(name, 0, 0, 0)) for name in "abc"]
      ticks(5)
      for task in tasks:
          await task
      log("end")
      """)
  void sleepOfZeroGivesEachATurn() throws Exception {
    Task<String> a = createTask(worker("a", 0, 0, 0));
    Task<String> b = createTask(worker("b", 0, 0, 0));
    Task<String> c = createTask(worker("c", 0, 0, 0));
    ticks(5);
    a.await();
    b.await();
    c.await();
    log("end");
  }

  @InPython("""
      async def middle(inner):
          log("middle starts")
          result = await inner
          log("middle ends")
          return result + 1
      async def inner():
          log("inner")
          return 1
      ticks(8)
      bottom = create_task(inner())
      one = create_task(middle(bottom))
      two = create_task(middle(one))
      log("result", await two)
      """)
  void eachTaskOfAChainGoesOnOneIterationLater() throws Exception {
    ticks(8);
    Task<Integer> bottom = createTask(() -> {
      log("inner");
      return 1;
    });
    Task<Integer> one = createTask(() -> middle(bottom));
    Task<Integer> two = createTask(() -> middle(one));
    log("result", two.await());
  }

  private int middle(Task<Integer> inner) throws Exception {
    log("middle starts");
    int result = inner.await();
    log("middle ends");
    return result + 1;
  }

  @InPython("""
      async def nested():
          log("nested")
          await sleep(0)
          return "result"
      ticks(4)
      log(await nested())
      """)
  void callingABodyDoesNotYield() {
    ticks(4);
    log(nested());
  }

  private String nested() {
    log("nested");
    sleep(ms(0));
    return "result";
  }

  @InPython("""
      task = create_task(failing("a"))
      task.add_done_callback(lambda t: log("callback", t))
      log(await outcome(task), await outcome(task))
      log(task.exception(), task.cancelled())
      async def rethrow():
          await failing("b")
      log(await outcome(create_task(rethrow())))
      """)
  void aFailureReachesWhoAwaits() {
    Task<String> task = createTask(failing("a", 0));
    task.addDoneCallback(t -> log("callback", t));
    log(outcome(task), outcome(task));
    log(task.exception(), task.cancelled());
    log(outcome(createTask(() -> failing("b", 0).await())));
  }

  @InPython("""
      itself = None
      async def body():
          return await itself
      itself = create_task(body())
      log(await outcome(itself))
      """)
  void aTaskThatAwaitsItselfFails() {
    Task<?>[] itself = new Task<?>[1];
    itself[0] = createTask(() -> itself[0].await());
    log(outcome(itself[0]));
  }

  @InPython("""
      task = create_task(worker("a", 0.1))
      log(attempt(task.set_result, 1), attempt(task.set_exception, Oops("x")))
      log(attempt(task.result), attempt(task.exception))
      log(await task, task.result(), task.exception())
      """)
  void aTaskIsCompletedByItsBodyAlone() throws Exception {
    Task<String> task = createTask(worker("a", 100));
    log(outcome(() -> task.setResult("x")), outcome(() -> task.setException(new Oops("x"))));
    log(outcome(task::result), outcome(task::exception));
    log(task.await(), task.result(), task.exception());
  }

  @InPython("""
      ticks(1)
      task = create_task(worker("a", 0.1, 0.2, 0.05))
      other = create_task(worker("b", 0.2, 0.05))
      await sleep(0.15)
      log("main")
      log(await other, await task)
      """)
  void sleepersWakeInTheOrderOfTheirDeadlines() throws Exception {
    ticks(1);
    Task<String> task = createTask(worker("a", 100, 200, 50));
    Task<String> other = createTask(worker("b", 200, 50));
    sleep(ms(150));
    log("main");
    log(other.await(), task.await());
  }

  @InPython("""
      def timer():
          ticks(4)
      loop.call_later(0.1, timer)
      await sleep(0.1)
      log("woken")
      """)
  void aSleeperWakesTheIterationAfterItsTimer() {
    loop.callLater(ms(100), () -> ticks(4));
    sleep(ms(100));
    log("woken");
  }

  @InPython("""
      async def body():
          log("body")
          loop.call_soon(log, "soon")
          inner = create_task(worker("inner", 0))
          await sleep(0)
          log("body goes on")
          return await inner
      def callback():
          create_task(worker("from a callback"))
      loop.call_soon(callback)
      ticks(5)
      log(await create_task(body()))
      """)
  void tasksMakeTasks() throws Exception {
    loop.callSoon(() -> createTask(worker("from a callback")));
    ticks(5);
    Task<String> body = createTask(() -> {
      log("body");
      loop.callSoon(() -> log("soon"));
      Task<String> inner = createTask(worker("inner", 0));
      sleep(ms(0));
      log("body goes on");
      return inner.await();
    });
    log(body.await());
  }

  @InPython("""
      async def waits(task):
          log("waits")
          log("got", await task)
      future = loop.create_future()
      async def awaits_future():
          return await future
      task = create_task(awaits_future())
      first = create_task(waits(task))
      second = create_task(waits(task))
      await sleep(0)
      await sleep(0)
      future.set_result("x")
      ticks(5)
      await first
      await second
      """)
  void severalMayAwaitOneTask() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    Task<String> task = createTask(() -> future.await());
    Task<?> first = createTask(() -> waits(task));
    Task<?> second = createTask(() -> waits(task));
    sleep(ms(0));
    sleep(ms(0));
    future.setResult("x");
    ticks(5);
    first.await();
    second.await();
  }

  private void waits(Task<String> task) throws Exception {
    log("waits");
    log("got", task.await());
  }

  @InPython("""
      log(await sleep(0, "zero"), await sleep(0.1, "later"), await sleep(-1, "negative"))
      ticks(3)
      await sleep(-1)
      log("after one iteration")
      """)
  void sleepReturnsAResult() {
    log(sleep(ms(0), "zero"), sleep(ms(100), "later"), sleep(ms(-1000), "negative"));
    ticks(3);
    sleep(ms(-1000));
    log("after one iteration");
  }
}
