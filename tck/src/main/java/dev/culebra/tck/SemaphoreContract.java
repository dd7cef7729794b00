// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Task;
import dev.culebra.sync.AsyncBoundedSemaphore;
import dev.culebra.sync.AsyncSemaphore;
import dev.culebra.sync.Permit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Semaphores, bounded ones too. */
@SuppressWarnings("try") // a permit is there to be closed
abstract class SemaphoreContract extends SyncOnLoop {

  private final AsyncSemaphore none = new AsyncSemaphore(0);

  /** A task that takes a permit and keeps it. */
  private Task<?> taker(String name) {
    return parked(name, none::acquire);
  }

  @Test
  void thereAreAsManyPermitsAsItWasMadeWith() throws Exception {
    AsyncSemaphore semaphore = new AsyncSemaphore(2);
    run(() -> {
      loop.callSoon(() -> ran.add("callback"));
      semaphore.acquire();
      assertFalse(semaphore.locked());
      semaphore.acquire();
      assertTrue(semaphore.locked());
      assertRan();
      Task<?> third = parked("third", semaphore::acquire);
      assertRan("callback");
      semaphore.release();
      third.await();
      assertEquals("AsyncSemaphore[locked]", semaphore.toString());
      semaphore.release();
      semaphore.release();
      assertEquals("AsyncSemaphore[unlocked, value:2]", semaphore.toString());
    });
  }

  @Test
  void theDefaultIsOnePermit() {
    assertEquals("AsyncSemaphore[unlocked, value:1]", new AsyncSemaphore().toString());
    assertEquals(
        "AsyncBoundedSemaphore[unlocked, value:1]", new AsyncBoundedSemaphore().toString());
  }

  @Test
  void tasksGetPermitsInTheOrderTheyAsked() throws Exception {
    run(() -> {
      for (String name : List.of("a", "b", "c")) {
        taker(name);
      }
      none.release();
      none.release();
      ticks(1);
      assertRan("a", "b");
      none.release();
      ticks(1);
      assertRan("c");
      assertEquals("AsyncSemaphore[locked]", none.toString());
    });
  }

  @Test
  void aNewcomerDoesNotOvertakeAWaiterThoughThereIsAPermit() throws Exception {
    run(() -> {
      Task<?> waiter = taker("waiter");
      none.release();
      none.release();
      assertTrue(none.locked(), "a permit is to be had, but not before the waiter's turn");
      none.acquire();
      ran.add("newcomer");
      assertRan("waiter", "newcomer");
      assertTrue(waiter.done());
    });
  }

  /** CPython's gh-90155: such permits got stuck once. */
  @Test
  void permitsReleasedAtOnceServeThoseWhoCameAfterTheRelease() throws Exception {
    run(() -> {
      taker("a");
      none.release();
      none.release();
      none.release();
      start("b", none::acquire);
      start("c", none::acquire);
      ticks(4);
      assertRan("a", "b", "c");
      assertEquals("AsyncSemaphore[locked]", none.toString());
    });
  }

  @Test
  void aWaiterCancelledAfterItWasWokenPassesItsPermitOn() throws Exception {
    run(() -> {
      Task<?> a = taker("a");
      Task<?> b = taker("b");
      none.release();
      assertTrue(a.cancel());
      b.await();
      assertCancelled(a);
      assertRan("a cancelled", "b");
      assertEquals("AsyncSemaphore[locked]", none.toString());
    });
  }

  @Test
  void aWaiterCancelledAfterItWasWokenGivesItsPermitBackIfNobodyWaits() throws Exception {
    run(() -> {
      Task<?> a = taker("a");
      none.release();
      a.cancel();
      assertCancelled(a);
      assertEquals("AsyncSemaphore[unlocked, value:1]", none.toString());
    });
  }

  @Test
  void aReleaseThatFindsTheFirstWaiterCancelledWakesTheNext() throws Exception {
    run(() -> {
      Task<?> a = taker("a");
      Task<?> b = taker("b");
      a.cancel();
      none.release();
      b.await();
      assertCancelled(a);
      assertRan("a cancelled", "b");
    });
  }

  @Test
  void allWaitersCancelledAfterReleasesLeaveThePermitsThere() throws Exception {
    run(() -> {
      List<Task<?>> tasks = List.of(taker("a"), taker("b"), taker("c"));
      none.release();
      none.release();
      tasks.forEach(Task::cancel);
      for (Task<?> task : tasks) {
        assertCancelled(task);
      }
      assertEquals("AsyncSemaphore[unlocked, value:2]", none.toString());
    });
  }

  @Test
  void aNewcomerNeedNotWaitForWaitersThatAreCancelled() throws Exception {
    run(() -> {
      Task<?> waiter = taker("waiter");
      waiter.cancel();
      none.release();
      none.acquire();
      ran.add("newcomer");
      assertCancelled(waiter);
      assertRan("newcomer", "waiter cancelled");
    });
  }

  @Test
  void enterReleasesAtTheEndOfTheBlockAndOnlyOnce() throws Exception {
    AsyncSemaphore semaphore = new AsyncSemaphore(2);
    run(() -> {
      Permit permit;
      try (Permit held = semaphore.enter()) {
        permit = held;
        assertEquals("AsyncSemaphore[unlocked, value:1]", semaphore.toString());
      }
      permit.close();
      assertEquals("AsyncSemaphore[unlocked, value:2]", semaphore.toString());
    });
  }

  @Test
  void aPlainSemaphoreMayBeReleasedMoreOftenThanItWasAcquired() {
    none.release();
    none.release();
    assertEquals("AsyncSemaphore[unlocked, value:2]", none.toString());
  }

  @Test
  void aBoundedSemaphoreRefusesAReleaseTooMany() throws Exception {
    AsyncSemaphore bounded = new AsyncBoundedSemaphore(2);
    assertRefused(IllegalStateException.class, "released too many times", bounded::release);
    run(() -> {
      bounded.acquire();
      bounded.acquire();
      Task<?> waiter = parked("waiter", bounded::acquire);
      bounded.release();
      waiter.await();
      bounded.release();
      bounded.release();
      assertRefused(IllegalStateException.class, "released too many times", bounded::release);
      assertEquals("AsyncBoundedSemaphore[unlocked, value:2]", bounded.toString());
    });
  }

  @Test
  void aPermitOfABoundedSemaphoreIsBoundedToo() throws Exception {
    AsyncSemaphore bounded = new AsyncBoundedSemaphore();
    Permit permit = bounded.enter();
    bounded.release();
    assertRefused(IllegalStateException.class, "released too many times", permit::close);
  }

  @Test
  void aNegativeValueIsRefused() {
    assertRefused(IllegalArgumentException.class, ">= 0", () -> new AsyncSemaphore(-1));
    assertRefused(IllegalArgumentException.class, ">= 0", () -> new AsyncBoundedSemaphore(-1));
  }

  @Test
  void moreThanTheGreatestValueIsRefused() {
    AsyncSemaphore semaphore = new AsyncSemaphore(Integer.MAX_VALUE);
    assertRefused(IllegalStateException.class, "permits", semaphore::release);
    assertEquals("AsyncSemaphore[unlocked, value:2147483647]", semaphore.toString());
  }

  @Test
  void hundredTasksWithCancellationsNeverExceedItAndNoPermitIsLost() throws Exception {
    Random random = new Random(90_155);
    AsyncSemaphore semaphore = new AsyncBoundedSemaphore(3);
    int[] inside = {0};
    int[] most = {0};
    List<Task<?>> tasks = new ArrayList<>();
    run(() -> {
      for (int i = 0; i < 100; i++) {
        int holds = random.nextInt(3);
        tasks.add(start("t", () -> {
          for (int round = 0; round < 5; round++) {
            try (Permit held = semaphore.enter()) {
              most[0] = Math.max(most[0], ++inside[0]);
              try {
                ticks(holds);
              } finally {
                inside[0]--;
              }
            }
          }
        }));
      }
      while (!tasks.stream().allMatch(Task::done)) {
        if (random.nextInt(3) == 0) {
          tasks.get(random.nextInt(tasks.size())).cancel();
        }
        ticks(1);
      }
      assertEquals(3, most[0]);
      assertTrue(taken().contains("t"), "not all were cancelled");
      assertEquals("AsyncBoundedSemaphore[unlocked, value:3]", semaphore.toString());
    });
  }
}
