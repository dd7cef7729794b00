// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.gather;
import static dev.culebra.Asyncio.gatherOutcomes;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.tck.Ticks.assertTakes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Awaitable;
import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import dev.culebra.Outcome;
import dev.culebra.Task;
import dev.culebra.TaskFactory;
import dev.culebra.TaskOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** gather. */
abstract class GatherContract extends OnLoop {

  private final List<Object> ran = new ArrayList<>();

  @Test
  void resultsComeInTheOrderOfTheArguments() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    loop.callLater(Duration.ofMillis(1), () -> future.setResult("a future's"));
    List<String> results = run(() -> gather3(
            () -> sleep(Duration.ofMillis(3), "last"), future, createTask(() -> "a task's"))
        .await());
    assertEquals(List.of("last", "a future's", "a task's"), results);
  }

  private static LoopFuture<List<String>> gather3(
      Awaitable<String> first, Awaitable<String> second, Awaitable<String> third) {
    return gather(first, second, third);
  }

  @Test
  void manyRunAtOnce() throws Exception {
    List<Awaitable<Integer>> bodies = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Integer number = i;
      bodies.add(() -> sleep(Duration.ofNanos(1000L * (200 - number)), number));
    }
    assertEquals(
        IntStream.range(0, 200).boxed().toList(), run(() -> gather(bodies).await()));
  }

  @Test
  void aBodyRunsAsOftenAsItIsGivenAndATaskOnce() throws Exception {
    Awaitable<Integer> body = () -> {
      ran.add("x");
      return sleep(Duration.ZERO, ran.size());
    };
    run(() -> {
      assertEquals(List.of(1, 2, 7), gather(body, body, () -> 7).await());
      Task<Integer> task = createTask(body);
      assertEquals(List.of(3, 3, 3), gather(task, task, task).await());
    });
    assertEquals(3, ran.size());
  }

  @Test
  void aTaskFactoryThatFailsLeavesNothingToReport() throws Exception {
    run(() -> {
      IllegalStateException planted = new IllegalStateException("planted");
      int[] made = {0};
      loop.setTaskFactory(new TaskFactory() {
        @Override
        public <T extends @Nullable Object> Task<T> newTask(
            EventLoop on, Awaitable<T> body, TaskOptions options) {
          if (++made[0] == 2) {
            throw planted;
          }
          return DEFAULT.newTask(on, body, options);
        }
      });
      assertSame(planted, assertThrows(Exception.class, () -> gather(() -> 1, () -> 2)));
      loop.setTaskFactory(null);
      settle();
    });
  }

  @Test
  void nothingToGatherIsDoneWithNothing() throws Exception {
    run(() -> {
      LoopFuture<List<String>> nothing = gather(List.<Awaitable<String>>of());
      assertEquals(List.of(), nothing.await());
    });
  }

  @Test
  void nullIsRefused() throws Exception {
    List<Awaitable<String>> withNull = new ArrayList<>();
    withNull.add(none());
    run(() -> assertThrows(NullPointerException.class, () -> gather(withNull)));
  }

  @Test
  void aFutureOfAnotherLoopIsRefused() throws Exception {
    LoopFuture<String> foreign = newLoop(backend()).createFuture();
    run(() -> assertThrows(IllegalArgumentException.class, () -> gather(foreign)));
  }

  // Failures

  @Test
  void theFirstFailureIsTheWholesAndTheOthersGoOn() throws Exception {
    IOException failure = new IOException("planted");
    run(() -> {
      LoopFuture<String> go = loop.createFuture();
      Task<String> sibling = createTask(go);
      Task<String> failing = createTask(() -> {
        go.await();
        throw new IOException("planted later, and nobody's");
      });
      LoopFuture<List<String>> all = gather(sibling, () -> raise(failure), failing);
      assertSame(failure, assertThrows(IOException.class, all::await));
      assertFalse(sibling.done());
      go.setResult("went on");
      assertEquals("went on", sibling.await());
      settle();
      assertTrue(failing.done());
    });
  }

  @Test
  void aChildsCancellationIsTheWholesFailureButDoesNotCancelIt() throws Exception {
    run(() -> {
      Task<String> child = createTask(() -> sleep(LONG, "never"));
      Task<String> sibling = createTask(() -> sleep(Duration.ofMillis(1), "went on"));
      LoopFuture<List<String>> all = gather(child, sibling);
      settle();
      child.cancel();
      assertThrows(CancellationException.class, all::await);
      assertFalse(all.cancelled());
      assertTrue(all.exception() instanceof CancellationException);
      assertEquals("went on", sibling.await());
    });
  }

  // Cancelling the whole

  @Test
  void cancellingTheWholeCancelsAllAndTheFirstThatEndsByItEndsTheWhole() throws Exception {
    run(() -> {
      Task<?> quick = createTask(() -> sleep(LONG));
      LoopFuture<String> cleanup = loop.createFuture();
      Task<?> slow = createTask(() -> {
        try {
          sleep(LONG);
        } finally {
          cleanup.await();
        }
      });
      LoopFuture<?> all = gather(List.of(quick, slow));
      settle();
      assertTrue(all.cancel("enough"));
      assertFalse(all.done(), "not before a child has ended");
      assertEquals(
          "enough", assertThrows(CancellationException.class, all::await).getMessage());
      assertFalse(all.cancelled(), "it has failed with the cancellation, as in CPython");
      assertTrue(quick.cancelled());
      assertFalse(slow.done());
      assertFalse(all.cancel());
      cleanup.setResult("clean");
      assertThrows(CancellationException.class, slow::await);
    });
  }

  private void sleepAndClean() {
    try {
      sleep(LONG);
    } finally {
      sleep(Duration.ofMillis(2));
      ran.add("clean");
    }
  }

  @Test
  void aChildThatFailsAsItIsCancelledIsTheWholesFailure() throws Exception {
    IOException failure = new IOException("planted");
    run(() -> {
      Task<String> failing = createTask(() -> {
        try {
          return sleep(LONG, "never");
        } finally {
          raise(failure);
        }
      });
      LoopFuture<List<String>> all = gather(failing);
      settle();
      all.cancel();
      assertSame(failure, assertThrows(IOException.class, all::await));
    });
  }

  @Test
  void cancellingTheTaskThatAwaitsCancelsTheChildren() throws Exception {
    run(() -> {
      List<Task<?>> children = new ArrayList<>();
      Task<?> outer = createTask(() -> {
        for (int i = 0; i < 3; i++) {
          children.add(createTask(() -> sleep(LONG)));
        }
        gather(children).await();
      });
      settle();
      outer.cancel();
      assertThrows(CancellationException.class, outer::await);
      assertEquals(3, children.size());
      for (Task<?> child : children) {
        assertTrue(child.cancelled());
      }
    });
  }

  @Test
  void cancellingWhenAllChildrenAreDoneIsTooLate() throws Exception {
    run(() -> {
      LoopFuture<String> child = loop.createFuture();
      LoopFuture<List<String>> all = gather(child);
      child.setResult("x");
      assertFalse(all.cancel());
      assertEquals(List.of("x"), all.await());
    });
  }

  @Test
  void aTaskCancelledAsItsLastChildEndsIsCancelledWhenTheWholeWakesIt() throws Exception {
    run(() -> {
      LoopFuture<String> child = loop.createFuture();
      Task<?> waiter = createTask(gather(child));
      settle();
      child.setResult("x");
      assertTrue(waiter.cancel("enough"));
      sleep(Duration.ZERO);
      assertFalse(waiter.done(), "the whole is done now, and has yet to wake it");
      sleep(Duration.ZERO);
      assertTrue(waiter.cancelled());
    });
  }

  @Test
  void aCancellationThatComesAsTheLastChildEndsMayBeTakenBack() throws Exception {
    run(() -> {
      LoopFuture<String> child = loop.createFuture();
      Task<List<String>> waiter = createTask(gather(child));
      settle();
      child.setResult("x");
      waiter.cancel();
      assertEquals(0, waiter.uncancel());
      assertEquals(List.of("x"), waiter.await());
    });
  }

  // Outcomes

  @Test
  void outcomesTellHowEachEnded() throws Exception {
    IOException failure = new IOException("planted");
    run(() -> {
      Task<String> cancelled = createTask(() -> sleep(LONG, "never"));
      Task<String> failed = createTask(() -> raise(failure));
      LoopFuture<List<Outcome<String>>> all =
          gatherOutcomes(List.of(cancelled, failed, createTask(() -> sleep(Duration.ZERO, "x"))));
      settle();
      assertFalse(all.done(), "it waits for the last");
      cancelled.cancel("enough");
      List<Outcome<String>> outcomes = all.await();
      Outcome.Failure<?> first =
          assertInstanceOf(Outcome.Failure.class, outcomes.get(0), "cancelled");
      assertInstanceOf(CancellationException.class, first.exception());
      assertEquals("enough", first.exception().getMessage());
      assertEquals(new Outcome.Failure<String>(failure), outcomes.get(1));
      assertEquals(new Outcome.Success<>("x"), outcomes.get(2));
    });
  }

  @Test
  void noOutcomesAreAnEmptyList() throws Exception {
    run(() ->
        assertEquals(List.of(), gatherOutcomes(List.<Awaitable<String>>of()).result()));
  }

  @Test
  void cancellingTheOutcomesCancelsAllAndFailsWhenTheLastHasEnded() throws Exception {
    run(() -> {
      Task<?> quick = createTask(() -> sleep(LONG));
      Task<?> slow = createTask(this::sleepAndClean);
      LoopFuture<?> all = gatherOutcomes(List.of(quick, slow));
      settle();
      assertTrue(all.cancel("enough"));
      assertEquals(
          "enough", assertThrows(CancellationException.class, all::await).getMessage());
      assertFalse(all.cancelled(), "it has failed with the cancellation, as in CPython");
      assertTrue(slow.cancelled());
      assertEquals(List.of("clean"), ran);
    });
  }

  @Test
  void cancelledOutcomesFailEvenIfTheChildrenGoOn() throws Exception {
    run(() -> {
      Task<String> stubborn = createTask(() -> {
        try {
          return sleep(LONG, "never");
        } catch (CancellationException e) {
          return "swallowed";
        }
      });
      LoopFuture<?> all = gatherOutcomes(List.of(stubborn));
      settle();
      assertTrue(all.cancel("enough"));
      assertThrows(CancellationException.class, all::await);
      assertEquals("swallowed", stubborn.result());
    });
  }

  // What is done already, and how long it takes

  @Test
  void whatIsDoneAlreadyIsGatheredAtOnce() throws Exception {
    IOException failure = new IOException("planted");
    run(() -> {
      LoopFuture<String> result = loop.createFuture();
      result.setResult("x");
      LoopFuture<String> failed = loop.createFuture();
      failed.setException(failure);
      assertEquals(List.of("x", "x"), gather(result, result).result());
      assertSame(failure, gather(result, failed).exception());
      assertEquals(
          List.of(new Outcome.Success<>("x"), new Outcome.Failure<String>(failure)),
          gatherOutcomes(result, failed).result());
      LoopFuture<String> pending = loop.createFuture();
      LoopFuture<List<String>> all = gather(result, pending);
      assertFalse(all.done());
      pending.setResult("y");
      assertEquals(List.of("x", "y"), all.await());
    });
  }

  @Test
  void nothingIsStartedIfOneIsOfAnotherLoop() throws Exception {
    LoopFuture<String> foreign = newLoop(backend()).createFuture();
    run(() -> {
      Awaitable<String> body = () -> {
        ran.add("started");
        return "x";
      };
      assertThrows(IllegalArgumentException.class, () -> gather(body, foreign));
      settle();
    });
    assertEquals(List.of(), ran);
  }

  @Test
  void itTakesAsManyIterationsAsInAsyncio() throws Exception {
    run(() -> {
      LoopFuture<String> done = loop.createFuture();
      done.setResult("x");
      assertTakes(1, loop, () -> gather(done).await());
      assertTakes(4, loop, () -> gather(List.of(() -> "x", () -> "y")).await());
      assertTakes(4, loop, () -> gatherOutcomes(List.of(() -> "x", () -> "y")).await());
      assertTakes(
          4,
          loop,
          () -> gather(List.of(
                  () -> "x",
                  () -> raise(new IOException("planted")),
                  () -> sleep(Duration.ZERO, "y")))
              .await());
    });
  }
}
