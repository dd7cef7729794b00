// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.shield;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.tck.Ticks.assertTakes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.LoopFuture;
import dev.culebra.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** shield. */
abstract class ShieldContract extends OnLoop {

  @Test
  void itEndsAsTheShieldedDoes() throws Exception {
    IOException failure = new IOException("planted");
    run(() -> {
      assertEquals("x", shield(() -> sleep(Duration.ZERO, "x")).await());
      assertNull(shield(() -> sleep(Duration.ZERO)).await());
      assertSame(
          failure,
          assertThrows(IOException.class, shield(createTask(() -> raise(failure)))::await));
    });
  }

  @Test
  void cancellingItLeavesTheShieldedAlone() throws Exception {
    run(() -> {
      LoopFuture<String> inner = loop.createFuture();
      LoopFuture<String> outer = shield(inner);
      assertNotSame(inner, outer);
      assertTrue(outer.cancel());
      assertTrue(outer.cancelled());
      settle();
      assertFalse(inner.done());
      inner.setResult("x");
      assertEquals("x", inner.await());
    });
  }

  @Test
  void cancellingWhoAwaitsItLeavesTheShieldedAlone() throws Exception {
    run(() -> {
      LoopFuture<String> go = loop.createFuture();
      Task<String> inner = createTask(go);
      Task<String> waiter = createTask(() -> shield(inner).await());
      settle();
      waiter.cancel("enough");
      assertEquals(
          "enough", assertThrows(CancellationException.class, waiter::await).getMessage());
      assertFalse(inner.done());
      assertEquals(0, inner.cancelling());
      go.setResult("x");
      assertEquals("x", inner.await());
    });
  }

  @Test
  void aShieldedTaskThatIsCancelledCancelsIt() throws Exception {
    run(() -> {
      Task<String> inner = createTask(() -> sleep(LONG, "never"));
      LoopFuture<String> outer = shield(inner);
      settle();
      inner.cancel();
      assertThrows(CancellationException.class, outer::await);
      assertTrue(outer.cancelled());
    });
  }

  @Test
  void aFutureThatIsDoneIsItsOwnShield() throws Exception {
    run(() -> {
      LoopFuture<String> done = loop.createFuture();
      done.setResult("x");
      assertSame(done, shield(done));
      LoopFuture<String> cancelled = loop.createFuture();
      cancelled.cancel();
      assertSame(cancelled, shield(cancelled));
    });
  }

  @Test
  void aFailureThatComesAfterTheCancellationIsReportedIfNobodyLooks() throws Exception {
    IOException failure = new IOException("planted, and never looked at");
    run(() -> {
      failShielded(failure, true);
      await("a report", () -> {
        System.gc();
        return reports.count() > 0;
      });
    });
    assertSame(failure, reports.take("never retrieved").exception());
  }

  @Test
  void aFailureInTheIterationOfTheCancellationIsNotReported() throws Exception {
    run(() -> {
      failShielded(new IOException("planted, and nobody's"), false);
      loop.createFuture().setException(new IOException("planted last"));
      await("a report", () -> {
        System.gc();
        return reports.count() > 0;
      });
    });
    assertEquals(
        "planted last", nonNull(reports.take("never retrieved").exception()).getMessage());
  }

  private void failShielded(IOException failure, boolean later) {
    LoopFuture<String> inner = loop.createFuture();
    LoopFuture<String> outer = shield(inner);
    outer.cancel();
    if (later) {
      settle();
    }
    inner.setException(failure);
    settle();
  }

  @Test
  void aResultInTheIterationOfTheCancellationIsNotLost() throws Exception {
    run(() -> {
      LoopFuture<String> inner = loop.createFuture();
      LoopFuture<String> outer = shield(inner);
      inner.setResult("x");
      assertTrue(outer.cancel(), "the result has not come through yet");
      settle();
      assertTrue(outer.cancelled());
      assertEquals("x", inner.result());
    });
  }

  @Test
  void nullAndAFutureOfAnotherLoopAreRefused() throws Exception {
    LoopFuture<String> foreign = newLoop(backend()).createFuture();
    run(() -> {
      assertThrows(IllegalArgumentException.class, () -> shield(foreign));
      LoopFuture<String> nothing = none();
      assertThrows(NullPointerException.class, () -> shield(nothing));
    });
  }

  @Test
  void itTakesAsManyIterationsAsInAsyncio() throws Exception {
    run(() -> assertTakes(4, loop, () -> shield(() -> "x").await()));
  }
}
