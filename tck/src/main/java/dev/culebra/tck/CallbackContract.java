// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Asyncio;
import dev.culebra.AwaitableAction;
import dev.culebra.ExceptionContext;
import dev.culebra.ExceptionHandler;
import dev.culebra.Handle;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Callbacks: their order, from this thread and others, and what becomes of those that fail. */
abstract class CallbackContract extends OnLoop {

  private final List<Object> ran = new ArrayList<>();

  // Order

  @Test
  void callbacksRunInTheOrderTheyWereScheduled() {
    for (int i = 0; i < 1000; i++) {
      Integer number = i;
      loop.callSoon(() -> ran.add(number));
    }
    runOnce();
    assertEquals(IntStream.range(0, 1000).boxed().toList(), ran);
  }

  @Test
  void aCallbackNeverRunsInsideTheCallThatSchedulesIt() {
    loop.callSoon(() -> {
      loop.callSoon(() -> ran.add("b"));
      loop.callSoonThreadsafe(() -> ran.add("c"));
      ran.add("a");
    });
    runOnce();
    runOnce();
    assertEquals(List.of("a", "b", "c"), ran);
  }

  @Test
  void whatACallbackSchedulesWaitsForTheNextIteration() {
    loop.callSoon(() -> {
      ran.add("a");
      loop.callSoon(() -> {
        ran.add("c");
        loop.callSoon(() -> ran.add("d"));
      });
    });
    loop.callSoon(() -> ran.add("b"));
    runOnce();
    assertEquals(List.of("a", "b"), ran);
    runOnce();
    assertEquals(List.of("a", "b", "c"), ran);
    runOnce();
    assertEquals(List.of("a", "b", "c", "d"), ran);
  }

  @Test
  void callbacksAndTaskStepsShareOneQueue() throws Exception {
    run(() -> {
      loop.callSoon(() -> ran.add("callback"));
      var task = loop.createTask(() -> ran.add("task"));
      loop.callSoon(() -> ran.add("callback"));
      loop.createTask(() -> ran.add("task")).await();
      task.await();
    });
    assertEquals(List.of("callback", "task", "callback", "task"), ran);
  }

  @Test
  void aSocketIsServedWhileCallbacksKeepEachOtherBusy() throws Exception {
    run(() -> assertServedDuring(serve(), this::reschedule));
  }

  @Test
  void aSocketIsServedWhileThreadsafeCallbacksKeepEachOtherBusy() throws Exception {
    run(() -> assertServedDuring(serve(), this::rescheduleThreadsafe));
  }

  @Test
  void aSocketIsServedWhileTasksKeepEachOtherBusy() throws Exception {
    run(() -> assertServedDuring(serve(), () -> {
      for (int i = 0; i < 3; i++) {
        loop.createTask(this::yieldUntilDone);
      }
    }));
  }

  @Test
  void threadsafeCallbacksOfTheLoopItselfKeepTheirPlaceInLine() throws Exception {
    List<String> order = new ArrayList<>();
    run(() -> {
      loop.callSoon(() -> order.add("a"));
      loop.callSoonThreadsafe(() -> order.add("b"));
      loop.callSoon(() -> order.add("c"));
      sleep(Duration.ZERO);
    });
    assertEquals(List.of("a", "b", "c"), order);
  }

  private boolean busy = true;

  private void reschedule() {
    if (busy) {
      loop.callSoon(this::reschedule);
    }
  }

  private void rescheduleThreadsafe() {
    if (busy) {
      loop.callSoonThreadsafe(this::rescheduleThreadsafe);
    }
  }

  private void yieldUntilDone() {
    while (busy) {
      sleep(Duration.ZERO);
    }
  }

  private void assertServedDuring(Served served, Runnable startBusiness) throws Exception {
    startBusiness.run();
    served.peer().send((byte) 1);
    while (served.protocol().receivedCount() == 0) {
      sleep(Duration.ZERO); // no timer: nothing but the ready queue is to lead to the poll
    }
    busy = false;
  }

  @Test
  void aTimerFiresWhileCallbacksKeepEachOtherBusy() throws Exception {
    run(() -> {
      reschedule();
      sleep(Duration.ofMillis(1));
      busy = false;
    });
  }

  // Cancelling

  @Test
  void aCancelledCallbackDoesNotRun() {
    Handle first = loop.callSoon(() -> ran.add("a"));
    Handle second = loop.callSoonThreadsafe(() -> ran.add("b"));
    loop.callSoon(() -> ran.add("c"));
    assertFalse(first.cancelled());
    first.cancel();
    second.cancel();
    first.cancel();
    assertTrue(first.cancelled());
    assertTrue(second.cancelled());
    runOnce();
    assertEquals(List.of("c"), ran);
  }

  @Test
  void aCallbackMayCancelALaterOneOfItsOwnBatch() {
    Handle[] later = new Handle[1];
    loop.callSoon(() -> later[0].cancel());
    later[0] = loop.callSoon(() -> ran.add("b"));
    runOnce();
    assertEquals(List.of(), ran);
  }

  @Test
  void cancellingAfterTheRunOrDuringItChangesNothing() {
    Handle[] handle = new Handle[1];
    handle[0] = loop.callSoon(() -> {
      handle[0].cancel();
      ran.add("a");
    });
    runOnce();
    handle[0].cancel();
    assertFalse(handle[0].cancelled());
    assertEquals(List.of("a"), ran);
  }

  @Test
  void nothingToCallIsRefusedAtOnce() {
    List<Executable> calls = List.of(
        () -> loop.callSoon(none()),
        () -> loop.callSoonThreadsafe(none()),
        () -> loop.callLater(Duration.ZERO, none()),
        () -> loop.callAt(Duration.ZERO, none()),
        () -> loop.callLater(none(), () -> {}),
        () -> loop.createTask(OnLoop.<AwaitableAction>none()),
        () -> loop.createFuture().addDoneCallback(none()));
    for (Executable call : calls) {
      assertThrows(NullPointerException.class, call);
    }
    runOnce();
  }

  // From other threads

  @Test
  void callbacksFromManyThreadsAllRunAndThoseOfOneThreadInItsOrder() throws Exception {
    int threads = 4;
    int each = 5000;
    List<List<Integer>> seen = new ArrayList<>();
    AtomicInteger count = new AtomicInteger();
    for (int i = 0; i < threads; i++) {
      List<Integer> mine = new ArrayList<>();
      seen.add(mine);
      thread(() -> {
        for (int n = 0; n < each; n++) {
          Integer number = n;
          loop.callSoonThreadsafe(() -> {
            mine.add(number);
            if (count.incrementAndGet() == threads * each) {
              loop.stop();
            }
          });
        }
      });
    }
    loop.runForever();
    List<Integer> expected = IntStream.range(0, each).boxed().toList();
    for (List<Integer> mine : seen) {
      assertEquals(expected, mine);
    }
  }

  @Test
  void aCallbackFromAnotherThreadEndsAnEndlessWait() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(backend()));
    for (int i = 0; i < 3; i++) {
      thread(() -> {
        backend.awaitEndlessWait(patience().toNanos());
        loop.callSoonThreadsafe(loop::stop);
      });
      loop.runForever();
    }
  }

  @Test
  void callbacksFromOtherThreadsWaitForALoopThatDoesNotRun() throws Exception {
    thread(() -> loop.callSoonThreadsafe(() -> ran.add("a"))).join();
    assertEquals(List.of(), ran);
    runOnce();
    assertEquals(List.of("a"), ran);
  }

  @Test
  void callbacksRunOnTheLoopAndNotInTheThreadThatSchedulesThem() throws Exception {
    run(() -> {
      Thread caller = thread(() -> loop.callSoonThreadsafe(() -> {
        assertSame(loop, Asyncio.getRunningLoop());
        ran.add(Thread.currentThread());
      }));
      await("the callback", () -> !ran.isEmpty());
      assertFalse(ran.contains(caller));
    });
  }

  @Test
  void closingWhileOtherThreadsScheduleLosesNothingButWhatIsRefused() throws Exception {
    AtomicInteger accepted = new AtomicInteger();
    Thread scheduler = thread(() -> {
      try {
        while (true) {
          loop.callSoonThreadsafe(() -> ran.add("x"));
          accepted.incrementAndGet();
        }
      } catch (IllegalStateException e) {
        // the loop is closed
      }
    });
    run(() -> await("some callbacks", () -> ran.size() >= 100));
    loop.close();
    scheduler.join();
    assertTrue(accepted.get() >= ran.size());
  }

  // Failures

  @Test
  void aCallbackThatThrowsIsReportedAndTheOthersRun() {
    IOException failure = new IOException("planted");
    AssertionError error = new AssertionError("planted too");
    Handle first = loop.callSoon(() -> raise(failure));
    loop.callSoon(() -> ran.add("b"));
    loop.callLater(Duration.ZERO, () -> raise(error));
    runOnce();
    assertEquals(List.of("b"), ran);
    ExceptionContext context = reports.take("Exception in callback");
    assertSame(failure, context.exception());
    assertSame(first, context.handle());
    assertFalse(first.cancelled());
    assertSame(error, reports.take("Exception in callback").exception());
  }

  @Test
  void theExceptionHandlerIsTheOneThatWasSetAndRunsOnTheLoop() {
    assertSame(reports, loop.getExceptionHandler());
    ExceptionHandler handler = (on, context) -> {
      assertSame(loop, on);
      assertSame(loop, Asyncio.getRunningLoop());
      ran.add(context.message());
    };
    loop.setExceptionHandler(handler);
    assertSame(handler, loop.getExceptionHandler());
    loop.callSoon(() -> loop.callExceptionHandler(ExceptionContext.of("planted", null)));
    runOnce();
    assertEquals(List.of("planted"), ran);
  }

  @Test
  void withoutAHandlerAFailureIsLogged() {
    loop.setExceptionHandler(null);
    assertNull(loop.getExceptionHandler());
    IOException failure = new IOException("planted");
    loop.callSoon(() -> raise(failure));
    try (LogCapture log = new LogCapture()) {
      runOnce();
      assertSame(failure, log.take("Exception in callback").getThrown());
      log.assertNoneLeft();
    }
  }

  @Test
  void aHandlerThatThrowsIsLoggedTogetherWithWhatItWasToldOf() {
    IOException first = new IOException("planted");
    RuntimeException second = new IllegalArgumentException("planted too");
    loop.setExceptionHandler((on, context) -> raise(second));
    loop.callSoon(() -> raise(first));
    loop.callSoon(() -> ran.add("b"));
    try (LogCapture log = new LogCapture()) {
      runOnce();
      assertSame(first, log.take("Exception in callback").getThrown());
      assertSame(second, log.take("exception handler").getThrown());
      log.assertNoneLeft();
    }
    assertEquals(List.of("b"), ran);
  }

  @Test
  void theLogNamesAllThatAContextHas() {
    var future = loop.createFuture();
    try (LogCapture log = new LogCapture()) {
      loop.defaultExceptionHandler(ExceptionContext.of("planted", null).withFuture(future));
      assertTrue(log.take("planted").getMessage().contains(future.toString()));
    }
  }

  @Test
  void aCallbackThatCannotEvenSayWhatItIsDoesNotEndTheLoop() throws Exception {
    IllegalStateException planted = new IllegalStateException("planted");
    run(() -> {
      loop.callSoon(new Runnable() {
        @Override
        public void run() {
          throw planted;
        }

        @Override
        public String toString() {
          throw new IllegalStateException("no name");
        }
      });
      settle();
    });
    assertSame(planted, reports.take("Exception in callback").exception());
  }

  @Test
  void aReportThatCannotBeLoggedDoesNotEndTheLoop() throws Exception {
    run(() -> {
      loop.setExceptionHandler(null);
      loop.callExceptionHandler(
          ExceptionContext.of("meant to fail in the logger", new IllegalStateException("planted") {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
              throw new IllegalStateException("no name");
            }
          }));
      settle();
      loop.setExceptionHandler(reports);
    });
  }
}
