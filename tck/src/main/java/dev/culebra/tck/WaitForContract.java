// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.shield;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.waitFor;
import static dev.culebra.tck.Ticks.assertTakes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Awaitable;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** waitFor. */
abstract class WaitForContract extends OnLoop {

  private static final Duration SHORT = Duration.ofMillis(1);

  private final List<Object> ran = new ArrayList<>();

  private String sleepAndClean() {
    try {
      return sleep(LONG, "never");
    } finally {
      sleep(SHORT);
      ran.add("clean");
    }
  }

  private static String swallow() {
    try {
      return sleep(LONG, "never");
    } catch (CancellationException e) {
      return "swallowed";
    }
  }

  // In time

  @Test
  void whatEndsInTimeEndsAsItDoes() throws Exception {
    IOException failure = new IOException("planted");
    run(() -> {
      assertEquals("x", waitFor(() -> sleep(Duration.ZERO, "x"), LONG));
      assertEquals("x", waitFor(createTask(() -> "x"), LONG));
      assertSame(
          failure, assertThrows(IOException.class, () -> waitFor(() -> raise(failure), LONG)));
      waitFor(() -> sleep(Duration.ZERO), LONG);
    });
  }

  @Test
  void withoutALimitItWaits() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      loop.callLater(SHORT, () -> future.setResult("x"));
      assertEquals("x", waitFor(future, null));
    });
  }

  @Test
  void aCancelledFutureIsACancellationAndNoTimeout() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      loop.callSoon(() -> future.cancel("enough"));
      assertEquals(
          "enough",
          assertThrows(CancellationException.class, () -> waitFor(future, LONG)).getMessage());
    });
  }

  // Late

  @Test
  void whenTimeIsUpAFutureIsCancelled() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      TimeoutException timeout = assertThrows(TimeoutException.class, () -> waitFor(future, SHORT));
      assertTrue(future.cancelled());
      assertInstanceOf(CancellationException.class, timeout.getCause());
    });
  }

  @Test
  void whenTimeIsUpATasksCleanupIsAwaited() throws Exception {
    run(() -> {
      Task<String> task = createTask(this::sleepAndClean);
      assertThrows(TimeoutException.class, () -> waitFor(task, SHORT));
      assertEquals(List.of("clean"), ran);
      assertTrue(task.cancelled());
    });
  }

  @Test
  void whenTimeIsUpABodysCleanupIsAwaited() throws Exception {
    run(() -> {
      assertThrows(TimeoutException.class, () -> waitFor(this::sleepAndClean, SHORT));
      assertEquals(List.of("clean"), ran);
      sleep(Duration.ZERO); // no cancellation is left for it
    });
  }

  @Test
  void whatSwallowsItsCancellationGivesItsResult() throws Exception {
    run(() -> {
      assertEquals("swallowed", waitFor(WaitForContract::swallow, SHORT));
      assertEquals("swallowed", waitFor(createTask(WaitForContract::swallow), SHORT));
      sleep(Duration.ZERO);
    });
  }

  @Test
  void aFailureOfTheCleanupPassesAndTellsOfTheTimeout() throws Exception {
    run(() -> {
      IOException thrown = assertThrows(
          IOException.class,
          () -> waitFor(
              () -> {
                try {
                  sleep(LONG);
                } finally {
                  raise(new IOException("planted"));
                }
              },
              SHORT));
      assertInstanceOf(TimeoutException.class, thrown.getSuppressed()[0]);
    });
  }

  @Test
  void aShieldedTaskOutlivesTheLimit() throws Exception {
    run(() -> {
      LoopFuture<String> go = loop.createFuture();
      Task<String> task = createTask(go);
      assertThrows(TimeoutException.class, () -> waitFor(shield(task), SHORT));
      assertFalse(task.done());
      go.setResult("x");
      assertEquals("x", task.await());
    });
  }

  @Test
  void aLimitThatPassesInTheIterationOfTheResultWins() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      Task<String> waiter = createTask(() -> waitFor(future, SHORT));
      sleep(Duration.ZERO);
      block(SHORT.multipliedBy(2));
      loop.callSoon(() -> future.setResult("x")); // runs before the timer that is due by now
      assertThrows(TimeoutException.class, waiter::await);
      assertEquals("x", future.result());
    });
  }

  /** Holds the loop up, so that a timer is due when it goes on. */
  private static void block(Duration duration) {
    long startNanos = System.nanoTime();
    while (System.nanoTime() - startNanos < duration.toNanos()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aBodyThatBlocksOutsideTheLoopIsInterrupted() throws Exception {
    assumeCarried();
    run(() -> {
      TimeoutException timeout =
          assertThrows(TimeoutException.class, () -> waitFor(() -> Thread.sleep(LONG), SHORT));
      assertInstanceOf(InterruptedException.class, timeout.getCause());
      Thread.sleep(Duration.ofNanos(1)); // no interrupt is left for it
      sleep(Duration.ZERO);
    });
  }

  // Zero and below

  @Test
  void withoutTimeADoneFutureGivesWhatItHas() throws Exception {
    IOException failure = new IOException("planted");
    run(() -> {
      LoopFuture<String> done = loop.createFuture();
      done.setResult("x");
      assertEquals("x", waitFor(done, Duration.ZERO));
      LoopFuture<String> failed = loop.createFuture();
      failed.setException(failure);
      assertSame(
          failure, assertThrows(IOException.class, () -> waitFor(failed, Duration.ofDays(-1))));
      LoopFuture<String> cancelled = loop.createFuture();
      cancelled.cancel();
      assertThrows(CancellationException.class, () -> waitFor(cancelled, Duration.ZERO));
    });
  }

  @Test
  void withoutTimeABodyNeverStarts() throws Exception {
    run(() -> {
      Awaitable<Boolean> body = () -> ran.add("started");
      assertThrows(TimeoutException.class, () -> waitFor(body, Duration.ZERO));
      assertThrows(TimeoutException.class, () -> waitFor(body, Duration.ofNanos(-1)));
      settle();
    });
    assertEquals(List.of(), ran);
  }

  @Test
  void withoutTimeATaskIsCancelledAndItsCleanupAwaited() throws Exception {
    run(() -> {
      Task<String> task = createTask(this::sleepAndClean);
      settle();
      TimeoutException timeout =
          assertThrows(TimeoutException.class, () -> waitFor(task, Duration.ZERO));
      assertInstanceOf(CancellationException.class, timeout.getCause());
      assertEquals(List.of("clean"), ran);
      Task<String> stubborn = createTask(WaitForContract::swallow);
      settle();
      assertEquals("swallowed", waitFor(stubborn, Duration.ZERO));
    });
  }

  @Test
  void cancellingWhoAwaitsACleanupDoesNotWaitForIt() throws Exception {
    run(() -> {
      LoopFuture<String> cleanup = loop.createFuture();
      Task<String> task = createTask(() -> {
        try {
          return sleep(LONG, "never");
        } finally {
          shield(cleanup).await();
        }
      });
      settle();
      Task<String> waiter = createTask(() -> waitFor(task, Duration.ZERO));
      settle();
      waiter.cancel("enough");
      assertEquals(
          "enough", assertThrows(CancellationException.class, waiter::await).getMessage());
      assertFalse(task.done());
      cleanup.setResult("clean");
      assertThrows(CancellationException.class, task::await);
    });
  }

  // Who waits

  @Test
  void cancellingWhoWaitsCancelsWhatIsAwaited() throws Exception {
    run(() -> {
      Task<String> task = createTask(this::sleepAndClean);
      Task<String> waiter = createTask(() -> waitFor(task, LONG));
      settle();
      waiter.cancel();
      assertThrows(CancellationException.class, waiter::await);
      assertTrue(task.cancelled());
      assertEquals(List.of("clean"), ran);
      assertEquals(1, waiter.cancelling());
    });
  }

  @Test
  void aCallbackMustNotWait() throws Exception {
    List<Throwable> thrown = new ArrayList<>();
    run(() -> {
      for (Duration timeout : List.of(LONG, Duration.ZERO)) {
        loop.callSoon(() -> thrown.add(
            assertThrows(IllegalStateException.class, () -> waitFor(() -> "never", timeout))));
      }
      settle();
    });
    assertEquals(2, thrown.size());
  }

  @Test
  void itTakesAsManyIterationsAsInAsyncio() throws Exception {
    run(() -> {
      assertTakes(1, loop, () -> waitFor(() -> "x", LONG));
      assertTakes(4, loop, () -> waitFor(() -> "x", Duration.ZERO));
      Task<String> task = createTask(() -> "x");
      assertTakes(2, loop, () -> waitFor(task, LONG));
      assertTakes(1, loop, () -> waitFor(task, Duration.ZERO));
      assertTakes(7, loop, () -> {
        Task<String> sleeper = createTask(() -> sleep(LONG, "never"));
        Task<String> waiter = createTask(() -> waitFor(sleeper, LONG));
        for (int i = 0; i < 3; i++) {
          sleep(Duration.ZERO);
        }
        waiter.cancel();
        waiter.await();
      });
    });
  }
}
