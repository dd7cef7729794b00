// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.asCompleted;
import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.tck.Ticks.assertTakes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Awaitable;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** asCompleted. */
abstract class AsCompletedContract extends OnLoop {

  private final List<Object> ran = new ArrayList<>();

  private List<LoopFuture<String>> futures(int count) {
    List<LoopFuture<String>> futures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      futures.add(loop.createFuture());
    }
    return futures;
  }

  @Test
  void theVeryFuturesComeInTheOrderInWhichTheyGetDone() throws Exception {
    run(() -> {
      List<LoopFuture<String>> futures = futures(3);
      loop.callSoon(() -> futures.get(2).setResult("c"));
      loop.callLater(Duration.ofMillis(1), () -> {
        futures.get(0).setResult("a");
        futures.get(1).setResult("b");
      });
      List<LoopFuture<String>> completed = new ArrayList<>();
      for (LoopFuture<String> each : asCompleted(futures)) {
        assertTrue(each.done());
        completed.add(each);
      }
      assertEquals(List.of(futures.get(2), futures.get(0), futures.get(1)), completed);
    });
  }

  @Test
  void bodiesRunAsTasksAtOnceAndOnceEach() throws Exception {
    run(() -> {
      Awaitable<String> body = () -> {
        ran.add("started");
        return sleep(Duration.ZERO, "body");
      };
      Iterable<LoopFuture<String>> completions = asCompleted(List.of(body, body, () -> "other"));
      settle();
      assertEquals(List.of("started", "started"), ran, "it does not wait for the iterator");
      List<String> results = new ArrayList<>();
      for (LoopFuture<String> each : completions) {
        results.add(each.result());
      }
      assertEquals(List.of("other", "body", "body"), results);
    });
  }

  @Test
  void whatFailedOrWasCancelledIsGivenAndNotThrown() throws Exception {
    run(() -> {
      List<LoopFuture<String>> futures = futures(2);
      futures.get(0).setException(new IOException("planted"));
      futures.get(1).cancel();
      Iterator<LoopFuture<String>> completions = asCompleted(futures).iterator();
      assertThrows(IOException.class, completions.next()::result);
      assertTrue(completions.next().cancelled());
    });
  }

  @Test
  void afterTheLastThereIsNothing() throws Exception {
    run(() -> {
      assertFalse(asCompleted(List.<Awaitable<String>>of()).iterator().hasNext());
      Iterator<LoopFuture<String>> completions =
          asCompleted(List.<Awaitable<String>>of(() -> "x")).iterator();
      assertTrue(completions.hasNext());
      assertEquals("x", completions.next().result());
      assertFalse(completions.hasNext());
      assertThrows(NoSuchElementException.class, completions::next);
    });
  }

  @Test
  void whoBreaksOffLeavesTheOthersAlone() throws Exception {
    run(() -> {
      Task<String> slow = createTask(() -> sleep(Duration.ofMillis(1), "slow"));
      for (LoopFuture<String> first : asCompleted(List.of(slow, createTask(() -> "quick")))) {
        assertEquals("quick", first.result());
        break;
      }
      assertEquals("slow", slow.await());
    });
  }

  // Time limits

  @Test
  void afterTheLimitEachThatIsLeftIsATimeoutAndGoesOn() throws Exception {
    run(() -> {
      List<LoopFuture<String>> futures = futures(3);
      futures.get(1).setResult("in time");
      Iterator<LoopFuture<String>> completions =
          asCompleted(futures, Duration.ofMillis(1)).iterator();
      assertSame(futures.get(1), completions.next());
      assertThrows(TimeoutException.class, completions::next);
      assertTrue(completions.hasNext());
      futures.get(0).setResult("late");
      settle();
      assertThrows(TimeoutException.class, completions::next);
      assertFalse(completions.hasNext());
      assertFalse(futures.get(2).done());
    });
  }

  @Test
  void whatWasDoneInTimeIsGivenEvenLater() throws Exception {
    run(() -> {
      List<LoopFuture<String>> futures = futures(2);
      futures.get(1).setResult("in time");
      Iterator<LoopFuture<String>> completions =
          asCompleted(futures, Duration.ofNanos(1)).iterator();
      settle();
      assertSame(futures.get(1), completions.next());
      assertThrows(TimeoutException.class, completions::next);
    });
  }

  @Test
  void aFutureThatGetsDoneInTheIterationInWhichTimeIsUpIsLate() throws Exception {
    run(() -> {
      List<LoopFuture<String>> futures = futures(1);
      loop.callSoon(() -> futures.get(0).setResult("x")); // its callback is due an iteration later
      Iterator<LoopFuture<String>> completions =
          asCompleted(futures, Duration.ZERO).iterator();
      assertThrows(TimeoutException.class, completions::next);
      settle();
      assertFalse(completions.hasNext(), "and is not given twice");
    });
  }

  // Several tasks, and cancellation

  @Test
  void severalTasksShareTheCompletions() throws Exception {
    run(() -> {
      List<LoopFuture<String>> futures = futures(2);
      Iterator<LoopFuture<String>> completions = asCompleted(futures).iterator();
      Task<LoopFuture<String>> first = createTask(completions::next);
      Task<LoopFuture<String>> second = createTask(completions::next);
      settle();
      assertFalse(completions.hasNext(), "both are spoken for");
      futures.get(1).setResult("b");
      futures.get(0).setResult("a");
      assertSame(futures.get(1), first.await());
      assertSame(futures.get(0), second.await());
    });
  }

  @Test
  void aCancelledTaskLeavesTheNextToOthers() throws Exception {
    run(() -> {
      List<LoopFuture<String>> futures = futures(1);
      Iterator<LoopFuture<String>> completions = asCompleted(futures).iterator();
      Task<?> cancelled = createTask(completions::next);
      settle();
      cancelled.cancel();
      assertThrows(CancellationException.class, cancelled::await);
      assertTrue(completions.hasNext());
      futures.get(0).setResult("x");
      assertSame(futures.get(0), completions.next());
    });
  }

  @Test
  void aTaskThatIsWokenAndThenCancelledPassesItsWakeUpOn() throws Exception {
    run(() -> {
      List<LoopFuture<String>> futures = futures(2);
      Iterator<LoopFuture<String>> completions = asCompleted(futures).iterator();
      Task<?> cancelled = createTask(completions::next);
      Task<LoopFuture<String>> other = createTask(completions::next);
      settle();
      futures.get(0).setResult("x");
      sleep(Duration.ZERO); // the first is woken, and has not stepped
      cancelled.cancel();
      assertThrows(CancellationException.class, cancelled::await);
      assertSame(futures.get(0), other.await());
      futures.get(1).setResult("y");
      assertSame(futures.get(1), completions.next());
    });
  }

  // Bad input

  @Test
  void nothingIsStartedIfOneIsOfAnotherLoopOrNull() throws Exception {
    LoopFuture<String> foreign = newLoop(backend()).createFuture();
    run(() -> {
      Awaitable<String> body = () -> {
        ran.add("started");
        return "x";
      };
      List<Awaitable<String>> bad = new ArrayList<>(List.of(body, foreign));
      assertThrows(IllegalArgumentException.class, () -> asCompleted(bad));
      bad.set(1, none());
      assertThrows(NullPointerException.class, () -> asCompleted(bad));
      settle();
    });
    assertEquals(List.of(), ran);
  }

  @Test
  void itTakesAsManyIterationsAsInAsyncio() throws Exception {
    run(() -> {
      LoopFuture<String> done = loop.createFuture();
      done.setResult("x");
      assertTakes(3, loop, () -> takeAll(asCompleted(List.of(done))));
      assertTakes(
          4, loop, () -> takeAll(asCompleted(List.<Awaitable<String>>of(() -> "x", () -> "y"))));
      List<LoopFuture<String>> futures = futures(1);
      assertTakes(5, loop, () -> {
        Task<?> waiter = createTask(() -> takeAll(asCompleted(futures)));
        sleep(Duration.ZERO);
        sleep(Duration.ZERO);
        waiter.cancel();
        waiter.await();
      });
    });
  }

  private static void takeAll(Iterable<LoopFuture<String>> completions) {
    completions.forEach(each -> assertTrue(each.done()));
  }
}
