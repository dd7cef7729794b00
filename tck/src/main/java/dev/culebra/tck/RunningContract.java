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
import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.TaskMode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** A loop's life: running, stopping, closing, and in which threads. */
abstract class RunningContract extends OnLoop {

  private final List<String> ran = new ArrayList<>();

  // Stopping

  @Test
  void stopBeforeARunMakesItOneIterationThatDoesNotWait() {
    loop.callLater(LONG, () -> ran.add("late"));
    loop.callSoon(() -> {
      ran.add("a");
      loop.callSoon(() -> ran.add("c"));
    });
    loop.callSoon(() -> ran.add("b"));
    loop.stop();
    loop.runForever();
    assertEquals(List.of("a", "b"), ran);
    loop.stop();
    loop.runForever();
    assertEquals(List.of("a", "b", "c"), ran);
  }

  @Test
  void stopLetsTheBatchUnderWayEndAndLeavesWhatIsAddedToTheNextRun() {
    loop.callSoon(() -> {
      ran.add("a");
      loop.stop();
      loop.callSoon(() -> ran.add("c"));
      loop.stop();
    });
    loop.callSoon(() -> ran.add("b"));
    loop.runForever();
    assertEquals(List.of("a", "b"), ran);
    runOnce();
    assertEquals(List.of("a", "b", "c"), ran);
  }

  @Test
  void theRunAfterAStoppedOneGoesOnAsLongAsItLikes() throws Exception {
    runOnce();
    run(() -> {
      sleep(Duration.ofMillis(1));
      sleep(Duration.ZERO);
      ran.add("a");
    });
    assertEquals(List.of("a"), ran);
  }

  @Test
  void aTaskMayStopTheLoopAndGoesOnInTheNextRun() throws Exception {
    Task<String> task = loop.createTask(() -> {
      loop.stop();
      sleep(Duration.ZERO);
      return "done";
    });
    loop.runForever();
    assertFalse(task.done());
    assertEquals("done", run(task));
  }

  @Test
  void aLoopWithNothingToDoWaitsUntilAnotherThreadStopsIt() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(backend()));
    thread(() -> {
      backend.awaitEndlessWait(patience().toNanos());
      loop.callSoonThreadsafe(loop::stop);
    });
    loop.runForever();
    assertTrue(backend.polls.get() < 10, "it waits instead of spinning");
  }

  // runUntilComplete

  @Test
  void runUntilCompleteReturnsTheResult() throws Exception {
    assertEquals("x", loop.runUntilComplete(() -> "x"));
    assertNull(loop.<@Nullable Void>runUntilComplete(() -> null));
    Task<String> task = loop.createTask(() -> "y");
    assertEquals("y", loop.runUntilComplete(task));
    assertEquals("y", loop.runUntilComplete(task), "done already");
  }

  @Test
  void runUntilCompleteThrowsWhatWasThrown() {
    IOException failure = new IOException("planted");
    assertSame(failure, assertThrows(IOException.class, () -> run(() -> raise(failure))));
    AssertionError error = new AssertionError("planted");
    assertSame(error, assertThrows(AssertionError.class, () -> run(() -> raise(error))));
  }

  @Test
  void runUntilCompleteOfACancelledFutureThrowsCancellationException() {
    LoopFuture<String> future = loop.createFuture();
    loop.callSoon(() -> future.cancel("enough"));
    CancellationException e =
        assertThrows(CancellationException.class, () -> loop.runUntilComplete(future));
    assertEquals("enough", e.getMessage());
  }

  @Test
  void runUntilCompleteRefusesAFutureOfAnotherLoop() {
    LoopFuture<String> foreign = newLoop(backend()).createFuture();
    assertThrows(IllegalArgumentException.class, () -> loop.runUntilComplete(foreign));
  }

  @Test
  void runUntilCompleteThrowsIfTheLoopIsStoppedBefore() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    loop.callSoon(loop::stop);
    assertThrows(IllegalStateException.class, () -> loop.runUntilComplete(future));
    loop.callSoon(() -> future.setResult("late"));
    run(() -> {
      settle();
      ran.add("the future's end has not stopped this run");
    });
    assertEquals(1, ran.size());
    assertEquals("late", loop.runUntilComplete(future));
  }

  // Being run

  @Test
  void isRunningTellsSoInsideOutsideAndFromOtherThreads() throws Exception {
    assertFalse(loop.isRunning());
    loop.callSoon(() -> assertTrue(loop.isRunning()));
    run(() -> {
      assertTrue(loop.isRunning());
      assertTrue(aside(loop::isRunning).await());
    });
    assertFalse(loop.isRunning());
  }

  @Test
  void aLoopIsNotRunFromWithinALoop() throws Exception {
    EventLoop other = newLoop(backend());
    List<Executable> runs = List.of(
        loop::runForever,
        () -> loop.runUntilComplete(() -> "never"),
        other::runForever,
        () -> other.runUntilComplete(() -> "never"),
        () -> Asyncio.run(() -> "never"));
    AtomicInteger refused = new AtomicInteger();
    for (Executable each : runs) {
      loop.callSoon(() -> {
        assertThrows(IllegalStateException.class, each);
        refused.incrementAndGet();
      });
    }
    run(() -> {
      for (Executable each : runs) {
        assertThrows(IllegalStateException.class, each);
      }
    });
    assertEquals(runs.size(), refused.get());
  }

  @Test
  void aRunningLoopIsNotRunByAnotherThread() throws Exception {
    run(() -> {
      aside(() -> assertThrows(IllegalStateException.class, loop::runForever)).await();
      aside(() ->
              assertThrows(IllegalStateException.class, () -> loop.runUntilComplete(() -> "never")))
          .await();
    });
  }

  // In which thread

  @Test
  void aPlatformThreadThatRunsALoopCarriesItWhereItCanBeInterrupted() throws Exception {
    AtomicReference<String> seen = new AtomicReference<>("");
    Thread runner = thread(() -> {
      Thread.currentThread().setName("the-runner");
      loop.callSoon(() -> seen.set(Thread.currentThread().toString()));
      run(() -> sleep(Duration.ofMillis(1)));
    });
    runner.join();
    assertTrue(seen.get().contains(expectedCarrier("the-runner")), seen.get());
  }

  /** What must be polled on the bare carrier needs one of its own, or an interrupt might be lost. */
  private String expectedCarrier(String caller) {
    boolean carried = loop.taskMode() == TaskMode.CARRIED;
    return carried && !backend().waitsOnVirtualThreads() ? "culebra-carrier" : caller;
  }

  @Test
  void inCarriedModeThatThreadCarriesTheTasksToo() throws Exception {
    assumeCarried();
    AtomicReference<String> seen = new AtomicReference<>("");
    Thread runner = thread(() -> {
      Thread.currentThread().setName("the-runner");
      run(() -> seen.set(Thread.currentThread().toString()));
    });
    runner.join();
    assertTrue(seen.get().endsWith("@" + expectedCarrier("the-runner")), seen.get());
  }

  @Test
  void tasksAreVirtualThreads() throws Exception {
    run(() -> assertTrue(Thread.currentThread().isVirtual()));
  }

  @Test
  void aLoopRunsFromAVirtualThread() throws Exception {
    AtomicReference<Object> outcome = new AtomicReference<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            assertEquals("x", run(() -> sleep(Duration.ofMillis(1), "x")));
            IOException failure = new IOException("planted");
            assertSame(failure, assertThrows(IOException.class, () -> run(() -> raise(failure))));
            loop.close();
            outcome.set("as it should");
          } catch (Throwable t) {
            outcome.set(t);
          }
        })
        .join();
    assertEquals("as it should", outcome.get());
  }

  @Test
  void aLoopRunsInOneThreadAfterAnother() throws Exception {
    for (int i = 0; i < 3; i++) {
      Thread runner = thread(() -> run(() -> ran.add(sleep(Duration.ZERO, "x"))));
      runner.join();
    }
    run(() -> ran.add("y"));
    assertEquals(List.of("x", "x", "x", "y"), ran);
  }

  @Test
  void twoLoopsRunAtOnceInTwoThreads() throws Exception {
    int rounds = 1000;
    EventLoop other = newLoop(backend());
    CountDownLatch bothRun = new CountDownLatch(2);
    AtomicInteger hits = new AtomicInteger();
    loop.callSoon(bothRun::countDown);
    other.callSoon(bothRun::countDown);
    Runnable[] serve = new Runnable[1];
    Runnable hitBack = () -> {
      assertSame(other, Asyncio.getRunningLoop());
      loop.callSoonThreadsafe(serve[0]);
    };
    serve[0] = () -> {
      assertSame(loop, Asyncio.getRunningLoop());
      if (hits.incrementAndGet() < rounds) {
        other.callSoonThreadsafe(hitBack);
      } else {
        other.callSoonThreadsafe(other::stop);
        loop.stop();
      }
    };
    Thread second = thread(other::runForever);
    loop.callSoonThreadsafe(serve[0]);
    loop.runForever();
    second.join();
    bothRun.await();
    assertEquals(rounds, hits.get());
  }

  @Test
  void taskModeIsTheOneAskedFor() {
    String wanted = System.getProperty("culebra.tasks", "auto");
    if (!wanted.equals("auto")) {
      assertEquals(wanted.equals("baton") ? TaskMode.BATON : TaskMode.CARRIED, loop.taskMode());
    }
    assertEquals(backend().name(), loop.backend());
  }

  // Closing

  @Test
  void aRunningLoopIsNotClosed() throws Exception {
    loop.callSoon(() -> assertThrows(IllegalStateException.class, loop::close));
    run(() -> {
      assertThrows(IllegalStateException.class, loop::close);
      sleep(Duration.ZERO);
    });
    assertFalse(loop.isClosed());
  }

  @Test
  void closeIsIdempotent() {
    loop.close();
    assertTrue(loop.isClosed());
    loop.close();
    assertTrue(loop.isClosed());
  }

  @Test
  void closeDropsWhatWaitsWithoutRunningIt() {
    loop.callSoon(() -> ran.add("soon"));
    loop.callSoonThreadsafe(() -> ran.add("threadsafe"));
    loop.callLater(Duration.ZERO, () -> ran.add("later"));
    LoopFuture<String> future = loop.createFuture();
    future.setResult("x");
    future.addDoneCallback(done -> ran.add("done"));
    loop.close();
    assertEquals(List.of(), ran);
  }

  @Test
  void everySchedulingMethodOfAClosedLoopThrows() {
    loop.close();
    List<Executable> calls = List.of(
        () -> loop.callSoon(() -> {}),
        () -> loop.callSoonThreadsafe(() -> {}),
        () -> loop.callLater(LONG, () -> {}),
        () -> loop.callAt(LONG, () -> {}),
        () -> loop.createTask(() -> "never"),
        () -> loop.createTask(() -> {}),
        loop::runForever,
        () -> loop.runUntilComplete(() -> "never"));
    for (Executable call : calls) {
      assertThrows(IllegalStateException.class, call);
    }
    assertFalse(loop.isRunning());
  }

  @Test
  void aHandleAndAFutureOfAClosedLoopDoNoHarm() {
    var handle = loop.callSoon(() -> ran.add("soon"));
    var timer = loop.callLater(LONG, () -> ran.add("later"));
    LoopFuture<String> future = loop.createFuture();
    future.addDoneCallback(done -> ran.add("done"));
    loop.close();
    handle.cancel();
    timer.cancel();
    future.setResult("x");
    assertTrue(future.done());
    assertEquals(List.of(), ran);
  }

  // What breaks the JVM

  @Test
  void aVirtualMachineErrorInACallbackEscapesAndTheLoopStaysUsable() throws Exception {
    Error fatal = new InternalError("planted");
    loop.callSoon(() -> raise(fatal));
    loop.callSoon(() -> ran.add("b"));
    assertSame(fatal, assertThrows(InternalError.class, loop::runForever));
    assertFalse(loop.isRunning());
    run(() -> sleep(Duration.ZERO));
    assertEquals(List.of("b"), ran);
    reports.take("Exception in callback");
  }

  @Test
  void aVirtualMachineErrorInATaskEscapesAndTheLoopStaysUsable() throws Exception {
    Error fatal = new InternalError("planted");
    Task<String> task = loop.createTask(() -> raise(fatal));
    assertSame(
        fatal, assertThrows(InternalError.class, () -> run(() -> sleep(Duration.ofSeconds(20)))));
    assertSame(fatal, task.exception());
    assertEquals("x", run(() -> sleep(Duration.ZERO, "x")));
    endTasks();
  }

  @Test
  void aStackOverflowIsACallbacksOwnFailure() throws Exception {
    loop.callSoon(() -> raise(new StackOverflowError("planted")));
    run(() -> sleep(Duration.ZERO));
    reports.take("Exception in callback");
  }

  /** The sleeper of the test is still there; it goes with the loop. */
  private void endTasks() {
    loop.close();
    reports.take("Task was destroyed but it is pending");
  }
}
