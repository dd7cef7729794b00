// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.gather;
import static dev.culebra.Asyncio.gatherOutcomes;
import static dev.culebra.Asyncio.sleep;

import dev.culebra.LoopFuture;
import dev.culebra.Task;
import java.util.List;
import java.util.concurrent.CancellationException;

/** {@code gather}. */
class GatherScenarios extends Scenarios {

  @InPython("""
      ticks(1)
      log(await gather(worker("a", 0.3), worker("b", 0.1), worker("c", 0.2)))
      """)
  void resultsComeInTheOrderOfTheArguments() throws Exception {
    ticks(1);
    log(gather(worker("a", 300), worker("b", 100), worker("c", 200)).await());
  }

  @InPython("""
      ticks(5)
      both = gather(worker("a", 0), worker("b"))
      both.add_done_callback(lambda f: log("callback"))
      log(await both)
      log("end")
      """)
  void gatherTakesAnIterationOfItsOwn() throws Exception {
    ticks(5);
    LoopFuture<List<String>> both = gather(worker("a", 0), worker("b"));
    both.addDoneCallback(f -> log("callback"));
    log(both.await());
    log("end");
  }

  @InPython("""
      tasks = [create_task(failing("a", 0.1)), create_task(worker("b", 0.2)),
               create_task(failing("c", 0.3))]
      log(await outcome(gather(*tasks)))
      log(tasks)
      await sleep(1)
      log(tasks)
      """)
  void theFirstFailureIsTheWholesAndTheOthersGoOn() {
    List<Task<String>> tasks = List.of(
        createTask(failing("a", 100)), createTask(worker("b", 200)), createTask(failing("c", 300)));
    log(outcome(gather(tasks)));
    log(tasks);
    sleep(ms(1000));
    log(tasks);
  }

  @InPython("""
      tasks = [create_task(worker("a", 0.1)), create_task(worker("b", 0.2))]
      async def waits():
          return await outcome(gather(*tasks))
      task = create_task(waits())
      await sleep(0.05)
      tasks[0].cancel("child only")
      log(await task, task.cancelled(), tasks)
      await sleep(1)
      log(tasks)
      """)
  void aCancelledChildIsAFailureAndTheOthersGoOn() throws Exception {
    List<Task<String>> tasks = List.of(createTask(worker("a", 100)), createTask(worker("b", 200)));
    Task<String> task = createTask(() -> outcome(gather(tasks)));
    sleep(ms(50));
    tasks.get(0).cancel("child only");
    log(task.await(), task.cancelled(), tasks);
    sleep(ms(1000));
    log(tasks);
  }

  @InPython("""
      async def slow_end():
          try:
              await sleep(10)
          except CancelledError:
              await sleep(0.1)
              log("slow end")
              raise
      both = gather(worker("a", 10), slow_end())
      await sleep(0.05)
      log(both.cancel("all"), both)
      log(await outcome(both), both.cancelled())
      """)
  void cancellingItCancelsAllAndWaitsForThem() {
    LoopFuture<List<String>> both = gather(worker("a", 10_000), () -> {
      try {
        return sleep(ms(10_000), "");
      } catch (CancellationException e) {
        sleep(ms(100));
        log("slow end");
        throw e;
      }
    });
    sleep(ms(50));
    log(both.cancel("all"), both);
    log(outcome(both), both.cancelled());
  }

  @InPython("""
      async def stubborn():
          log(await outcome(sleep(10)))
          return "lived"
      both = gather(stubborn(), stubborn())
      await sleep(0)
      both.cancel()
      log(await outcome(both))
      """)
  void cancelledItIsCancelledEvenIfNoChildIs() {
    LoopFuture<List<String>> both = gather(this::stubborn, this::stubborn);
    sleep(ms(0));
    both.cancel();
    log(outcome(both));
  }

  private String stubborn() {
    log(outcome(() -> sleep(ms(10_000))));
    return "lived";
  }

  @InPython(since = "3.12", value = """
      task = create_task(worker("a", 0.1))
      future = loop.create_future()
      loop.call_later(0.2, future.set_result, "future")
      log(await gather(task, future, task))
      done = loop.create_future()
      done.set_result("done")
      ticks(3)
      log(await gather(done))
      empty = gather()
      ticks(3)
      log(await empty)
      """)
  void theSameTwiceDoneOnesAndNone() throws Exception {
    Task<String> task = createTask(worker("a", 100));
    LoopFuture<String> future = loop.createFuture();
    loop.callLater(ms(200), () -> future.setResult("future"));
    log(gather(task, future, task).await());
    LoopFuture<String> done = loop.createFuture();
    done.setResult("done");
    ticks(3);
    log(gather(done).await());
    LoopFuture<List<String>> empty = gather();
    ticks(3);
    log(empty.await());
  }

  @InPython("""
      tasks = [create_task(failing("a", 0.2)), create_task(worker("b", 0.1)),
               create_task(worker("c", 10))]
      await sleep(0.05)
      tasks[2].cancel()
      log(await gather(*tasks, return_exceptions=True))
      both = gather(worker("d", 10), worker("e", 10), return_exceptions=True)
      await sleep(0.05)
      both.cancel("all")
      log(await outcome(both))
      """)
  void outcomesAreCollectedToo() throws Exception {
    List<Task<String>> tasks = List.of(
        createTask(failing("a", 200)),
        createTask(worker("b", 100)),
        createTask(worker("c", 10_000)));
    sleep(ms(50));
    tasks.get(2).cancel();
    log(gatherOutcomes(tasks).await());
    LoopFuture<?> both = gatherOutcomes(worker("d", 10_000), worker("e", 10_000));
    sleep(ms(50));
    both.cancel("all");
    log(outcome(both));
  }

  @InPython("""
      a = loop.create_future()
      b = loop.create_future()
      both = gather(a, b)
      a.set_exception(Oops("a"))
      b.set_exception(Oops("b"))
      log(both)
      ticks(2)
      log(await outcome(both))
      """)
  void theFirstOfTwoFailuresInOneIterationCounts() {
    LoopFuture<String> a = loop.createFuture();
    LoopFuture<String> b = loop.createFuture();
    LoopFuture<List<String>> both = gather(a, b);
    a.setException(new Oops("a"));
    b.setException(new Oops("b"));
    log(both);
    ticks(2);
    log(outcome(both));
  }

  @InPython("""
      inner = create_task(worker("inner", 10))
      async def waits():
          return await gather(inner, worker("other", 10))
      outer = create_task(waits())
      await sleep(0.1)
      outer.cancel("outer")
      ticks(5)
      log(await outcome(outer), inner)
      """)
  void cancellingATaskThatGathersCancelsTheChildren() {
    Task<String> inner = createTask(worker("inner", 10_000));
    Task<List<String>> outer =
        createTask(() -> gather(inner, worker("other", 10_000)).await());
    sleep(ms(100));
    outer.cancel("outer");
    ticks(5);
    log(outcome(outer), inner);
  }

  @InPython("""
      async def body(name):
          return await outcome(sleep(10))
      inner = [create_task(body("a")), create_task(body("b"))]
      nested = gather(gather(*inner), worker("c", 10))
      await sleep(0.1)
      nested.cancel("nested")
      log(await outcome(nested), inner)
      """)
  void gathersNest() {
    List<Task<String>> inner = List.of(
        createTask(() -> outcome(() -> sleep(ms(10_000)))),
        createTask(() -> outcome(() -> sleep(ms(10_000)))));
    LoopFuture<List<Object>> nested = gather(gather(inner), worker("c", 10_000));
    sleep(ms(100));
    nested.cancel("nested");
    log(outcome(nested), inner);
  }
}
