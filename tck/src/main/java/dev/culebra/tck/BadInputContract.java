// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Asyncio;
import dev.culebra.AwaitableAction;
import dev.culebra.EventLoop;
import dev.culebra.InvalidStateException;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Misuse of the core: each gets its exception, which says what to do instead, and costs nothing else. */
abstract class BadInputContract extends OnLoop {

  private static void assertTells(
      Class<? extends Exception> type, String whatToDo, Executable misuse) {
    String message = assertThrows(type, misuse).getMessage();
    assertTrue(
        message != null && message.contains(whatToDo),
        () -> "missing: " + whatToDo + " in: " + message);
  }

  @Test
  void whatIsNullIsNamed() {
    assertTells(NullPointerException.class, "callback", () -> loop.callSoon(none()));
    assertTells(NullPointerException.class, "callback", () -> loop.callSoonThreadsafe(none()));
    assertTells(NullPointerException.class, "callback", () -> loop.callLater(LONG, none()));
    assertTells(NullPointerException.class, "callback", () -> loop.callAt(LONG, none()));
    assertTells(NullPointerException.class, "duration", () -> loop.callLater(none(), () -> {}));
    assertTells(NullPointerException.class, "duration", () -> loop.callAt(none(), () -> {}));
    assertTells(
        NullPointerException.class, "body", () -> loop.createTask(OnLoop.<AwaitableAction>none()));
    LoopFuture<String> future = loop.createFuture();
    assertTells(NullPointerException.class, "callback", () -> future.addDoneCallback(none()));
    assertTells(NullPointerException.class, "exception", () -> future.setException(none()));
    assertFalse(future.done());
  }

  @Test
  void aNegativeDelayIsNone() throws Exception {
    run(() -> {
      boolean[] ran = new boolean[1];
      loop.callLater(Duration.ofSeconds(Long.MIN_VALUE), () -> ran[0] = true);
      sleep(Duration.ofSeconds(Long.MIN_VALUE));
      sleep(Duration.ofDays(-1));
      await("a callback that was due long ago", () -> ran[0]);
    });
  }

  @Test
  void aDelayThatOverflowsIsForEver() throws Exception {
    run(() -> {
      Duration longest = Duration.ofSeconds(Long.MAX_VALUE);
      List<Task<?>> sleepers =
          List.of(createTask(() -> sleep(longest)), createTask(() -> sleep(longest)));
      loop.callLater(longest, () -> {}).cancel();
      settle();
      for (Task<?> sleeper : sleepers) {
        assertFalse(sleeper.done());
        sleeper.cancel();
      }
      settle();
    });
  }

  @Test
  void aFutureOfAnotherLoopIsNeitherAwaitedNorRun() throws Exception {
    LoopFuture<String> foreign = newLoop(backend()).createFuture();
    run(() -> assertTells(IllegalStateException.class, "callSoonThreadsafe", foreign::await));
    assertTells(
        IllegalArgumentException.class, "different loop", () -> loop.runUntilComplete(foreign));
    assertFalse(foreign.done());
    assertEquals("goes on", run(() -> "goes on"));
  }

  @Test
  void aTaskThatAwaitsItselfIsToldNotTo() throws Exception {
    run(() -> {
      Task<?>[] self = new Task<?>[1];
      self[0] = loop.createTask(
          () -> assertTells(IllegalStateException.class, "await another", self[0]::await));
      self[0].await();
    });
  }

  @Test
  void whoAwaitsOutsideATaskIsToldWhere() {
    LoopFuture<String> future = loop.createFuture();
    assertTells(IllegalStateException.class, "call it from a task", future::await);
    assertTells(IllegalStateException.class, "Asyncio.run", () -> sleep(Duration.ZERO));
    assertTells(IllegalStateException.class, "Asyncio.run", () -> createTask(() -> "x"));
    boolean[] ran = new boolean[1];
    loop.callSoon(() -> {
      assertTells(IllegalStateException.class, "createTask", future::await);
      assertTells(IllegalStateException.class, "createTask", () -> sleep(Duration.ZERO));
      ran[0] = true;
    });
    runOnce();
    assertTrue(ran[0]);
  }

  @Test
  void aFutureThatIsNotDoneOrIsDoneAlreadySaysHowToAskFirst() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    assertTells(InvalidStateException.class, "await()", future::result);
    assertTells(InvalidStateException.class, "addDoneCallback", future::exception);
    future.setResult("first");
    assertTells(InvalidStateException.class, "done()", () -> future.setResult("second"));
    assertTells(
        InvalidStateException.class, "done()", () -> future.setException(new Exception("third")));
    assertEquals("first", future.result());
  }

  @Test
  void aClosedLoopRefusesWhateverItWouldHaveToRun() {
    EventLoop other = newLoop(backend());
    other.close();
    List<Executable> calls = List.of(
        () -> other.callSoon(() -> {}),
        () -> other.callSoonThreadsafe(() -> {}),
        () -> other.callLater(Duration.ZERO, () -> {}),
        () -> other.callAt(Duration.ZERO, () -> {}),
        () -> other.createTask(() -> "x"),
        other::runForever,
        () -> other.runUntilComplete(() -> "x"));
    for (Executable call : calls) {
      assertTells(IllegalStateException.class, "Event loop is closed; make another", call);
    }
    other.close();
    assertTrue(other.isClosed());
  }

  @Test
  void aLoopWithinALoopIsRefusedAndTheOuterOneGoesOn() throws Exception {
    EventLoop other = newLoop(backend());
    run(() -> {
      assertTells(IllegalStateException.class, "already running", loop::runForever);
      assertTells(IllegalStateException.class, "await", other::runForever);
      assertTells(IllegalStateException.class, "createTask", () -> Asyncio.run(() -> "x"));
      assertTells(IllegalStateException.class, "stop()", loop::close);
      sleep(Duration.ZERO);
    });
  }
}
