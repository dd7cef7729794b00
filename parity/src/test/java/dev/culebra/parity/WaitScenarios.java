// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import static dev.culebra.Asyncio.asCompleted;
import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.shield;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.waitFor;

import dev.culebra.Asyncio;
import dev.culebra.LoopFuture;
import dev.culebra.ReturnWhen;
import dev.culebra.Task;
import dev.culebra.WaitResult;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

/** {@code wait}, {@code as_completed}, {@code wait_for} and {@code shield}. */
class WaitScenarios extends Scenarios {

  @InPython("""
      tasks = [create_task(worker("a", 0.2)), create_task(failing("b", 0.1)),
               create_task(worker("c", 0.3))]
      tasks[2].cancel()
      done, pending = await wait(tasks)
      log(states(done), states(pending))
      ticks(2)
      done, pending = await wait(tasks)
      log("again", len(done))
      log(await outcome(wait([])))
      """)
  void waitForAll() throws Exception {
    List<Task<String>> tasks = List.of(
        createTask(worker("a", 200)), createTask(failing("b", 100)), createTask(worker("c", 300)));
    tasks.get(2).cancel();
    WaitResult<String> result = Asyncio.wait(tasks);
    log(states(result.done()), states(result.pending()));
    ticks(2);
    log("again", Asyncio.wait(tasks).done().size());
    log(outcome(() -> Asyncio.wait(List.<Task<String>>of())));
  }

  @InPython("""
      tasks = [create_task(worker("a", 0.2)), create_task(worker("b", 0.1)),
               create_task(worker("c", 0.1))]
      done, pending = await wait(tasks, return_when=FIRST_COMPLETED)
      log(states(done), states(pending))
      done, pending = await wait(pending, return_when=FIRST_COMPLETED)
      log(states(done), states(pending))
      """)
  void waitForTheFirst() throws Exception {
    List<Task<String>> tasks = List.of(
        createTask(worker("a", 200)), createTask(worker("b", 100)), createTask(worker("c", 100)));
    WaitResult<String> first = Asyncio.wait(tasks, null, ReturnWhen.FIRST_COMPLETED);
    log(states(first.done()), states(first.pending()));
    WaitResult<String> next = Asyncio.wait(first.pending(), null, ReturnWhen.FIRST_COMPLETED);
    log(states(next.done()), states(next.pending()));
  }

  @InPython("""
      tasks = [create_task(worker("a", 0.1)), create_task(worker("b", 10)),
               create_task(failing("c", 0.3)), create_task(worker("d", 0.4))]
      loop.call_later(0.2, tasks[1].cancel)
      done, pending = await wait(tasks, return_when=FIRST_EXCEPTION)
      log(states(done), states(pending))
      done, pending = await wait(pending, return_when=FIRST_EXCEPTION)
      log(states(done), states(pending))
      """)
  void waitForTheFirstFailure() throws Exception {
    List<Task<String>> tasks = List.of(
        createTask(worker("a", 100)),
        createTask(worker("b", 10_000)),
        createTask(failing("c", 300)),
        createTask(worker("d", 400)));
    loop.callLater(ms(200), tasks.get(1)::cancel);
    WaitResult<String> first = Asyncio.wait(tasks, null, ReturnWhen.FIRST_EXCEPTION);
    log(states(first.done()), states(first.pending()));
    WaitResult<String> next = Asyncio.wait(first.pending(), null, ReturnWhen.FIRST_EXCEPTION);
    log(states(next.done()), states(next.pending()));
  }

  @InPython("""
      tasks = [create_task(worker("a", 0.1)), create_task(worker("b", 0.3))]
      done, pending = await wait(tasks, timeout=0.2)
      log(states(done), states(pending))
      done, pending = await wait(pending, timeout=0)
      log(states(done), states(pending))
      waiting = create_task(wait(tasks))
      await sleep(0)
      waiting.cancel("waiting")
      log(await outcome(waiting), states(tasks))
      await sleep(1)
      """)
  void waitCancelsNothing() throws Exception {
    List<Task<String>> tasks = List.of(createTask(worker("a", 100)), createTask(worker("b", 300)));
    WaitResult<String> first = Asyncio.wait(tasks, ms(200), ReturnWhen.ALL_COMPLETED);
    log(states(first.done()), states(first.pending()));
    WaitResult<String> next = Asyncio.wait(first.pending(), ms(0), ReturnWhen.ALL_COMPLETED);
    log(states(next.done()), states(next.pending()));
    Task<?> waiting = createTask(() -> Asyncio.wait(tasks));
    sleep(ms(0));
    waiting.cancel("waiting");
    log(outcome(waiting), states(tasks));
    sleep(ms(1000));
  }

  @InPython(since = "3.13", value = """
      tasks = [create_task(worker("a", 0.3)), create_task(failing("b", 0.1)),
               create_task(worker("c", 0.2))]
      async for task in as_completed(tasks):
          log("completed", task, task in tasks)
      """)
  void asCompletedGivesThemInTheOrderOfTheirEnds() {
    List<Task<String>> tasks = List.of(
        createTask(worker("a", 300)), createTask(failing("b", 100)), createTask(worker("c", 200)));
    for (LoopFuture<String> task : asCompleted(tasks)) {
      log("completed", task, tasks.contains(task));
    }
  }

  @InPython(since = "3.13", value = """
      tasks = [create_task(worker("a", 0.1)), create_task(worker("b", 0.3))]
      try:
          async for task in as_completed(tasks, timeout=0.2):
              log("completed", task)
      except TimeoutError as e:
          log(e)
      log(tasks)
      await sleep(1)
      """)
  void asCompletedHasATimeLimit() {
    List<Task<String>> tasks = List.of(createTask(worker("a", 100)), createTask(worker("b", 300)));
    log(outcome(() -> {
      for (LoopFuture<String> task : asCompleted(tasks, ms(200))) {
        log("completed", task);
      }
    }));
    log(tasks);
    sleep(ms(1000));
  }

  @InPython(since = "3.12", value = """
      log(await wait_for(worker("a", 0.1), 0.2))
      log(await outcome(wait_for(worker("b", 0.3), 0.2)))
      log(await outcome(wait_for(failing("c", 0.1), 0.2)))
      log(await wait_for(worker("d", 0.1), None))
      log(await outcome(wait_for(worker("e", 0.1), 0)))
      done = loop.create_future()
      done.set_result("done")
      log(await wait_for(done, 0), await wait_for(done, -1))
      """)
  void waitForHasATimeLimit() throws Exception {
    log(waitFor(worker("a", 100), ms(200)));
    log(outcome(() -> waitFor(worker("b", 300), ms(200))));
    log(outcome(() -> waitFor(failing("c", 100), ms(200))));
    log(waitFor(worker("d", 100), null));
    log(outcome(() -> waitFor(worker("e", 100), ms(0))));
    LoopFuture<String> done = loop.createFuture();
    done.setResult("done");
    log(waitFor(done, ms(0)), waitFor(done, ms(-1000)));
  }

  @InPython(since = "3.12", value = """
      async def cleans_up():
          try:
              await sleep(10)
          finally:
              await sleep(0.3)
              log("cleaned up")
      async def swallows():
          await outcome(sleep(10))
          return "swallowed"
      log(await outcome(wait_for(cleans_up(), 0.1)))
      log(await outcome(wait_for(swallows(), 0.1)))
      log(await outcome(wait_for(create_task(swallows()), 0.1)))
      """)
  void waitForWaitsForTheCleanUp() {
    log(outcome(() -> waitFor(
        () -> {
          try {
            sleep(ms(10_000));
          } finally {
            sleep(ms(300));
            log("cleaned up");
          }
        },
        ms(100))));
    log(outcome(() -> waitFor(this::swallows, ms(100))));
    log(outcome(() -> waitFor(createTask(this::swallows), ms(100))));
  }

  private String swallows() {
    outcome(() -> sleep(ms(10_000)));
    return "swallowed";
  }

  @InPython(since = "3.12", value = """
      inner = create_task(worker("inner", 10))
      outer = create_task(wait_for(inner, 20))
      await sleep(0.1)
      outer.cancel("outer")
      log(await outcome(outer), inner, outer.cancelled())
      future = loop.create_future()
      outer = create_task(wait_for(future, 20))
      await sleep(0.1)
      future.set_result("just now")
      outer.cancel()
      log(await outcome(outer), future)
      """)
  void waitForIsCancelledFromOutside() {
    Task<String> inner = createTask(worker("inner", 10_000));
    Task<String> outer = createTask(() -> waitFor(inner, ms(20_000)));
    sleep(ms(100));
    outer.cancel("outer");
    log(outcome(outer), inner, outer.cancelled());
    LoopFuture<String> future = loop.createFuture();
    Task<String> second = createTask(() -> waitFor(future, ms(20_000)));
    sleep(ms(100));
    future.setResult("just now");
    second.cancel();
    log(outcome(second), future);
  }

  @InPython("""
      inner = create_task(worker("inner", 0.3))
      async def waits():
          return await shield(inner)
      outer = create_task(waits())
      await sleep(0.1)
      outer.cancel("outer")
      log(await outcome(outer), inner)
      log(await inner)
      """)
  void shieldKeepsACancellationFromTheInner() throws Exception {
    Task<String> inner = createTask(worker("inner", 300));
    Task<String> outer = createTask(() -> shield(inner).await());
    sleep(ms(100));
    outer.cancel("outer");
    log(outcome(outer), inner);
    log(inner.await());
  }

  @InPython("""
      inner = create_task(worker("inner", 10))
      shielded = shield(inner)
      await sleep(0.1)
      inner.cancel("inner")
      log(await outcome(shielded), shielded.cancelled())
      done = loop.create_future()
      done.set_result("done")
      log(shield(done) is done)
      log(await outcome(shield(failing("b"))))
      """)
  void shieldEndsAsTheInnerEnds() {
    Task<String> inner = createTask(worker("inner", 10_000));
    LoopFuture<String> shielded = shield(inner);
    sleep(ms(100));
    inner.cancel("inner");
    log(outcome(shielded), shielded.cancelled());
    LoopFuture<String> done = loop.createFuture();
    done.setResult("done");
    log(shield(done) == done);
    log(outcome(shield(failing("b", 0))));
  }

  @InPython("""
      inner = create_task(worker("inner", 0.1))
      async def stubborn():
          while True:
              try:
                  return await shield(inner)
              except CancelledError as e:
                  log("goes on waiting", e)
      outer = create_task(stubborn())
      await sleep(0)
      outer.cancel("one")
      await sleep(0.05)
      outer.cancel("two")
      log(await outcome(outer), outer.cancelling())
      """)
  void shieldedWorkMayBeWaitedForAgain() {
    Task<String> inner = createTask(worker("inner", 100));
    Task<String> outer = createTask(() -> {
      while (true) {
        try {
          return shield(inner).await();
        } catch (CancellationException e) {
          log("goes on waiting", e);
        }
      }
    });
    sleep(ms(0));
    outer.cancel("one");
    sleep(ms(50));
    outer.cancel("two");
    log(outcome(outer), outer.cancelling());
  }

  @InPython("""
      async def fails():
          await sleep(0.2)
          raise TimeoutError
      try:
          await wait_for(fails(), 1)
      except TimeoutError:
          log("its own")
      """)
  void aTimeoutOfTheBodyPassesThrough() throws Exception {
    try {
      waitFor(
          () -> {
            sleep(ms(200));
            throw new TimeoutException();
          },
          ms(1000));
    } catch (TimeoutException e) {
      log("its own");
    }
  }
}
