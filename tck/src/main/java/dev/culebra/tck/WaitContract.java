// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.tck.Ticks.assertTakes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Asyncio;
import dev.culebra.LoopFuture;
import dev.culebra.ReturnWhen;
import dev.culebra.Task;
import dev.culebra.WaitResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** wait. */
abstract class WaitContract extends OnLoop {

  private static <T> WaitResult<T> waitAll(List<? extends LoopFuture<T>> futures) {
    return Asyncio.wait(futures, LONG, ReturnWhen.ALL_COMPLETED);
  }

  private LoopFuture<String> done(String result) {
    LoopFuture<String> future = loop.createFuture();
    future.setResult(result);
    return future;
  }

  private static Task<String> failing() {
    return createTask(() -> raise(new IOException("planted")));
  }

  // What it waits for

  @Test
  void itReturnsWhenAllAreDoneHoweverTheyEnded() throws Exception {
    run(() -> {
      Task<String> sleeper = createTask(() -> sleep(Duration.ofMillis(1), "x"));
      Task<String> failed = failing();
      LoopFuture<String> cancelled = loop.createFuture();
      loop.callSoon(cancelled::cancel);
      WaitResult<String> result = Asyncio.wait(List.of(sleeper, failed, cancelled));
      assertEquals(Set.of(sleeper, failed, cancelled), result.done());
      assertEquals(Set.of(), result.pending());
      assertThrows(IOException.class, failed::result);
    });
  }

  @Test
  void firstCompletedReturnsWhenAnyIsDone() throws Exception {
    run(() -> {
      Task<String> quick = createTask(() -> "x");
      LoopFuture<String> other = loop.createFuture();
      WaitResult<String> result =
          Asyncio.wait(List.of(other, quick), null, ReturnWhen.FIRST_COMPLETED);
      assertEquals(Set.of(quick), result.done());
      assertEquals(Set.of(other), result.pending());
      assertFalse(other.done());
    });
  }

  @Test
  void firstCompletedReturnsWhenAnyIsCancelled() throws Exception {
    run(() -> {
      LoopFuture<String> cancelled = loop.createFuture();
      LoopFuture<String> other = loop.createFuture();
      loop.callSoon(cancelled::cancel);
      assertEquals(
          Set.of(cancelled),
          Asyncio.wait(List.of(cancelled, other), null, ReturnWhen.FIRST_COMPLETED)
              .done());
    });
  }

  @Test
  void firstExceptionReturnsWhenAnyHasFailedAndIgnoresResultsAndCancellations() throws Exception {
    run(() -> {
      LoopFuture<String> cancelled = loop.createFuture();
      cancelled.cancel();
      LoopFuture<String> fails = loop.createFuture();
      LoopFuture<String> other = loop.createFuture();
      LoopFuture<String> early = done("x");
      Task<WaitResult<String>> waiter = createTask(() ->
          Asyncio.wait(List.of(early, cancelled, fails, other), LONG, ReturnWhen.FIRST_EXCEPTION));
      settle();
      assertFalse(waiter.done());
      fails.setException(new IOException("planted"));
      assertEquals(Set.of(early, cancelled, fails), waiter.await().done());
    });
  }

  @Test
  void firstExceptionWaitsForAllIfNoneFails() throws Exception {
    run(() -> {
      LoopFuture<String> cancelled = loop.createFuture();
      loop.callSoon(cancelled::cancel);
      Task<String> sleeper = createTask(() -> sleep(Duration.ofMillis(1), "x"));
      WaitResult<String> result =
          Asyncio.wait(List.of(cancelled, sleeper), null, ReturnWhen.FIRST_EXCEPTION);
      assertEquals(Set.of(cancelled, sleeper), result.done());
    });
  }

  @Test
  void bothSetsAreInTheOrderGiven() throws Exception {
    run(() -> {
      List<LoopFuture<String>> futures = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        futures.add(i % 3 == 0 ? done("x") : loop.createFuture());
      }
      WaitResult<String> result = Asyncio.wait(futures, LONG, ReturnWhen.FIRST_COMPLETED);
      assertEquals(futures.stream().filter(LoopFuture::done).toList(), List.copyOf(result.done()));
      assertEquals(
          futures.stream().filter(future -> !future.done()).toList(),
          List.copyOf(result.pending()));
    });
  }

  @Test
  void aFutureThatIsGivenTwiceCountsOnce() throws Exception {
    run(() -> {
      Task<String> task = createTask(() -> sleep(Duration.ofMillis(1), "x"));
      assertEquals(List.of(task), List.copyOf(waitAll(List.of(task, task)).done()));
    });
  }

  // Time limits

  @Test
  void whenTimeIsUpItNeitherThrowsNorCancels() throws Exception {
    run(() -> {
      Task<String> quick = createTask(() -> "x");
      LoopFuture<String> slow = loop.createFuture();
      WaitResult<String> result =
          Asyncio.wait(List.of(quick, slow), Duration.ofMillis(1), ReturnWhen.ALL_COMPLETED);
      assertEquals(Set.of(quick), result.done());
      assertEquals(Set.of(slow), result.pending());
      assertFalse(slow.done());
      slow.setResult("later");
    });
  }

  @Test
  void aLimitOfZeroOrBelowLetsTheLoopMakeOneIteration() throws Exception {
    run(() -> {
      for (Duration timeout : List.of(Duration.ZERO, Duration.ofDays(-1))) {
        Task<String> quick = createTask(() -> "x");
        LoopFuture<String> slow = loop.createFuture();
        WaitResult<String> result =
            Asyncio.wait(List.of(quick, slow), timeout, ReturnWhen.ALL_COMPLETED);
        assertEquals(Set.of(quick), result.done());
        assertEquals(Set.of(slow), result.pending());
      }
    });
  }

  @Test
  void whatGetsDoneInTheIterationInWhichTimeIsUpIsDone() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      loop.callLater(Duration.ZERO, () -> loop.callSoon(() -> future.setResult("x")));
      // the limit's timer makes the waiter done, whose task steps after the future's callback is
      // due
      WaitResult<String> result =
          Asyncio.wait(List.of(future), Duration.ZERO, ReturnWhen.ALL_COMPLETED);
      assertEquals(Set.of(future), result.done());
    });
  }

  // Cancellation

  @Test
  void cancellingTheWaiterCancelsNoFuture() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      Task<?> waiter = createTask(() -> waitAll(List.of(future)));
      settle();
      waiter.cancel("enough");
      assertEquals(
          "enough", assertThrows(CancellationException.class, waiter::await).getMessage());
      assertFalse(future.done());
      future.setResult("x");
    });
  }

  @Test
  void aWaiterThatIsCancelledAsTheLastGetsDoneIsCancelled() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      Task<?> waiter = createTask(() -> waitAll(List.of(future)));
      settle();
      future.setResult("x");
      sleep(Duration.ZERO); // the waiter is woken, and has not stepped
      assertTrue(waiter.cancel());
      assertThrows(CancellationException.class, waiter::await);
      assertTrue(waiter.cancelled());
      assertEquals("x", future.result());
    });
  }

  // Bad input

  @Test
  void nothingToWaitForIsRefused() throws Exception {
    run(() -> assertThrows(
        IllegalArgumentException.class, () -> Asyncio.wait(List.<LoopFuture<String>>of())));
  }

  @Test
  void nullIsRefused() throws Exception {
    List<LoopFuture<String>> withNull = new ArrayList<>();
    withNull.add(none());
    run(() -> {
      assertThrows(NullPointerException.class, () -> Asyncio.wait(withNull));
      LoopFuture<String> future = loop.createFuture();
      assertThrows(NullPointerException.class, () -> Asyncio.wait(List.of(future), null, none()));
    });
  }

  @Test
  void aFutureOfAnotherLoopIsRefused() throws Exception {
    LoopFuture<String> foreign = newLoop(backend()).createFuture();
    run(() -> assertThrows(IllegalArgumentException.class, () -> Asyncio.wait(List.of(foreign))));
  }

  @Test
  void aCallbackMustNotWait() throws Exception {
    List<Throwable> thrown = new ArrayList<>();
    run(() -> {
      loop.callSoon(() ->
          thrown.add(assertThrows(IllegalStateException.class, () -> waitAll(List.of(done("x"))))));
      settle();
    });
    assertEquals(1, thrown.size());
  }

  @Test
  void itTakesAsManyIterationsAsInAsyncio() throws Exception {
    run(() -> {
      assertTakes(3, loop, () -> waitAll(List.of(done("x"))));
      Task<?> task = createTask(() -> sleep(Duration.ZERO));
      assertTakes(4, loop, () -> Asyncio.wait(List.of(task)));
    });
  }
}
