// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.gather;
import static dev.culebra.Asyncio.shield;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.taskGroup;
import static dev.culebra.Asyncio.timeout;
import static dev.culebra.Asyncio.timeoutAt;
import static dev.culebra.tck.Ticks.assertTakes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Asyncio;
import dev.culebra.AwaitableAction;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.Timeout;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** timeout and timeoutAt. */
abstract class TimeoutContract extends OnLoop {

  private static final Duration SHORT = Duration.ofMillis(1);

  private final List<Object> ran = new ArrayList<>();

  private static TimeoutException assertTimesOut(Timeout limit, AwaitableAction body) {
    TimeoutException thrown = assertThrows(TimeoutException.class, () -> limit.run(body));
    assertTrue(limit.expired());
    return thrown;
  }

  // In time

  @Test
  void aBodyThatEndsInTimeEndsAsItDoes() throws Exception {
    IOException failure = new IOException("planted");
    run(() -> {
      Timeout limit = timeout(LONG);
      assertEquals("x", limit.run(() -> sleep(Duration.ZERO, "x")));
      assertFalse(limit.expired());
      Timeout failing = timeout(LONG);
      assertSame(failure, assertThrows(IOException.class, () -> failing.run(() -> raise(failure))));
      assertEquals(0, failure.getSuppressed().length);
      assertFalse(failing.expired());
    });
  }

  @Test
  void withoutALimitItNeverExpires() throws Exception {
    run(() -> {
      Timeout limit = timeout(null);
      assertNull(limit.when());
      limit.run(() -> sleep(SHORT));
      assertFalse(limit.expired());
      assertNull(timeoutAt(null).when());
    });
  }

  @Test
  void aLimitThatHasNotPassedLeavesNothingBehind() throws Exception {
    run(() -> {
      timeout(Duration.ZERO).run(() -> ran.add("x"));
      timeout(SHORT).run(() -> ran.add("y"));
      settle();
      sleep(SHORT.multipliedBy(2));
    });
    assertEquals(List.of("x", "y"), ran);
  }

  @Test
  void aLimitBeyondAllTimeNeverComes() throws Exception {
    run(() -> {
      for (Duration forever : List.of(ChronoUnit.FOREVER.getDuration(), Duration.ofDays(1 << 30))) {
        timeout(forever).run(() -> sleep(Duration.ZERO));
        timeoutAt(forever).run(() -> sleep(Duration.ZERO));
      }
    });
  }

  // Late

  @Test
  void whenTimeIsUpTheCancellationBecomesATimeout() throws Exception {
    run(() -> {
      Timeout limit = timeout(SHORT);
      TimeoutException thrown = assertTimesOut(limit, () -> sleep(LONG));
      assertInstanceOf(CancellationException.class, thrown.getCause());
      sleep(Duration.ZERO); // it is over for this task
    });
  }

  @Test
  void theRequestToCancelIsTakenBack() throws Exception {
    run(() -> {
      Task<Integer> task = createTask(() -> {
        assertTimesOut(timeout(SHORT), () -> sleep(LONG));
        sleep(Duration.ZERO);
        return 1;
      });
      assertEquals(1, task.await());
      assertEquals(0, task.cancelling());
    });
  }

  @Test
  void aLimitOfZeroDoesNothingToABodyThatDoesNotWait() throws Exception {
    run(() -> {
      for (Timeout limit : List.of(
          timeout(Duration.ZERO),
          timeout(Duration.ofDays(-1)),
          timeoutAt(Duration.ZERO),
          timeoutAt(Duration.ofDays(-400 * 365)))) {
        assertEquals("x", limit.run(() -> "x"));
        assertFalse(limit.expired());
      }
    });
  }

  @Test
  void aLimitOfZeroEndsABodyThatYields() throws Exception {
    run(() -> {
      assertTimesOut(timeout(Duration.ZERO), () -> sleep(Duration.ZERO));
      assertTimesOut(timeout(Duration.ofDays(-1)), () -> sleep(Duration.ZERO));
      assertTimesOut(timeoutAt(loop.time()), () -> sleep(Duration.ZERO));
    });
  }

  @Test
  void aBodyThatSwallowsTheCancellationGivesItsResult() throws Exception {
    run(() -> {
      Timeout limit = timeout(Duration.ZERO);
      assertEquals("swallowed", limit.run(() -> {
        try {
          return sleep(LONG, "never");
        } catch (CancellationException e) {
          assertTrue(limit.expired());
          return "swallowed";
        }
      }));
      assertTrue(limit.expired());
      sleep(Duration.ZERO);
    });
  }

  @Test
  void anotherExceptionPassesAndTellsOfTheTimeout() throws Exception {
    IOException failure = new IOException("planted");
    run(() -> {
      assertSame(
          failure,
          assertThrows(
              IOException.class,
              () -> timeout(Duration.ZERO).run(() -> {
                try {
                  sleep(LONG);
                } finally {
                  raise(failure);
                }
              })));
      assertInstanceOf(TimeoutException.class, failure.getSuppressed()[0]);
      sleep(Duration.ZERO);
    });
  }

  @Test
  void aCancellationThatIsNotTheLimitsPasses() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      future.cancel("a future's");
      Timeout limit = timeout(LONG);
      assertEquals(
          "a future's",
          assertThrows(CancellationException.class, () -> limit.run(future)).getMessage());
      assertFalse(limit.expired());
    });
  }

  @Test
  void cancellingTheTaskPassesTheLimit() throws Exception {
    run(() -> {
      Task<?> task = createTask(() -> timeout(LONG).run(() -> sleep(LONG)));
      settle();
      task.cancel("enough");
      assertEquals(
          "enough", assertThrows(CancellationException.class, task::await).getMessage());
      assertEquals(1, task.cancelling());
    });
  }

  @Test
  void aBodyThatBlocksOutsideTheLoopIsInterruptedAndTheInterruptTakenBack() throws Exception {
    assumeCarried();
    run(() -> {
      TimeoutException thrown = assertTimesOut(timeout(SHORT), () -> Thread.sleep(LONG));
      assertInstanceOf(InterruptedException.class, thrown.getCause());
      Thread.sleep(Duration.ofNanos(1));
      timeout(SHORT).run(this::blockUninterruptibly);
      Thread.sleep(Duration.ofNanos(1)); // the interrupt that nobody noticed is gone
      sleep(Duration.ZERO);
    });
  }

  /** Lets the loop go on until this task is interrupted, and does not take notice. */
  private void blockUninterruptibly() {
    while (!Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(100_000);
    }
  }

  // Races

  @Test
  void aLimitThatPassesInTheIterationOfTheResultWins() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      loop.callSoon(() -> future.setResult("x"));
      assertTimesOut(timeout(Duration.ZERO), future::await);
      assertEquals("x", future.result());
    });
  }

  @Test
  void aLimitThatPassesOneIterationAfterTheResultIsLate() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      loop.callSoon(() -> future.setResult("x"));
      Timeout limit = timeout(LONG);
      assertEquals("x", limit.run(() -> {
        loop.callSoon(() -> limit.reschedule(Duration.ZERO)); // it passes after the next step
        return future.await();
      }));
      assertFalse(limit.expired());
      settle();
    });
  }

  @Test
  void aCancellationInTheIterationOfTheLimitPasses() throws Exception {
    for (boolean cancelFirst : new boolean[] {true, false}) {
      run(() -> {
        Timeout limit = timeout(Duration.ZERO);
        List<Task<?>> self = new ArrayList<>();
        Runnable cancelSelf = () -> self.get(0).cancel();
        Task<?> task = createTask(() -> {
          if (cancelFirst) {
            loop.callSoon(cancelSelf);
          }
          limit.run(() -> {
            if (!cancelFirst) {
              loop.callSoon(cancelSelf);
            }
            sleep(LONG);
          });
        });
        self.add(task);
        assertThrows(CancellationException.class, task::await);
        assertTrue(task.cancelled());
        assertTrue(limit.expired());
        assertEquals(1, task.cancelling());
      });
    }
  }

  @Test
  void whenInnerAndOuterExpireTogetherTheOuterIsTheTimeout() throws Exception {
    run(() -> {
      Timeout outer = timeout(Duration.ZERO);
      Timeout inner = timeout(Duration.ZERO);
      assertTimesOut(outer, () -> {
        assertThrows(CancellationException.class, () -> inner.run(() -> sleep(LONG)));
        assertTrue(inner.expired());
        raise(new CancellationException("passes on"));
      });
      sleep(Duration.ZERO);
    });
  }

  @Test
  void anInnerLimitThatExpiresAloneIsTheInnersTimeout() throws Exception {
    run(() -> {
      Timeout outer = timeout(LONG);
      outer.run(() -> {
        assertTimesOut(timeout(Duration.ZERO), () -> sleep(LONG));
        sleep(Duration.ZERO);
      });
      assertFalse(outer.expired());
    });
  }

  @Test
  void anOuterLimitThatExpiresAlonePassesTheInner() throws Exception {
    run(() -> {
      Timeout inner = timeout(LONG);
      assertTimesOut(timeout(Duration.ZERO), () -> inner.run(() -> sleep(LONG)));
      assertFalse(inner.expired());
    });
  }

  @Test
  void anOuterLimitThatExpiresWhileTheInnerCleansUpEndsThat() throws Exception {
    run(() -> {
      Timeout outer = timeout(LONG);
      assertTimesOut(
          outer,
          () -> timeout(Duration.ZERO).run(() -> {
            try {
              sleep(LONG);
            } finally {
              outer.reschedule(Duration.ZERO);
              sleep(LONG);
            }
          }));
      sleep(Duration.ZERO);
    });
  }

  // Cancellations that were swallowed, and not taken back

  @Test
  void aCancellationSwallowedBeforeDoesNotDisturb() throws Exception {
    run(() -> {
      Task<?> task = createTask(() -> {
        swallow();
        assertTimesOut(timeout(Duration.ZERO), () -> sleep(LONG));
      });
      settle();
      task.cancel();
      task.await();
      assertEquals(1, task.cancelling());
    });
  }

  @Test
  void aCancellationSwallowedWithinTurnsTheTimeoutIntoACancellation() throws Exception {
    run(() -> {
      Timeout limit = timeout(null);
      Task<?> task = createTask(() -> limit.run(() -> {
        swallow();
        limit.reschedule(Duration.ZERO);
        sleep(LONG);
      }));
      settle();
      task.cancel();
      assertThrows(CancellationException.class, task::await);
      assertTrue(limit.expired());
      assertEquals(1, task.cancelling());
    });
  }

  @Test
  void aCancellationSwallowedWithinAndTakenBackDoesNotDisturb() throws Exception {
    run(() -> {
      LoopFuture<Task<?>> self = loop.createFuture();
      Timeout limit = timeout(null);
      Task<?> task = createTask(() -> assertTimesOut(limit, () -> {
        swallow();
        self.result().uncancel();
        limit.reschedule(Duration.ZERO);
        sleep(LONG);
      }));
      self.setResult(task);
      settle();
      task.cancel();
      task.await();
      assertEquals(0, task.cancelling());
    });
  }

  private static void swallow() {
    try {
      sleep(LONG);
    } catch (CancellationException e) {
      // and no uncancel()
    }
  }

  // Moving the limit

  @Test
  void aLimitCanBeMovedWhileTheBodyRuns() throws Exception {
    run(() -> {
      Timeout limit = timeout(LONG);
      assertTimesOut(limit, () -> {
        assertTrue(nonNull(limit.when()).compareTo(loop.time()) > 0);
        limit.reschedule(null);
        assertNull(limit.when());
        limit.reschedule(Duration.ZERO);
        limit.reschedule(loop.time().plus(LONG));
        sleep(Duration.ZERO);
        ran.add("the limit before was lifted");
        Duration soon = loop.time().plus(SHORT);
        limit.reschedule(soon);
        assertEquals(soon, limit.when());
        sleep(LONG);
      });
    });
    assertEquals(List.of("the limit before was lifted"), ran);
  }

  @Test
  void aLimitCannotBeMovedBeforeOrAfterTheBodyOrWhenItHasExpired() throws Exception {
    run(() -> {
      Timeout limit = timeout(LONG);
      assertThrows(IllegalStateException.class, () -> limit.reschedule(LONG));
      limit.run(() -> ran.add("x"));
      assertThrows(IllegalStateException.class, () -> limit.reschedule(null));
      Timeout expiring = timeout(Duration.ZERO);
      assertTimesOut(expiring, () -> {
        try {
          sleep(LONG);
        } finally {
          assertThrows(IllegalStateException.class, () -> expiring.reschedule(null));
        }
      });
      assertThrows(IllegalStateException.class, () -> expiring.reschedule(null));
    });
  }

  @Test
  void itRunsOneBodyOnly() throws Exception {
    run(() -> {
      Timeout limit = timeout(LONG);
      limit.run(() ->
          assertThrows(IllegalStateException.class, () -> limit.run(() -> ran.add("nested"))));
      assertThrows(IllegalStateException.class, () -> limit.run(() -> ran.add("again")));
    });
    assertEquals(List.of(), ran);
  }

  @Test
  void aCallbackHasNoTaskToLimit() throws Exception {
    List<Throwable> thrown = new ArrayList<>();
    run(() -> {
      loop.callSoon(() -> thrown.add(
          assertThrows(IllegalStateException.class, () -> timeout(LONG).run(() -> "x"))));
      settle();
    });
    assertEquals(1, thrown.size());
  }

  @Test
  void itTakesAsManyIterationsAsInAsyncio() throws Exception {
    run(() -> {
      assertTakes(3, loop, () -> timeout(Duration.ZERO).run(() -> sleep(LONG)));
      assertTakes(2, loop, () -> timeout(Duration.ZERO).run(() -> sleep(Duration.ZERO)));
      assertTakes(
          4,
          loop,
          () -> timeout(Duration.ZERO)
              .run(() -> gather(List.of(() -> sleep(LONG, "a"), () -> sleep(LONG, "b")))
                  .await()));
      LoopFuture<String> future = loop.createFuture();
      assertTakes(3, loop, () -> timeout(Duration.ZERO).run(() -> Asyncio.wait(List.of(future))));
      assertTakes(3, loop, () -> timeout(Duration.ZERO).run(() -> shield(future).await()));
      assertTakes(
          6,
          loop,
          () -> timeout(Duration.ZERO)
              .run(() -> taskGroup(group -> {
                group.createTask(() -> sleep(LONG));
              })));
      future.setResult("x");
    });
  }
}
