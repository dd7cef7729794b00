// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Task;
import dev.culebra.sync.AsyncBarrier;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Barriers. */
abstract class BarrierContract extends SyncOnLoop {

  private final AsyncBarrier barrier = new AsyncBarrier(3);

  /** A task that waits at the barrier, and notes its index or that the barrier is broken. */
  private Task<@Nullable Void> party(String name) {
    return start(name, () -> {
      try {
        ran.add(name + ":" + barrier.await());
      } catch (BrokenBarrierException e) {
        ran.add(name + ":broken");
      }
    });
  }

  private void assertBarrier(String state) {
    assertEquals("AsyncBarrier[" + state + "]", barrier.toString());
  }

  /** Makes two tasks that wait for a third. */
  private List<Task<@Nullable Void>> two() {
    List<Task<@Nullable Void>> two = List.of(party("a"), party("b"));
    ticks(1);
    assertBarrier("filling, waiters:2/3");
    return two;
  }

  // Filling and draining

  @Test
  void theLastToComeLetsAllPass() throws Exception {
    run(() -> {
      two();
      assertEquals(2, barrier.nWaiting());
      assertEquals(2, barrier.await());
      ran.add("last");
      ticks(3);
      assertRan("last", "a:0", "a", "b:1", "b");
      assertBarrier("filling, waiters:0/3");
    });
  }

  @Test
  void itMayBeUsedRoundAfterRound() throws Exception {
    run(() -> {
      for (int round = 0; round < 3; round++) {
        for (String name : List.of("a", "b", "c")) {
          party(name);
        }
        ticks(5);
        assertRan("c:2", "c", "a:0", "a", "b:1", "b");
      }
    });
  }

  @Test
  void oneParty() throws Exception {
    AsyncBarrier alone = new AsyncBarrier(1);
    run(() -> {
      assertEquals(0, alone.await());
      assertEquals(0, alone.await());
    });
    assertEquals(1, alone.parties());
  }

  @Test
  void thoseWhoComeWhileItDrainsAreOfTheNextRound() throws Exception {
    run(() -> {
      two();
      Task<?> late = party("late"); // its first step is before those of the two
      barrier.await();
      assertBarrier("draining, waiters:0/3");
      assertEquals(0, barrier.nWaiting());
      ticks(5);
      assertFalse(late.done());
      assertBarrier("filling, waiters:1/3");
      assertRan("a:0", "a", "b:1", "b");
      party("later");
      party("last");
      late.await();
      ticks(3);
      assertTrue(taken().containsAll(List.of("late:0", "later:1", "last:2")));
    });
  }

  @Test
  void enterTellsThePositionForATryBlock() throws Exception {
    AsyncBarrier alone = new AsyncBarrier(1);
    run(() -> {
      try (AsyncBarrier.Position position = alone.enter()) {
        assertEquals(0, position.index());
      }
      assertEquals("AsyncBarrier[filling, waiters:0/1]", alone.toString());
    });
  }

  // Cancelling

  @Test
  void aCancelledWaiterLeavesAndTheBarrierGoesOnFilling() throws Exception {
    run(() -> {
      Task<?> a = two().get(0);
      a.cancel();
      assertCancelled(a);
      assertBarrier("filling, waiters:1/3");
      party("c");
      ticks(1);
      assertBarrier("filling, waiters:2/3");
      party("d");
      ticks(5);
      assertTrue(taken().containsAll(List.of("b", "c", "d")));
    });
  }

  @Test
  void aWaiterCancelledAfterItWasWokenIsCancelledAndTheOthersPass() throws Exception {
    run(() -> {
      Task<?> a = two().get(0);
      barrier.await();
      assertTrue(a.cancel());
      ticks(5);
      assertRan("a cancelled", "b:1", "b");
      assertBarrier("filling, waiters:0/3");
    });
  }

  @Test
  void allCancelledWhileItDrainsLeaveItUsable() throws Exception {
    run(() -> {
      List<Task<@Nullable Void>> two = two();
      Task<?> outside = party("outside");
      barrier.await();
      two.forEach(Task::cancel);
      for (Task<?> task : two) {
        assertCancelled(task);
      }
      ticks(3);
      assertBarrier("filling, waiters:1/3");
      outside.cancel();
      assertCancelled(outside);
      assertBarrier("filling, waiters:0/3");
    });
  }

  @Test
  void aTaskThatIsCancelledAfterItWasLetInNeverCounts() throws Exception {
    run(() -> {
      two();
      Task<?> outside = party("outside");
      barrier.await();
      ticks(1);
      assertBarrier("filling, waiters:0/3");
      assertFalse(outside.done(), "woken, and not in yet");
      outside.cancel();
      assertCancelled(outside);
      ticks(3);
      assertBarrier("filling, waiters:0/3");
      two();
      assertEquals(2, barrier.await());
    });
  }

  // Reset

  @Test
  void resetBreaksItForThoseWhoWaitAndMakesItAsNew() throws Exception {
    run(() -> {
      two();
      barrier.reset();
      assertBarrier("resetting, waiters:0/3");
      assertFalse(barrier.broken());
      ticks(3);
      assertRan("a:broken", "a", "b:broken", "b");
      assertBarrier("filling, waiters:0/3");
      two();
      assertEquals(2, barrier.await());
    });
  }

  @Test
  void thoseWhoComeWhileItResetsAreOfTheNextRound() throws Exception {
    run(() -> {
      two();
      party("late"); // its first step is before those of the two
      barrier.reset();
      ticks(5);
      assertRan("a:broken", "a", "b:broken", "b");
      assertBarrier("filling, waiters:1/3");
      party("later");
      assertEquals(2, awaitAfter(1));
    });
  }

  private int awaitAfter(int ticks) throws BrokenBarrierException {
    ticks(ticks);
    return barrier.await();
  }

  @Test
  void resettingAnEmptyBarrierDoesNothing() throws Exception {
    run(() -> {
      barrier.reset();
      assertBarrier("filling, waiters:0/3");
    });
  }

  @Test
  void resettingItTwiceIsLikeOnce() throws Exception {
    run(() -> {
      two();
      barrier.reset();
      barrier.reset();
      ticks(4);
      assertRan("a:broken", "a", "b:broken", "b");
      assertBarrier("filling, waiters:0/3");
    });
  }

  @Test
  void resetWhileItDrainsBreaksItForThoseWhoHaveNotLeftYet() throws Exception {
    run(() -> {
      two();
      start("reset", barrier::reset);
      barrier.await();
      ticks(4);
      assertRan("reset", "a:broken", "a", "b:broken", "b");
      assertBarrier("filling, waiters:0/3");
    });
  }

  @Test
  void aWaiterCancelledAfterAResetIsCancelledAndTheOthersAreTold() throws Exception {
    run(() -> {
      Task<?> a = two().get(0);
      barrier.reset();
      a.cancel();
      ticks(4);
      assertRan("a cancelled", "b:broken", "b");
      assertBarrier("filling, waiters:0/3");
    });
  }

  // Abort

  @Test
  void abortBreaksItForThoseWhoWaitAndThoseWhoCome() throws Exception {
    run(() -> {
      two();
      barrier.abort();
      assertTrue(barrier.broken());
      assertBarrier("broken");
      ticks(3);
      assertRan("a:broken", "a", "b:broken", "b");
      assertThrows(BrokenBarrierException.class, barrier::await);
      assertThrows(BrokenBarrierException.class, barrier::enter);
      assertEquals(0, barrier.nWaiting());
    });
  }

  @Test
  void resetMendsABrokenBarrier() throws Exception {
    run(() -> {
      barrier.abort();
      barrier.reset();
      assertFalse(barrier.broken());
      two();
      assertEquals(2, barrier.await());
    });
  }

  @Test
  void resetMendsItWhileTheBrokenRoundIsStillLeaving() throws Exception {
    run(() -> {
      two();
      barrier.abort();
      barrier.reset();
      assertBarrier("resetting, waiters:0/3");
      ticks(4);
      assertRan("a:broken", "a", "b:broken", "b");
      assertBarrier("filling, waiters:0/3");
    });
  }

  @Test
  void abortReachesThoseWhoWaitOutsideWhileItDrains() throws Exception {
    run(() -> {
      two();
      party("outside");
      start("abort", barrier::abort);
      barrier.await();
      ticks(6);
      assertRan("abort", "a:broken", "a", "b:broken", "b", "outside:broken", "outside");
      assertBarrier("broken");
    });
  }

  @Test
  void abortMayBreakABarrierAgain() throws Exception {
    run(() -> {
      barrier.abort();
      barrier.abort();
      assertBarrier("broken");
      barrier.reset();
      assertBarrier("filling, waiters:0/3");
    });
  }

  // Misuse, and many

  @Test
  void lessThanOnePartyIsRefused() {
    assertRefused(IllegalArgumentException.class, "parties", () -> new AsyncBarrier(0));
    assertRefused(IllegalArgumentException.class, "parties", () -> new AsyncBarrier(-1));
    assertEquals(3, barrier.parties());
  }

  @Test
  void everyRoundHasEachIndexOnce() throws Exception {
    Random random = new Random(42);
    List<List<Integer>> rounds = new ArrayList<>();
    run(() -> {
      List<Task<?>> tasks = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        tasks.add(start("t", () -> {
          for (int round = 0; round < 10; round++) {
            ticks(random.nextInt(4));
            int index = barrier.await();
            if (index == 2) {
              rounds.add(new ArrayList<>());
            }
            rounds.get(rounds.size() - 1).add(index);
          }
        }));
      }
      for (Task<?> task : tasks) {
        task.await();
      }
      assertEquals(100, rounds.size());
      for (List<Integer> round : rounds) {
        assertEquals(List.of(2, 0, 1), round);
      }
      assertBarrier("filling, waiters:0/3");
    });
  }

  @Test
  void itSurvivesCancellationsResetsAndAborts() throws Exception {
    Random random = new Random(3_14);
    List<Task<?>> tasks = new ArrayList<>();
    run(() -> {
      for (int i = 0; i < 1000; i++) {
        switch (random.nextInt(12)) {
          case 0 -> tasks.add(start("reset", barrier::reset));
          case 1 -> tasks.add(start("abort", barrier::abort));
          case 2, 3, 4 -> {
            if (!tasks.isEmpty()) {
              tasks.get(random.nextInt(tasks.size())).cancel();
            }
          }
          case 5, 6 -> ticks(1);
          default -> tasks.add(party("p"));
        }
      }
      ticks(5);
      barrier.reset();
      settle();
      assertTrue(tasks.stream().allMatch(Task::done));
      assertBarrier("filling, waiters:0/3");
      taken();
      two();
      assertEquals(2, barrier.await());
    });
  }
}
