// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Task;
import dev.culebra.sync.AsyncLock;
import dev.culebra.sync.Permit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** Locks. */
@SuppressWarnings("try") // a permit is there to be closed
abstract class LockContract extends SyncOnLoop {

  private final AsyncLock lock = new AsyncLock();

  /** A task that takes the lock and keeps it. */
  private Task<?> taker(String name) {
    return parked(name, lock::acquire);
  }

  @Test
  void aFreeLockIsTakenAtOnce() throws Exception {
    run(() -> {
      loop.callSoon(() -> ran.add("callback"));
      assertFalse(lock.locked());
      lock.acquire();
      assertTrue(lock.locked());
      lock.release();
      assertFalse(lock.locked());
      assertRan();
    });
  }

  @Test
  void tasksGetItInTheOrderTheyAsked() throws Exception {
    run(() -> {
      lock.acquire();
      List<Task<?>> tasks = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        tasks.add(parked("t" + i, () -> {
          lock.acquire();
          ticks(3);
          lock.release();
        }));
      }
      lock.release();
      for (Task<?> task : tasks) {
        task.await();
      }
      assertRan("t0", "t1", "t2", "t3", "t4");
      assertEquals("AsyncLock[unlocked]", lock.toString());
    });
  }

  @Test
  void releaseWakesOneTaskWhichRunsInTheNextIteration() throws Exception {
    run(() -> {
      lock.acquire();
      taker("a");
      Task<?> b = taker("b");
      lock.release();
      assertFalse(lock.locked());
      assertRan();
      ticks(1);
      assertTrue(lock.locked());
      assertRan("a");
      ticks(3);
      assertRan();
      assertFalse(b.done());
      lock.release();
      ticks(1);
      assertRan("b");
    });
  }

  @Test
  void aNewcomerDoesNotOvertakeTheTaskThatWasWoken() throws Exception {
    run(() -> {
      lock.acquire();
      Task<?> waiter = parked("waiter", () -> {
        lock.acquire();
        ran.add("waiter has it");
        lock.release();
      });
      lock.release();
      assertFalse(lock.locked());
      lock.acquire();
      ran.add("newcomer has it");
      waiter.await();
      assertRan("waiter has it", "waiter", "newcomer has it");
    });
  }

  @Test
  void aNewcomerNeedNotWaitForWaitersThatAreCancelled() throws Exception {
    run(() -> {
      lock.acquire();
      Task<?> waiter = taker("waiter");
      waiter.cancel();
      lock.release();
      lock.acquire();
      ran.add("newcomer has it");
      assertCancelled(waiter);
      assertRan("newcomer has it", "waiter cancelled");
      assertTrue(lock.locked());
    });
  }

  @Test
  void aWaiterThatIsCancelledIsPassedOver() throws Exception {
    run(() -> {
      lock.acquire();
      Task<?> a = taker("a");
      Task<?> b = taker("b");
      a.cancel();
      assertCancelled(a);
      lock.release();
      b.await();
      assertRan("a cancelled", "b");
    });
  }

  @Test
  void aWaiterCancelledAfterItWasWokenPassesTheLockOn() throws Exception {
    run(() -> {
      lock.acquire();
      Task<?> a = taker("a");
      Task<?> b = taker("b");
      lock.release();
      assertTrue(a.cancel());
      b.await();
      assertCancelled(a);
      assertRan("a cancelled", "b");
      assertEquals("AsyncLock[locked]", lock.toString());
    });
  }

  @Test
  void aReleaseThatFindsTheFirstWaiterCancelledStillWakesTheNext() throws Exception {
    run(() -> {
      lock.acquire();
      Task<?> a = taker("a");
      Task<?> b = taker("b");
      a.cancel();
      lock.release();
      b.await();
      assertRan("a cancelled", "b");
    });
  }

  /** CPython's gh-111693: the one who is cancelled must not wake another while somebody has the lock. */
  @Test
  void aCancelledWaiterWakesNobodyWhileTheLockIsHeld() throws Exception {
    run(() -> {
      lock.acquire();
      Task<?> a = taker("a");
      Task<?> b = taker("b");
      a.cancel();
      ticks(3);
      assertRan("a cancelled");
      assertFalse(b.done());
      assertEquals("AsyncLock[locked, waiters:1]", lock.toString());
      b.cancel();
      assertCancelled(b);
    });
  }

  @Test
  void allWaitersCancelledAfterAReleaseLeaveTheLockFree() throws Exception {
    run(() -> {
      lock.acquire();
      List<Task<?>> tasks = List.of(taker("a"), taker("b"), taker("c"));
      lock.release();
      tasks.forEach(Task::cancel);
      for (Task<?> task : tasks) {
        assertCancelled(task);
      }
      assertEquals("AsyncLock[unlocked]", lock.toString());
    });
  }

  @Test
  void itIsNotReentrant() throws Exception {
    run(() -> {
      Task<?> task = parked("itself", () -> {
        lock.acquire();
        lock.acquire();
      });
      task.cancel();
      assertCancelled(task);
      assertTrue(lock.locked());
    });
  }

  @Test
  void anybodyMayReleaseIt() throws Exception {
    run(() -> {
      lock.acquire();
      Task<?> waiter = taker("waiter");
      loop.callSoon(lock::release);
      waiter.await();
    });
  }

  @Test
  void releasingAFreeLockIsRefused() throws Exception {
    assertRefused(IllegalStateException.class, "Lock is not acquired", lock::release);
    lock.acquire();
    lock.release();
    assertRefused(IllegalStateException.class, "Lock is not acquired", lock::release);
    assertEquals("AsyncLock[unlocked]", lock.toString());
  }

  @Test
  void enterReleasesHoweverTheBlockEnds() throws Exception {
    IOException planted = new IOException("planted");
    run(() -> {
      try (Permit held = lock.enter()) {
        assertTrue(lock.locked());
      }
      assertFalse(lock.locked());
      assertSame(planted, assertThrows(IOException.class, () -> {
        try (Permit held = lock.enter()) {
          throw planted;
        }
      }));
      assertFalse(lock.locked());
      Task<?> cancelled = parked("block", () -> {
        try (Permit held = lock.enter()) {
          loop.createFuture().await();
        }
      });
      assertTrue(lock.locked());
      cancelled.cancel();
      assertCancelled(cancelled);
      assertFalse(lock.locked());
    });
  }

  @Test
  void closingAPermitAgainDoesNotReleaseWhatAnotherHolds() throws Exception {
    run(() -> {
      Permit first = lock.enter();
      first.close();
      Permit second = lock.enter();
      first.close();
      assertTrue(lock.locked());
      second.close();
      assertFalse(lock.locked());
    });
  }

  @Test
  void hundredTasksWithCancellationsNeverMeetAndNoneIsForgotten() throws Exception {
    Random random = new Random(20_240_601);
    int[] inside = {0};
    List<Task<?>> tasks = new ArrayList<>();
    run(() -> {
      for (int i = 0; i < 100; i++) {
        int holds = random.nextInt(3);
        tasks.add(start("t", () -> {
          for (int round = 0; round < 5; round++) {
            try (Permit held = lock.enter()) {
              assertEquals(1, ++inside[0]);
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
        if (random.nextInt(4) == 0) {
          tasks.get(random.nextInt(tasks.size())).cancel();
        }
        ticks(1);
      }
      for (Task<?> task : tasks) {
        try {
          task.await();
        } catch (CancellationException e) {
          assertTrue(task.cancelled());
        }
      }
      assertTrue(taken().contains("t"), "not all were cancelled");
      assertEquals("AsyncLock[unlocked]", lock.toString());
    });
  }
}
