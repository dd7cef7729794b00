// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.wrapFuture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.EventLoop;
import dev.culebra.TaskMode;
import dev.culebra.test.TestClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A loop as a ScheduledExecutorService. */
@SuppressWarnings("FutureReturnValueIgnored") // many tests look at what ran, not at its future
abstract class ScheduledExecutorContract extends OnLoop {

  private final List<Object> ran = new ArrayList<>();
  private ScheduledExecutorService view;

  @BeforeEach
  void makeView() {
    view = loop.asScheduledExecutor();
  }

  // ---- running tasks

  @Test
  void whatIsSubmittedRunsAsACallbackInOrder() throws Exception {
    run(() -> {
      Future<Boolean> first = view.submit(() -> getRunningLoop() == loop && ran.add("first"));
      Future<String> second = view.submit(() -> ran.add("second"), "x");
      view.execute(() -> ran.add("third"));
      await("the third", () -> ran.size() == 3);
      assertTrue(first.get());
      assertEquals("x", second.get());
    });
    assertEquals(List.of("first", "second", "third"), ran);
  }

  @Test
  void anotherThreadWaitsForItsResult() throws Exception {
    assertTrue(run(() ->
        aside(() -> view.submit(() -> getRunningLoop() == loop).get()).await()));
  }

  @Test
  void delayedTasksRunInTheOrderOfTheirTimes() throws Exception {
    onClock(TestClock.Mode.JUMPING);
    makeView();
    run(() -> {
      view.schedule(() -> ran.add("late"), 2, TimeUnit.HOURS);
      view.schedule(() -> ran.add("soon"), 1, TimeUnit.HOURS);
      view.schedule(() -> ran.add("at once"), -1, TimeUnit.DAYS);
      assertEquals(List.of(), ran);
      sleep(Duration.ofHours(3));
    });
    assertEquals(List.of("at once", "soon", "late"), ran);
  }

  @Test
  void aDelayedTaskIsNeverEarlyAndHasAResult() throws Exception {
    run(() -> {
      long startNanos = System.nanoTime();
      ScheduledFuture<Long> task = view.schedule(System::nanoTime, 2, TimeUnit.MILLISECONDS);
      assertTrue(task.getDelay(TimeUnit.NANOSECONDS) <= 2_000_000);
      assertTrue(wrapFuture(task).await() - startNanos >= 2_000_000);
      assertTrue(task.getDelay(TimeUnit.NANOSECONDS) <= 0);
    });
  }

  @Test
  void anotherThreadsTimerWakesALoopThatWaits() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(tck().backend()));
    ScheduledExecutorService scheduler = loop.asScheduledExecutor();
    thread(() -> {
      backend.awaitEndlessWait(patience().toNanos());
      scheduler.schedule(loop::stop, 1, TimeUnit.MILLISECONDS);
    });
    loop.runForever();
  }

  @Test
  void manyThreadsSchedule() throws Exception {
    AtomicInteger count = new AtomicInteger();
    for (int i = 0; i < 4; i++) {
      thread(() -> {
        for (int j = 0; j < 500; j++) {
          view.schedule(count::incrementAndGet, j % 50, TimeUnit.MICROSECONDS);
          view.execute(count::incrementAndGet);
        }
      });
    }
    run(() -> await("all", () -> count.get() == 4000));
    view.shutdown();
    assertTrue(view.isTerminated());
  }

  @Test
  void aFixedRateCountsFromOneDueTimeToTheNext() throws Exception {
    run(() -> {
      List<ScheduledFuture<?>> self = new ArrayList<>();
      Duration earliest = loop.time();
      self.add(view.scheduleAtFixedRate(
          () -> {
            Duration before = loop.time();
            Duration delay = Duration.ofNanos(self.get(0).getDelay(TimeUnit.NANOSECONDS));
            ran.add(new Due(before.plus(delay), loop.time().plus(delay)));
            if (ran.size() == 1) {
              spin(Duration.ofMillis(3)); // the next runs are overdue, and their times the same
            }
          },
          1,
          1,
          TimeUnit.MILLISECONDS));
      Duration latest = loop.time();
      await("six runs", () -> ran.size() >= 6);
      self.get(0).cancel(false);
      for (int i = 0; i < 6; i++) {
        Due due = (Due) ran.get(i);
        Duration period = Duration.ofMillis(i + 1L);
        assertTrue(due.earliest.compareTo(latest.plus(period)) <= 0, "late: " + ran);
        assertTrue(due.latest.compareTo(earliest.plus(period)) >= 0, "early: " + ran);
      }
    });
  }

  /** The bounds of when a run was due. */
  private record Due(Duration earliest, Duration latest) {}

  @Test
  void aFixedDelayCountsFromTheEndOfARun() throws Exception {
    run(() -> {
      List<Long> startsNanos = new ArrayList<>();
      ScheduledFuture<?> periodic = view.scheduleWithFixedDelay(
          () -> {
            startsNanos.add(System.nanoTime());
            spin(Duration.ofMillis(1));
          },
          0,
          1,
          TimeUnit.MILLISECONDS);
      await("three runs", () -> startsNanos.size() >= 3);
      periodic.cancel(false);
      assertTrue(startsNanos.get(1) - startsNanos.get(0) >= 2_000_000);
      assertTrue(startsNanos.get(2) - startsNanos.get(1) >= 2_000_000);
    });
  }

  private static void spin(Duration duration) {
    long startNanos = System.nanoTime();
    while (System.nanoTime() - startNanos < duration.toNanos()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aPeriodicTaskThatThrowsStops() throws Exception {
    IOException thrown = new IOException("x");
    run(() -> {
      ScheduledFuture<?> periodic = view.scheduleAtFixedRate(
          () -> {
            ran.add("run");
            if (ran.size() == 2) {
              raise(thrown);
            }
          },
          0,
          1,
          TimeUnit.MICROSECONDS);
      assertSame(
          thrown, assertThrows(IOException.class, () -> wrapFuture(periodic).await()));
      settle();
    });
    assertEquals(List.of("run", "run"), ran);
  }

  // ---- failures

  @Test
  void whatASubmittedTaskThrowsIsInItsFutureOnly() throws Exception {
    IOException thrown = new IOException("x");
    Future<Object> task = view.submit(() -> raise(thrown));
    runOnce();
    assertSame(thrown, assertThrows(ExecutionException.class, task::get).getCause());
  }

  @Test
  void whatAnExecutedCommandThrowsIsReported() {
    IOException thrown = new IOException("x");
    view.execute(() -> raise(thrown));
    runOnce();
    assertSame(thrown, reports.take("Exception in callback").exception());
  }

  @Test
  void badArgumentsAreRefused() {
    Runnable command = () -> ran.add("run");
    assertThrows(NullPointerException.class, () -> view.execute(none()));
    assertThrows(
        NullPointerException.class, () -> view.schedule(OnLoop.<Runnable>none(), 1, TimeUnit.DAYS));
    assertThrows(NullPointerException.class, () -> view.schedule(command, 1, none()));
    assertThrows(
        IllegalArgumentException.class,
        () -> view.scheduleAtFixedRate(command, 0, 0, TimeUnit.DAYS));
    assertThrows(
        IllegalArgumentException.class,
        () -> view.scheduleWithFixedDelay(command, 0, -1, TimeUnit.DAYS));
    assertThrows(IllegalArgumentException.class, () -> view.invokeAny(List.of()));
    runOnce();
    assertEquals(List.of(), ran);
  }

  @Test
  void aDelayWithoutEndIsNoProblem() {
    ScheduledFuture<?> task = view.schedule(() -> ran.add("run"), Long.MAX_VALUE, TimeUnit.DAYS);
    view.scheduleAtFixedRate(() -> ran.add("run"), Long.MAX_VALUE, Long.MAX_VALUE, TimeUnit.DAYS);
    runOnce();
    assertTrue(task.getDelay(TimeUnit.DAYS) > 10_000);
    assertEquals(List.of(), ran);
  }

  // ---- cancelling

  @Test
  void aTaskThatAnotherThreadCancelsLeavesNoTimer() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(tck().backend()));
    ScheduledExecutorService scheduler = loop.asScheduledExecutor();
    ScheduledFuture<?> task = scheduler.schedule(() -> ran.add("run"), 1, TimeUnit.HOURS);
    runOnce();
    thread(() -> {
      assertTrue(task.cancel(false));
      backend.awaitEndlessWait(patience().toNanos());
      loop.callSoonThreadsafe(loop::stop);
    });
    loop.runForever();
    assertTrue(task.isCancelled());
  }

  @Test
  void aTaskCancelledOnTheLoopLeavesNoTimer() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(tck().backend()));
    ScheduledExecutorService scheduler = loop.asScheduledExecutor();
    loop.callSoon(() ->
        assertTrue(scheduler.schedule(() -> ran.add("run"), 1, TimeUnit.HOURS).cancel(false)));
    thread(() -> {
      backend.awaitEndlessWait(patience().toNanos());
      loop.callSoonThreadsafe(loop::stop);
    });
    loop.runForever();
  }

  @Test
  void aTaskCancelledBeforeItRunsDoesNotRun() throws Exception {
    run(() -> {
      Future<?> task = view.submit(() -> ran.add("run"));
      ScheduledFuture<?> delayed = view.schedule(() -> ran.add("run"), 0, TimeUnit.NANOSECONDS);
      assertTrue(task.cancel(true));
      assertTrue(delayed.cancel(true));
      settle();
    });
    assertEquals(List.of(), ran);
  }

  @Test
  void aPeriodicTaskMayCancelItself() throws Exception {
    run(() -> {
      List<Future<?>> self = new ArrayList<>();
      self.add(view.scheduleAtFixedRate(
          () -> {
            ran.add("run");
            self.get(0).cancel(false);
          },
          0,
          1,
          TimeUnit.MICROSECONDS));
      await("its end", () -> self.get(0).isDone());
      settle();
    });
    assertEquals(List.of("run"), ran);
  }

  // ---- waiting on the loop itself

  @Test
  void aCallbackMayNotWaitForItsOwnLoop() {
    loop.callSoon(() -> {
      Future<Boolean> task = view.submit(() -> ran.add("task"));
      List<Callable<Integer>> tasks = List.of(() -> 0);
      assertThrows(IllegalStateException.class, task::get);
      assertThrows(IllegalStateException.class, () -> task.get(1, TimeUnit.HOURS));
      assertThrows(IllegalStateException.class, () -> view.invokeAll(tasks));
      assertThrows(IllegalStateException.class, () -> view.invokeAll(tasks, 1, TimeUnit.HOURS));
      assertThrows(IllegalStateException.class, () -> view.invokeAny(tasks));
      assertThrows(IllegalStateException.class, () -> view.invokeAny(tasks, 1, TimeUnit.HOURS));
      assertThrows(IllegalStateException.class, () -> view.awaitTermination(1, TimeUnit.HOURS));
      ran.add("callback");
    });
    runOnce();
    runOnce();
    assertEquals(List.of("callback", "task"), ran);
  }

  @Test
  void aTaskMayWaitForItsOwnLoopOnlyIfTheLoopGoesOn() throws Exception {
    run(() -> {
      Future<String> task = view.schedule(() -> "x", 1, TimeUnit.MILLISECONDS);
      if (loop.taskMode() == TaskMode.CARRIED) {
        assertEquals("x", task.get());
      } else {
        String advice = assertThrows(IllegalStateException.class, task::get).getMessage();
        assertTrue(nonNull(advice).contains("wrapFuture"));
        assertEquals("x", wrapFuture(task).await());
      }
      assertEquals("x", task.get());
    });
  }

  // ---- several at once

  @Test
  void invokeAllWaitsForAll() throws Exception {
    List<Callable<Integer>> tasks = List.of(() -> 1, () -> raise(new IOException("x")), () -> 3);
    List<Future<Integer>> done = run(() -> aside(() -> view.invokeAll(tasks)).await());
    assertEquals(1, done.get(0).get());
    assertThrows(ExecutionException.class, () -> done.get(1).get());
    assertEquals(3, done.get(2).get());
  }

  @Test
  void invokeAnyTakesTheFirstSuccess() throws Exception {
    List<Callable<Integer>> tasks =
        List.of(() -> raise(new IOException("x")), () -> 2, () -> ran.add("superfluous") ? 3 : 0);
    assertEquals(2, run(() -> aside(() -> view.invokeAny(tasks)).await()));
    assertEquals(List.of(), ran);
    IOException last = new IOException("last");
    List<Callable<Integer>> failing =
        List.of(() -> raise(new IOException("first")), () -> raise(last));
    run(() -> {
      ExecutionException thrown = assertThrows(
          ExecutionException.class, () -> aside(() -> view.invokeAny(failing)).await());
      assertSame(last, thrown.getCause());
    });
  }

  @Test
  void invokeAnyHasALimit() {
    List<Callable<Integer>> tasks = List.of(() -> 1);
    assertThrows(TimeoutException.class, () -> view.invokeAny(tasks, 1, TimeUnit.MILLISECONDS));
    runOnce();
  }

  // ---- the end of the view

  @Test
  void shutdownLetsDelayedTasksRunAndCancelsPeriodicOnes() throws Exception {
    run(() -> {
      Future<?> delayed = view.schedule(() -> ran.add("delayed"), 1, TimeUnit.MILLISECONDS);
      Future<?> periodic =
          view.scheduleAtFixedRate(() -> ran.add("periodic"), 1, 1, TimeUnit.MILLISECONDS);
      assertFalse(view.isShutdown());
      view.shutdown();
      assertTrue(view.isShutdown());
      assertFalse(view.isTerminated());
      assertTrue(periodic.isCancelled());
      assertThrows(RejectedExecutionException.class, () -> view.execute(() -> ran.add("no")));
      assertThrows(
          RejectedExecutionException.class,
          () -> view.schedule(() -> ran.add("no"), 0, TimeUnit.DAYS));
      assertTrue(aside(() -> view.awaitTermination(patience().toNanos(), TimeUnit.NANOSECONDS))
          .await());
      assertTrue(delayed.isDone());
      assertTrue(view.isTerminated());
    });
    assertEquals(List.of("delayed"), ran);
  }

  @Test
  void aPeriodicTaskMayShutTheViewDown() throws Exception {
    run(() -> {
      Future<?> periodic = view.scheduleAtFixedRate(
          () -> {
            view.shutdown();
            ran.add(view.isTerminated() ? "terminated while it runs" : "still runs");
          },
          0,
          1,
          TimeUnit.MICROSECONDS);
      await("the view's end", view::isTerminated);
      assertTrue(periodic.isCancelled());
    });
    assertEquals(List.of("still runs"), ran);
  }

  @Test
  void shutdownEndsNeitherTheLoopNorOtherViews() throws Exception {
    ScheduledExecutorService other = loop.asScheduledExecutor();
    view.shutdown();
    assertTrue(view.isTerminated());
    assertEquals("x", run(() -> wrapFuture(other.submit(() -> "x")).await()));
  }

  @Test
  void shutdownNowCancelsAndReturnsWhatWaits() throws Exception {
    Runnable command = () -> ran.add("no");
    view.execute(command);
    assertEquals(List.of(command), view.shutdownNow());
    assertTrue(view.isTerminated());
    ScheduledExecutorService other = loop.asScheduledExecutor();
    Future<?> delayed = other.schedule(command, 1, TimeUnit.HOURS);
    assertEquals(List.of(delayed), other.shutdownNow());
    assertTrue(delayed.isCancelled());
    runOnce();
    assertEquals(List.of(), ran);
  }

  @Test
  void closeWaitsForWhatWasGiven() throws Exception {
    run(() -> aside(() -> {
          try (ScheduledExecutorService closing = loop.asScheduledExecutor()) {
            closing.schedule(() -> ran.add("delayed"), 1, TimeUnit.MILLISECONDS);
          }
          return ran.add("closed");
        })
        .await());
    assertEquals(List.of("delayed", "closed"), ran);
  }

  // ---- the end of the loop

  @Test
  void aClosedLoopHasCancelledWhatWaitedAndRejectsWhatComes() throws Exception {
    Future<?> submitted = view.submit(() -> ran.add("no"));
    Future<?> delayed = view.schedule(() -> ran.add("no"), 1, TimeUnit.HOURS);
    Future<?> periodic = view.scheduleWithFixedDelay(() -> ran.add("no"), 1, 1, TimeUnit.HOURS);
    loop.close();
    assertTrue(submitted.isCancelled());
    assertTrue(delayed.isCancelled());
    assertTrue(periodic.isCancelled());
    assertTrue(view.isShutdown());
    assertTrue(view.isTerminated());
    assertTrue(view.awaitTermination(0, TimeUnit.SECONDS));
    assertThrows(RejectedExecutionException.class, () -> view.execute(() -> ran.add("no")));
    assertThrows(RejectedExecutionException.class, () -> view.submit(() -> ran.add("no")));
    assertEquals(List.of(), ran);
  }

  @Test
  void theCloseLeavesNobodyWaiting() throws Exception {
    Future<?> delayed = view.schedule(() -> ran.add("no"), 1, TimeUnit.HOURS);
    List<Callable<Boolean>> tasks = List.of(() -> ran.add("no"));
    ScheduledExecutorService unused = loop.asScheduledExecutor();
    List<Thread> waiting = List.of(
        thread(() -> assertThrows(CancellationException.class, delayed::get)),
        thread(() -> assertTrue(view.invokeAll(tasks).get(0).isCancelled())),
        thread(() -> assertThrows(ExecutionException.class, () -> view.invokeAny(tasks))),
        thread(() -> assertTrue(view.awaitTermination(1, TimeUnit.HOURS))),
        thread(() -> assertTrue(unused.awaitTermination(1, TimeUnit.HOURS))));
    for (Thread each : waiting) {
      awaitAside(
          "the wait",
          () -> each.getState() == Thread.State.WAITING
              || each.getState() == Thread.State.TIMED_WAITING);
    }
    loop.close();
    assertEquals(List.of(), ran);
  }

  @Test
  void aLoopThatClosesUnderManyThreadsLeavesNobodyWaiting() throws Exception {
    for (int i = 0; i < 50; i++) {
      EventLoop brief = newLoop(backend());
      ScheduledExecutorService scheduler = brief.asScheduledExecutor();
      CountDownLatch ready = new CountDownLatch(2);
      List<Thread> givers = new ArrayList<>();
      for (int j = 0; j < 2; j++) {
        givers.add(thread(() -> {
          ready.countDown();
          try {
            scheduler.schedule(() -> ran.add("no"), 1, TimeUnit.HOURS).get();
          } catch (RejectedExecutionException | CancellationException e) {
            // closed before, or meanwhile
          }
        }));
      }
      ready.await();
      brief.close();
      for (Thread giver : givers) {
        giver.join(patience());
        assertFalse(giver.isAlive(), "missing: the end of a wait");
      }
      assertTrue(scheduler.isTerminated());
    }
  }

  @Test
  void aStageOfTheJdksRunsOnTheLoop() throws Exception {
    CompletableFuture<Boolean> stage =
        CompletableFuture.supplyAsync(() -> getRunningLoop() == loop, view);
    run(() -> {
      sleep(Duration.ZERO);
      assertTrue(wrapFuture(stage).await());
    });
  }
}
