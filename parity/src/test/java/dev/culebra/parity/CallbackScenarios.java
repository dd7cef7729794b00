// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import static dev.culebra.Asyncio.sleep;

import dev.culebra.Asyncio;
import dev.culebra.EventLoop;
import dev.culebra.ExceptionContext;
import dev.culebra.ExceptionHandler;
import dev.culebra.Handle;
import dev.culebra.LoopFuture;
import dev.culebra.TimerHandle;

/** Callbacks and timers. */
class CallbackScenarios extends Scenarios {

  @InPython("""
      def outer():
          log("outer")
          loop.call_soon(log, "inner")
      loop.call_soon(outer)
      loop.call_soon(log, "second")
      ticks(3)
      await sleep(0)
      log("main goes on")
      await sleep(0)
      """)
  void whatACallbackAddsRunsInTheNextIteration() {
    loop.callSoon(() -> {
      log("outer");
      loop.callSoon(() -> log("inner"));
    });
    loop.callSoon(() -> log("second"));
    ticks(3);
    sleep(ms(0));
    log("main goes on");
    sleep(ms(0));
  }

  @InPython("""
      first = loop.call_soon(log, "first")
      third = None
      loop.call_soon(lambda: third.cancel())
      third = loop.call_soon(log, "third")
      first.cancel()
      first.cancel()
      await sleep(0)
      log(first.cancelled(), third.cancelled())
      ran = loop.call_soon(log, "ran")
      await sleep(0)
      ran.cancel()
      """)
  void aCancelledCallbackNeverRuns() {
    Handle first = loop.callSoon(() -> log("first"));
    Handle[] third = new Handle[1];
    loop.callSoon(() -> third[0].cancel());
    third[0] = loop.callSoon(() -> log("third"));
    first.cancel();
    first.cancel();
    sleep(ms(0));
    log(first.cancelled(), third[0].cancelled());
    Handle ran = loop.callSoon(() -> log("ran"));
    sleep(ms(0));
    ran.cancel();
  }

  @InPython("""
      loop.call_later(0, log, "zero")
      loop.call_soon(log, "soon")
      loop.call_later(-1, log, "minus one")
      loop.call_later(-2, log, "minus two")
      loop.call_soon(log, "soon again")
      ticks(3)
      await sleep(0.1)
      """)
  void delaysOfZeroAndLessGoThroughTheHeapInOrderOfTheirDeadlines() {
    loop.callLater(ms(0), () -> log("zero"));
    loop.callSoon(() -> log("soon"));
    loop.callLater(ms(-1000), () -> log("minus one"));
    loop.callLater(ms(-2000), () -> log("minus two"));
    loop.callSoon(() -> log("soon again"));
    ticks(3);
    sleep(ms(100));
  }

  @InPython("""
      loop.call_later(0.3, log, "c")
      loop.call_later(0.1, log, "a")
      loop.call_later(0.2, log, "b")
      loop.call_later(0.4, log, "never")
      await sleep(0.35)
      log("end")
      """)
  void timersFireInTheOrderOfTheirDeadlines() {
    loop.callLater(ms(300), () -> log("c"));
    loop.callLater(ms(100), () -> log("a"));
    loop.callLater(ms(200), () -> log("b"));
    loop.callLater(ms(400), () -> log("never"));
    sleep(ms(350));
    log("end");
  }

  @InPython("""
      when = loop.time() + 0.1
      loop.call_at(when, log, "first")
      loop.call_at(when, log, "second")
      await sleep(0.2)
      """)
  void equalDeadlinesFireInTheOrderTheyWereSet() {
    var when = loop.time().plus(ms(100));
    loop.callAt(when, () -> log("first"));
    loop.callAt(when, () -> log("second"));
    sleep(ms(200));
  }

  @InPython("""
      def timer():
          log("timer")
          loop.call_soon(log, "soon")
          loop.call_later(0, log, "later")
          loop.call_at(loop.time() - 1, log, "past")
          ticks(2)
      loop.call_later(0.1, timer)
      loop.call_later(0.1, log, "same time")
      await sleep(0.2)
      """)
  void whatATimerAddsRunsAfterAllThatIsDue() {
    loop.callLater(ms(100), () -> {
      log("timer");
      loop.callSoon(() -> log("soon"));
      loop.callLater(ms(0), () -> log("later"));
      loop.callAt(loop.time().minus(ms(1000)), () -> log("past"));
      ticks(2);
    });
    loop.callLater(ms(100), () -> log("same time"));
    sleep(ms(200));
  }

  @InPython("""
      late = loop.call_later(0.2, log, "late")
      loop.call_later(0.1, late.cancel)
      same = None
      loop.call_later(0.15, lambda: same.cancel())
      same = loop.call_later(0.15, log, "same time")
      await sleep(0.3)
      log(late.cancelled(), same.cancelled())
      """)
  void aTimerThatIsCancelledNeverFires() {
    TimerHandle late = loop.callLater(ms(200), () -> log("late"));
    loop.callLater(ms(100), late::cancel);
    TimerHandle[] same = new TimerHandle[1];
    loop.callLater(ms(150), () -> same[0].cancel());
    same[0] = loop.callLater(ms(150), () -> log("same time"));
    sleep(ms(300));
    log(late.cancelled(), same[0].cancelled());
  }

  @InPython("""
      start = loop.time()
      handle = loop.call_at(start + 0.5, log, "at")
      other = loop.call_later(0.25, log, "later")
      log(round((handle.when() - start) * 1000), round((other.when() - start) * 1000))
      await sleep(1)
      log(round((loop.time() - start) * 1000))
      """)
  void aTimerTellsWhenItIsDue() {
    var start = loop.time();
    TimerHandle handle = loop.callAt(start.plus(ms(500)), () -> log("at"));
    TimerHandle other = loop.callLater(ms(250), () -> log("later"));
    log(handle.when().minus(start).toMillis(), other.when().minus(start).toMillis());
    sleep(ms(1000));
    log(loop.time().minus(start).toMillis());
  }

  @InPython("""
      loop.call_soon(log, "a")
      loop.call_soon_threadsafe(log, "b")
      loop.call_soon(log, "c")
      ticks(2)
      await sleep(0)
      await sleep(0)
      """)
  void callSoonThreadsafeOnTheLoopKeepsTheOrder() {
    loop.callSoon(() -> log("a"));
    loop.callSoonThreadsafe(() -> log("b"));
    loop.callSoon(() -> log("c"));
    ticks(2);
    sleep(ms(0));
    sleep(ms(0));
  }

  @InPython("""
      done = loop.create_future()
      def from_outside():
          loop.call_soon_threadsafe(log, "a")
          loop.call_soon_threadsafe(log, "b")
          loop.call_soon_threadsafe(done.set_result, "c")
      thread = threading.Thread(target=from_outside)
      thread.start()
      log(await done)
      thread.join()
      """)
  void callSoonThreadsafeFromAnotherThreadKeepsTheOrder() throws Exception {
    LoopFuture<String> done = loop.createFuture();
    Thread thread = Thread.ofPlatform().start(() -> {
      loop.callSoonThreadsafe(() -> log("a"));
      loop.callSoonThreadsafe(() -> log("b"));
      loop.callSoonThreadsafe(() -> done.setResult("c"));
    });
    log(done.await());
    thread.join();
  }

  @InPython("""
      def fail():
          log("fails")
          raise Oops("oops")
      loop.call_soon(fail)
      loop.call_soon(log, "next")
      loop.call_later(0.1, fail)
      loop.call_later(0.1, log, "next timer")
      ticks(2)
      await sleep(0.2)
      """)
  void aCallbackThatFailsIsReportedAndTheNextRuns() {
    Runnable fail = () -> {
      log("fails");
      throw Scenarios.<RuntimeException>sneaky(new Oops("oops"));
    };
    loop.callSoon(fail);
    loop.callSoon(() -> log("next"));
    loop.callLater(ms(100), fail);
    loop.callLater(ms(100), () -> log("next timer"));
    ticks(2);
    sleep(ms(200));
  }

  @InPython("""
      def handler(failed_loop, context):
          log("custom", context["exception"], failed_loop is loop, "handle" in context)
      def fail():
          raise Oops("a")
      loop.set_exception_handler(handler)
      log(loop.get_exception_handler() is handler)
      loop.call_soon(fail)
      await sleep(0)
      loop.call_exception_handler({"message": "hand-made", "exception": Oops("b")})
      """)
  void anExceptionHandlerOfOnesOwnIsTold() {
    ExceptionHandler handler = (failedLoop, context) ->
        log("custom", context.exception(), failedLoop == loop, context.handle() != null);
    loop.setExceptionHandler(handler);
    log(loop.getExceptionHandler() == handler);
    loop.callSoon(() -> {
      throw Scenarios.<RuntimeException>sneaky(new Oops("a"));
    });
    sleep(ms(0));
    loop.callExceptionHandler(ExceptionContext.of("hand-made", new Oops("b")));
  }

  @InPython(outside = true, value = """
      loop = new_loop()
      def stop():
          log("stop")
          loop.stop()
          loop.call_soon(log, "next run")
      loop.call_soon(stop)
      loop.call_soon(log, "same batch")
      loop.run_forever()
      log("stopped", loop.is_running())
      loop.call_soon(loop.stop)
      loop.run_forever()
      loop.close()
      log("closed", loop.is_closed())
      """)
  void stopLetsTheBatchEnd() {
    EventLoop loop = newLoop();
    loop.callSoon(() -> {
      log("stop");
      loop.stop();
      loop.callSoon(() -> log("next run"));
    });
    loop.callSoon(() -> log("same batch"));
    loop.runForever();
    log("stopped", loop.isRunning());
    loop.callSoon(loop::stop);
    loop.runForever();
    loop.close();
    log("closed", loop.isClosed());
  }

  @InPython(outside = true, value = """
      loop = new_loop()
      loop.stop()
      loop.call_soon(log, "once")
      loop.call_later(0, log, "due")
      loop.call_later(0.1, log, "not due")
      loop.run_forever()
      log("ended")
      loop.stop()
      loop.run_forever()
      loop.close()
      """)
  void stopBeforeTheRunMeansOneIteration() {
    EventLoop loop = newLoop();
    loop.stop();
    loop.callSoon(() -> log("once"));
    loop.callLater(ms(0), () -> log("due"));
    loop.callLater(ms(100), () -> log("not due"));
    loop.runForever();
    log("ended");
    loop.stop();
    loop.runForever();
    loop.close();
  }

  @InPython(outside = true, value = """
      loop = new_loop()
      future = loop.create_future()
      loop.call_later(0.1, future.set_result, "done")
      log(loop.run_until_complete(future))
      log(loop.run_until_complete(worker("a", 0.1)))
      log(attempt(loop.run_until_complete, failing("b")))
      loop.call_soon(loop.stop)
      pending = loop.create_future()
      log(attempt(loop.run_until_complete, pending))
      log(pending)
      loop.close()
      log(attempt(loop.call_soon, log), attempt(loop.call_later, 0, log))
      log(attempt(loop.run_forever), attempt(loop.call_soon_threadsafe, log))
      loop.close()
      """)
  void runUntilCompleteReturnsAndThrows() {
    EventLoop loop = newLoop();
    LoopFuture<String> future = loop.createFuture();
    loop.callLater(ms(100), () -> future.setResult("done"));
    log(outcome(() -> loop.runUntilComplete(future)));
    log(outcome(() -> loop.runUntilComplete(worker("a", 100))));
    log(outcome(() -> loop.runUntilComplete(failing("b", 0))));
    loop.callSoon(loop::stop);
    LoopFuture<String> pending = loop.createFuture();
    log(outcome(() -> loop.runUntilComplete(pending)));
    log(pending);
    loop.close();
    log(
        outcome(() -> loop.callSoon(() -> log())),
        outcome(() -> loop.callLater(ms(0), () -> log())));
    log(outcome(loop::runForever), outcome(() -> loop.callSoonThreadsafe(() -> log())));
    loop.close();
  }

  @InPython("""
      other = asyncio.new_event_loop()
      log(attempt(loop.run_until_complete, loop.create_future()))
      log(attempt(other.run_until_complete, other.create_future()))
      log(attempt(loop.close), loop.is_running(), other.is_running())
      other.close()
      log(get_running_loop() is loop)
      """)
  void loopsDoNotNest() {
    EventLoop mine = loop;
    EventLoop other = newLoop();
    loop = mine;
    log(outcome(() -> mine.runUntilComplete(mine.createFuture())));
    log(outcome(() -> other.runUntilComplete(other.createFuture())));
    log(outcome(mine::close), mine.isRunning(), other.isRunning());
    other.close();
    log(Asyncio.getRunningLoop() == mine);
  }
}
