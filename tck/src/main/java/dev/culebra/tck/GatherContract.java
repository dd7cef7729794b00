// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.gather;
import static dev.culebra.Asyncio.sleep;
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
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
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
  void whatIsGivenTwiceRunsOnce() throws Exception {
    Awaitable<Integer> body = () -> {
      ran.add("x");
      return sleep(Duration.ZERO, ran.size());
    };
    assertEquals(
        List.of(1, 1, 2, 1), run(() -> gather(body, body, () -> 2, body).await()));
    assertEquals(1, ran.size());
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
  void cancellingTheWholeCancelsAllAndWaitsForThem() throws Exception {
    run(() -> {
      Task<?> quick = createTask(() -> sleep(LONG));
      Task<?> slow = createTask(() -> {
        try {
          sleep(LONG);
        } finally {
          sleep(Duration.ofMillis(2));
          ran.add("clean");
        }
      });
      LoopFuture<?> all = gather(List.of(quick, slow));
      settle();
      assertTrue(all.cancel());
      assertFalse(all.done(), "not before its children are");
      assertThrows(CancellationException.class, all::await);
      assertTrue(all.cancelled());
      assertTrue(quick.cancelled());
      assertTrue(slow.cancelled());
      assertEquals(List.of("clean"), ran);
      assertFalse(all.cancel());
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
}
