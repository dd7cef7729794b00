// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.sleep;

import dev.culebra.LoopFuture;
import dev.culebra.Task;
import java.util.concurrent.CancellationException;

/** Cancellation, wherever it reaches a task. */
class CancelScenarios extends Scenarios {

  @InPython("""
      task = create_task(worker("a"))
      task.add_done_callback(lambda t: log("callback", t))
      log(task.cancel("early"), task.cancelling(), task)
      log(await outcome(task), task.cancelled(), task.cancel())
      """)
  void aTaskCancelledBeforeItsStartNeverStarts() {
    Task<String> task = createTask(worker("a"));
    task.addDoneCallback(t -> log("callback", t));
    log(task.cancel("early"), task.cancelling(), task);
    log(outcome(task), task.cancelled(), task.cancel());
  }

  @InPython("""
      task = create_task(worker("a", 10))
      await sleep(0.1)
      log(task.cancel("why"), task.done(), task.cancelled())
      ticks(4)
      log(await outcome(task))
      log("end")
      """)
  void aSleeperIsToldInItsNextStep() {
    Task<String> task = createTask(worker("a", 10_000));
    sleep(ms(100));
    log(task.cancel("why"), task.done(), task.cancelled());
    ticks(4);
    log(outcome(task));
    log("end");
  }

  @InPython("""
      task = create_task(worker("a", 0, 0))
      await sleep(0)
      task.cancel()
      ticks(3)
      log(await outcome(task))
      """)
  void aTaskThatYieldsIsToldToo() {
    Task<String> task = createTask(worker("a", 0, 0));
    sleep(ms(0));
    task.cancel();
    ticks(3);
    log(outcome(task));
  }

  @InPython("""
      future = loop.create_future()
      async def body():
          return await outcome(future)
      task = create_task(body())
      await sleep(0)
      ticks(3)
      task.cancel("why")
      log(future.cancelled(), task.cancelled())
      log(await task, task.cancelled())
      """)
  void theFutureThatATaskWaitsForIsCancelled() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    Task<String> task = createTask(() -> outcome(future));
    sleep(ms(0));
    ticks(3);
    task.cancel("why");
    log(future.cancelled(), task.cancelled());
    log(task.await(), task.cancelled());
  }

  @InPython("""
      inner = create_task(worker("inner", 10))
      async def outer_body():
          try:
              await inner
          except CancelledError as e:
              log("outer", e, inner)
              raise
      outer = create_task(outer_body())
      await sleep(0.1)
      ticks(5)
      outer.cancel("down")
      log(inner.cancelling(), outer.cancelling())
      log(await outcome(outer), inner)
      """)
  void cancellingAnAwaitingTaskCancelsWhatItAwaits() {
    Task<String> inner = createTask(worker("inner", 10_000));
    Task<?> outer = createTask(() -> {
      try {
        inner.await();
      } catch (CancellationException e) {
        log("outer", e, inner);
        throw e;
      }
    });
    sleep(ms(100));
    ticks(5);
    outer.cancel("down");
    log(inner.cancelling(), outer.cancelling());
    log(outcome(outer), inner);
  }

  @InPython("""
      inner = create_task(worker("inner", 10))
      async def outer_body():
          return await outcome(inner)
      outer = create_task(outer_body())
      await sleep(0.1)
      inner.cancel("inner only")
      log(await outer, outer.cancelled(), outer.cancelling())
      """)
  void cancellingTheInnerTaskIsAnExceptionToTheOuter() throws Exception {
    Task<String> inner = createTask(worker("inner", 10_000));
    Task<String> outer = createTask(() -> outcome(inner));
    sleep(ms(100));
    inner.cancel("inner only");
    log(outer.await(), outer.cancelled(), outer.cancelling());
  }

  @InPython("""
      async def stubborn():
          log(await outcome(sleep(10)))
          log(await outcome(sleep(0.1)))
          return "lived"
      inner = create_task(stubborn())
      async def outer_body():
          return await inner
      outer = create_task(outer_body())
      await sleep(0)
      await sleep(0)
      outer.cancel("swallowed")
      log(await outcome(outer), outer.cancelling(), outer.cancelled())
      """)
  void anInnerTaskThatSwallowsACancellationKeepsItFromTheOuter() {
    Task<String> inner = createTask(() -> {
      log(outcome(() -> sleep(ms(10_000))));
      log(outcome(() -> sleep(ms(100))));
      return "lived";
    });
    Task<String> outer = createTask(() -> inner.await());
    sleep(ms(0));
    sleep(ms(0));
    outer.cancel("swallowed");
    log(outcome(outer), outer.cancelling(), outer.cancelled());
  }

  @InPython("""
      async def body():
          log(await outcome(sleep(10)))
          log("goes on", task.cancelling())
          log(await outcome(sleep(0.1)))
          return "result"
      task = create_task(body())
      await sleep(0)
      task.cancel("one")
      task.cancel("two")
      log(task.cancelling())
      log(await outcome(task), task.cancelling())
      """)
  void cancellingTwiceAtOnceIsDeliveredOnce() {
    Task<?>[] task = new Task<?>[1];
    task[0] = createTask(() -> {
      log(outcome(() -> sleep(ms(10_000))));
      log("goes on", task[0].cancelling());
      log(outcome(() -> sleep(ms(100))));
      return "result";
    });
    sleep(ms(0));
    task[0].cancel("one");
    task[0].cancel("two");
    log(task[0].cancelling());
    log(outcome(task[0]), task[0].cancelling());
  }

  @InPython("""
      task = create_task(worker("a"))
      task.cancel("one")
      task.cancel("two")
      task.cancel()
      log(task.cancelling(), await outcome(task))
      """)
  void theLastMessageBeforeTheStartCounts() {
    Task<String> task = createTask(worker("a"));
    task.cancel("one");
    task.cancel("two");
    task.cancel();
    log(task.cancelling(), outcome(task));
  }

  @InPython("""
      async def body():
          log(await outcome(sleep(10)), task.uncancel())
          log(await outcome(sleep(0.1, "slept")))
          return "result"
      task = create_task(body())
      await sleep(0)
      task.cancel()
      log(await outcome(task), task.cancelling(), task.uncancel())
      """)
  void aTaskMayTakeACancellationBack() {
    Task<?>[] task = new Task<?>[1];
    task[0] = createTask(() -> {
      log(outcome(() -> sleep(ms(10_000))), task[0].uncancel());
      log(outcome(() -> sleep(ms(100), "slept")));
      return "result";
    });
    sleep(ms(0));
    task[0].cancel();
    log(outcome(task[0]), task[0].cancelling(), task[0].uncancel());
  }

  @InPython(since = "3.13", value = """
      async def body():
          current_task().cancel("self")
          log(current_task().cancelling(), current_task().uncancel())
          log(await outcome(sleep(0.1, "slept")))
          return "result"
      log(await outcome(create_task(body())))
      never = create_task(worker("never asked"))
      never.cancel()
      never.uncancel()
      log(await outcome(never))
      """)
  void uncancelWithdrawsWhatWasNotDelivered() {
    Task<?>[] task = new Task<?>[1];
    task[0] = createTask(() -> {
      task[0].cancel("self");
      log(task[0].cancelling(), task[0].uncancel());
      log(outcome(() -> sleep(ms(100), "slept")));
      return "result";
    });
    log(outcome(task[0]));
    Task<String> never = createTask(worker("never asked"));
    never.cancel();
    never.uncancel();
    log(outcome(never));
  }

  @InPython("""
      async def returns():
          task.cancel("self")
          log("goes on to its end")
          return "result"
      task = create_task(returns())
      log(await outcome(task), task.cancelled())
      async def waits():
          task.cancel("self")
          log(await outcome(sleep(10)))
          return "result"
      task = create_task(waits())
      log(await outcome(task), task.cancelled())
      """)
  void aTaskThatCancelsItself() {
    Task<?>[] task = new Task<?>[1];
    task[0] = createTask(() -> {
      task[0].cancel("self");
      log("goes on to its end");
      return "result";
    });
    log(outcome(task[0]), task[0].cancelled());
    task[0] = createTask(() -> {
      task[0].cancel("self");
      log(outcome(() -> sleep(ms(10_000))));
      return "result";
    });
    log(outcome(task[0]), task[0].cancelled());
  }

  @InPython("""
      async def body():
          try:
              await sleep(10)
          finally:
              log("cleans up")
              await sleep(0.1)
              log("cleaned up")
      task = create_task(body())
      await sleep(0)
      task.cancel("first")
      await sleep(0.05)
      log(task, task.cancel("second"))
      log(await outcome(task))
      """)
  void aSecondCancellationEndsTheCleanUp() {
    Task<?> task = createTask(() -> {
      try {
        sleep(ms(10_000));
      } finally {
        log("cleans up");
        sleep(ms(100));
        log("cleaned up");
      }
    });
    sleep(ms(0));
    task.cancel("first");
    sleep(ms(50));
    log(task, task.cancel("second"));
    log(outcome(task));
  }

  @InPython("""
      future = loop.create_future()
      async def body():
          return await outcome(future)
      task = create_task(body())
      await sleep(0)
      future.set_result("lost")
      ticks(3)
      log(task.cancel("after the wake-up"), future.cancelled())
      log(await outcome(task))
      """)
  void aTaskThatIsWokenAlreadyIsCancelledAllTheSame() {
    LoopFuture<String> future = loop.createFuture();
    Task<String> task = createTask(() -> outcome(future));
    sleep(ms(0));
    future.setResult("lost");
    ticks(3);
    log(task.cancel("after the wake-up"), future.cancelled());
    log(outcome(task));
  }

  @InPython("""
      async def body():
          try:
              await sleep(10)
          except CancelledError:
              raise Oops("instead")
      task = create_task(body())
      await sleep(0)
      task.cancel()
      log(await outcome(task), task.cancelled())
      async def returns():
          try:
              await sleep(10)
          except CancelledError:
              return "instead"
      task = create_task(returns())
      await sleep(0)
      task.cancel()
      log(await outcome(task), task.cancelled())
      """)
  void aTaskMayAnswerACancellationOtherwise() {
    Task<String> fails = createTask(() -> {
      try {
        return sleep(ms(10_000), "");
      } catch (CancellationException e) {
        throw new Oops("instead");
      }
    });
    sleep(ms(0));
    fails.cancel();
    log(outcome(fails), fails.cancelled());
    Task<String> returns = createTask(() -> {
      try {
        return sleep(ms(10_000), "");
      } catch (CancellationException e) {
        return "instead";
      }
    });
    sleep(ms(0));
    returns.cancel();
    log(outcome(returns), returns.cancelled());
  }

  @InPython("""
      future = loop.create_future()
      task = create_task(worker("a", 10))
      future.add_done_callback(lambda f: log("cancels", task.cancel("by callback")))
      task.add_done_callback(lambda t: log("callback", t))
      loop.call_later(0.1, future.cancel)
      log(await outcome(task), await outcome(future))
      """)
  void callbacksMayCancel() {
    LoopFuture<String> future = loop.createFuture();
    Task<String> task = createTask(worker("a", 10_000));
    future.addDoneCallback(f -> log("cancels", task.cancel("by callback")));
    task.addDoneCallback(t -> log("callback", t));
    loop.callLater(ms(100), future::cancel);
    log(outcome(task), outcome(future));
  }

  @InPython("""
      async def raises():
          raise CancelledError("own")
      task = create_task(raises())
      log(await outcome(task), task.cancelled(), task.cancelling())
      """)
  void aBodyThatThrowsACancellationIsCancelled() {
    Task<?> task = createTask(() -> {
      throw new CancellationException("own");
    });
    log(outcome(task), task.cancelled(), task.cancelling());
  }

  @InPython("""
      a = create_task(worker("a", 10))
      b = create_task(worker("b", 10))
      await sleep(0)
      b.cancel()
      a.cancel()
      ticks(3)
      log(await outcome(a), await outcome(b))
      """)
  void tasksAreToldInTheOrderTheyWereCancelled() {
    Task<String> a = createTask(worker("a", 10_000));
    Task<String> b = createTask(worker("b", 10_000));
    sleep(ms(0));
    b.cancel();
    a.cancel();
    ticks(3);
    log(outcome(a), outcome(b));
  }

  @InPython("""
      async def bottom():
          try:
              await sleep(10)
          except CancelledError as e:
              log("bottom", e)
              await sleep(0.1)
              log("bottom cleaned up")
              raise
      first = create_task(bottom())
      async def middle_body():
          await first
      second = create_task(middle_body())
      third = create_task(outcome(second))
      await sleep(0.05)
      third.cancel("chain")
      ticks(2)
      log(await outcome(third), second, first)
      """)
  void cancellationRunsDownAChainAndWaitsForItsEnd() {
    Task<?> first = createTask(() -> {
      try {
        sleep(ms(10_000));
      } catch (CancellationException e) {
        log("bottom", e);
        sleep(ms(100));
        log("bottom cleaned up");
        throw e;
      }
    });
    Task<?> second = createTask(() -> {
      first.await();
    });
    Task<String> third = createTask(() -> outcome(second));
    sleep(ms(50));
    third.cancel("chain");
    ticks(2);
    log(outcome(third), second, first);
  }
}
