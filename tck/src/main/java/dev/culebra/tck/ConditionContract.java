// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Task;
import dev.culebra.sync.AsyncCondition;
import dev.culebra.sync.AsyncLock;
import dev.culebra.sync.Permit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** Conditions. */
@SuppressWarnings("try") // a permit is there to be closed
abstract class ConditionContract extends SyncOnLoop {

  private final AsyncCondition condition = new AsyncCondition();

  /** A task that waits for a signal, and notes whether it holds the lock afterwards. */
  private Task<?> waiter(String name) {
    return parked(name, () -> {
      try (Permit held = condition.enter()) {
        try {
          condition.await();
        } finally {
          ran.add(name + (condition.locked() ? " holds" : " does not hold"));
        }
      }
    });
  }

  private void signal(int n) {
    try (Permit held = condition.enter()) {
      condition.signal(n);
    }
  }

  @Test
  void awaitReleasesTheLockAndHasItAgainWhenItReturns() throws Exception {
    run(() -> {
      Task<?> waiter = waiter("a");
      assertFalse(condition.locked());
      signal(1);
      waiter.await();
      assertRan("a holds", "a");
      assertEquals("AsyncCondition[unlocked]", condition.toString());
    });
  }

  @Test
  void aSignalledTaskGoesOnOnlyWhenTheLockIsReleased() throws Exception {
    run(() -> {
      Task<?> waiter = waiter("a");
      condition.acquire();
      condition.signal();
      ticks(5);
      assertRan();
      condition.release();
      waiter.await();
      assertRan("a holds", "a");
    });
  }

  @Test
  void signalWakesThoseThatHaveWaitedLongest() throws Exception {
    run(() -> {
      for (String name : List.of("a", "b", "c", "d")) {
        waiter(name);
      }
      signal(0);
      signal(-1);
      ticks(5);
      assertRan();
      signal(1);
      ticks(5);
      assertRan("a holds", "a");
      signal(2);
      ticks(5);
      assertRan("b holds", "b", "c holds", "c");
      signal(7);
      ticks(5);
      assertRan("d holds", "d");
    });
  }

  @Test
  void signalAllWakesAllInTheOrderTheyCame() throws Exception {
    run(() -> {
      for (String name : List.of("a", "b", "c")) {
        waiter(name);
      }
      try (Permit held = condition.enter()) {
        condition.signalAll();
      }
      ticks(5);
      assertRan("a holds", "a", "b holds", "b", "c holds", "c");
      assertEquals("AsyncCondition[unlocked]", condition.toString());
    });
  }

  @Test
  void aSignalThatNobodyWaitsForIsNotKept() throws Exception {
    run(() -> {
      signal(3);
      Task<?> waiter = waiter("a");
      ticks(3);
      assertFalse(waiter.done());
      signal(1);
      waiter.await();
    });
  }

  @Test
  void twoSignalsWakeTwoTasksThoughTheFirstHasNotRunYet() throws Exception {
    run(() -> {
      waiter("a");
      waiter("b");
      try (Permit held = condition.enter()) {
        condition.signal();
        condition.signal();
      }
      ticks(5);
      assertRan("a holds", "a", "b holds", "b");
    });
  }

  @Test
  void aCancelledWaiterHoldsTheLockAgain() throws Exception {
    run(() -> {
      Task<?> waiter = waiter("a");
      waiter.cancel();
      assertCancelled(waiter);
      assertRan("a holds", "a cancelled");
      assertFalse(condition.locked());
    });
  }

  @Test
  void aCancelledWaiterWaitsForTheLockBeforeItIsTold() throws Exception {
    run(() -> {
      Task<?> waiter = waiter("a");
      condition.acquire();
      waiter.cancel();
      ticks(5);
      assertRan();
      assertFalse(waiter.done());
      condition.release();
      assertCancelled(waiter);
      assertRan("a holds", "a cancelled");
    });
  }

  @Test
  void aWaiterCancelledAgainWhileItTakesTheLockTakesItAllTheSame() throws Exception {
    run(() -> {
      Task<?> waiter = waiter("a");
      condition.acquire();
      for (int i = 0; i < 3; i++) {
        waiter.cancel("cancelled " + i);
        ticks(3);
        assertFalse(waiter.done());
      }
      condition.release();
      ticks(3);
      assertEquals(
          "cancelled 2",
          assertThrows(CancellationException.class, waiter::result).getMessage());
      assertRan("a holds", "a cancelled");
      assertFalse(condition.locked());
    });
  }

  @Test
  void aWaiterCancelledAfterItWasSignalledPassesTheSignalOn() throws Exception {
    run(() -> {
      Task<?> a = waiter("a");
      Task<?> b = waiter("b");
      signal(1);
      assertTrue(a.cancel());
      b.await();
      assertCancelled(a);
      assertRan("a holds", "a cancelled", "b holds", "b");
      assertEquals("AsyncCondition[unlocked]", condition.toString());
    });
  }

  @Test
  void aSignalledWaiterCancelledWhileItTakesTheLockPassesTheSignalOn() throws Exception {
    run(() -> {
      Task<?> a = waiter("a");
      Task<?> b = waiter("b");
      condition.acquire();
      condition.signal();
      ticks(3);
      a.cancel();
      ticks(3);
      assertRan();
      condition.release();
      b.await();
      assertCancelled(a);
      assertRan("a holds", "a cancelled", "b holds", "b");
    });
  }

  @Test
  void aWaiterCancelledWithoutASignalMayWakeAnotherButLosesNone() throws Exception {
    run(() -> {
      Task<?> a = waiter("a");
      Task<?> b = parked("b", () -> {
        try (Permit held = condition.enter()) {
          condition.awaitFor(() -> ran.contains("now"));
        }
      });
      a.cancel();
      ticks(5);
      assertFalse(b.done(), "a spurious wake-up is looked through");
      ran.add("now");
      signal(1);
      b.await();
    });
  }

  @Test
  void awaitForLooksBeforeItWaitsAndAfterEverySignal() throws Exception {
    run(() -> {
      int[] looks = {0};
      Task<?> waiter = parked("waiter", () -> {
        try (Permit held = condition.enter()) {
          condition.awaitFor(() -> {
            assertTrue(condition.locked());
            return ++looks[0] == 3;
          });
        }
      });
      assertEquals(1, looks[0]);
      signal(1);
      ticks(3);
      assertEquals(2, looks[0]);
      signal(1);
      waiter.await();
      assertEquals(3, looks[0]);
      condition.acquire();
      condition.awaitFor(() -> true);
    });
  }

  @Test
  void aPredicateThatThrowsLeavesTheLockHeld() throws Exception {
    IllegalArgumentException planted = new IllegalArgumentException("planted");
    run(() -> {
      condition.acquire();
      assertSame(
          planted,
          assertThrows(
              IllegalArgumentException.class, () -> condition.awaitFor(() -> raise(planted))));
      assertTrue(condition.locked());
    });
  }

  @Test
  void conditionsMayShareALock() throws Exception {
    AsyncLock lock = new AsyncLock();
    AsyncCondition one = new AsyncCondition(lock);
    AsyncCondition other = new AsyncCondition(lock);
    run(() -> {
      Task<?> waiter = parked("waiter", () -> {
        try (Permit held = one.enter()) {
          one.await();
        }
      });
      try (Permit held = other.enter()) {
        assertTrue(one.locked());
        assertTrue(lock.locked());
        other.signalAll();
      }
      ticks(3);
      assertFalse(waiter.done());
      try (Permit held = lock.enter()) {
        one.signalAll();
      }
      waiter.await();
      assertFalse(lock.locked());
    });
  }

  @Test
  void whatNeedsTheLockIsRefusedWithoutIt() throws Exception {
    run(() -> {
      assertRefused(IllegalStateException.class, "un-acquired lock", condition::await);
      assertRefused(
          IllegalStateException.class, "un-acquired lock", () -> condition.awaitFor(() -> false));
      assertRefused(IllegalStateException.class, "un-acquired lock", condition::signal);
      assertRefused(IllegalStateException.class, "un-acquired lock", () -> condition.signal(2));
      assertRefused(IllegalStateException.class, "un-acquired lock", condition::signalAll);
      assertRefused(IllegalStateException.class, "Lock is not acquired", condition::release);
    });
    assertThrows(NullPointerException.class, () -> new AsyncCondition(none()));
  }

  @Test
  void whatIsHandedOverByAConditionIsNeverLostToCancellations() throws Exception {
    Random random = new Random(7_001);
    Deque<Integer> stock = new ArrayDeque<>();
    List<Integer> sold = new ArrayList<>();
    List<Task<?>> buyers = new ArrayList<>();
    run(() -> {
      int made = 0;
      for (int i = 0; i < 500; i++) {
        buyers.add(start("buyer", () -> {
          try (Permit held = condition.enter()) {
            condition.awaitFor(() -> !stock.isEmpty());
            sold.add(stock.remove());
          }
        }));
        if (random.nextInt(3) > 0) {
          try (Permit held = condition.enter()) {
            stock.add(made++);
            condition.signal();
          }
        }
        if (random.nextInt(3) == 0) {
          buyers.get(random.nextInt(buyers.size())).cancel();
        }
        ticks(random.nextInt(2));
      }
      settle();
      long waiting = buyers.stream().filter(buyer -> !buyer.done()).count();
      assertTrue(
          stock.isEmpty() || waiting == 0, () -> stock + " is there, and " + waiting + " wait");
      assertEquals(made, sold.size() + stock.size());
      buyers.forEach(Task::cancel);
      settle();
      assertTrue(buyers.stream().allMatch(Task::done));
      assertEquals("AsyncCondition[unlocked]", condition.toString());
    });
  }
}
