// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Asyncio;
import dev.culebra.AwaitableAction;
import dev.culebra.EventLoop;
import dev.culebra.Task;
import dev.culebra.sync.AsyncBarrier;
import dev.culebra.sync.AsyncBoundedSemaphore;
import dev.culebra.sync.AsyncCondition;
import dev.culebra.sync.AsyncEvent;
import dev.culebra.sync.AsyncLifoQueue;
import dev.culebra.sync.AsyncLock;
import dev.culebra.sync.AsyncPriorityQueue;
import dev.culebra.sync.AsyncQueue;
import dev.culebra.sync.AsyncSemaphore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** What is true of every wait for a lock, event, condition, semaphore, barrier or queue. */
abstract class SyncWaitContract extends SyncOnLoop {

  /** Something that a task has to wait for. */
  private record Wait(Object subject, AwaitableAction body) {

    @Override
    public String toString() {
      return subject.toString();
    }
  }

  /** One of each. */
  private static List<Wait> waits() {
    AsyncLock lock = new AsyncLock();
    lock.acquire();
    AsyncEvent event = new AsyncEvent();
    AsyncCondition condition = new AsyncCondition();
    condition.acquire();
    AsyncCondition another = new AsyncCondition();
    another.acquire();
    AsyncCondition held = new AsyncCondition(lock);
    AsyncSemaphore semaphore = new AsyncSemaphore(0);
    AsyncSemaphore bounded = new AsyncBoundedSemaphore(0);
    AsyncBarrier barrier = new AsyncBarrier(3);
    AsyncQueue<String> empty = new AsyncQueue<>();
    AsyncQueue<String> lifo = new AsyncLifoQueue<>();
    AsyncQueue<String> byPriority = new AsyncPriorityQueue<>();
    AsyncQueue<String> full = new AsyncQueue<>(1);
    full.putNoWait("x");
    AsyncQueue<String> unfinished = new AsyncQueue<>();
    unfinished.putNoWait("x");
    return List.of(
        new Wait(lock, lock::acquire),
        new Wait(lock, lock::enter),
        new Wait(lock, held::acquire),
        new Wait(lock, held::enter),
        new Wait(event, event::await),
        new Wait(condition, condition::await),
        new Wait(another, () -> another.awaitFor(() -> false)),
        new Wait(semaphore, semaphore::acquire),
        new Wait(semaphore, semaphore::enter),
        new Wait(bounded, bounded::acquire),
        new Wait(barrier, barrier::await),
        new Wait(barrier, barrier::enter),
        new Wait(empty, empty::get),
        new Wait(lifo, lifo::get),
        new Wait(byPriority, byPriority::get),
        new Wait(full, () -> full.put("y")),
        new Wait(unfinished, unfinished::join));
  }

  private interface ForWait {
    void run(Wait wait) throws Exception;
  }

  private static void forEach(ForWait body) throws Exception {
    for (Wait wait : waits()) {
      try {
        body.run(wait);
      } catch (Exception | AssertionError e) {
        throw new AssertionError("at " + wait, e);
      }
    }
  }

  @Test
  void aCancelledWaiterLeavesNothingBehind() throws Exception {
    run(() -> forEach(wait -> {
      String before = wait.toString();
      Task<?> task = parked("", wait.body());
      assertNotEquals(before, wait.toString());
      task.cancel();
      assertCancelled(task);
      assertEquals(before, wait.toString());
    }));
  }

  @Test
  void aWaitOfATaskThatIsToBeCancelledEndsOneIterationLater() throws Exception {
    run(() -> forEach(wait -> {
      String before = wait.toString();
      Task<?>[] self = new Task<?>[1];
      self[0] = start("", () -> {
        self[0].cancel();
        wait.body().await();
      });
      ticks(2);
      assertTrue(self[0].cancelled());
      assertEquals(before, wait.toString());
    }));
  }

  @Test
  void thousandCancelledWaitersLeaveNothingBehind() throws Exception {
    run(() -> forEach(wait -> {
      String before = wait.toString();
      List<Task<?>> tasks = new ArrayList<>();
      boolean oneAtATime =
          wait.subject() instanceof AsyncBarrier || wait.subject() instanceof AsyncCondition;
      for (int i = 0; i < (oneAtATime ? 1 : 1000); i++) {
        tasks.add(Asyncio.createTask(wait.body()));
      }
      ticks(1);
      tasks.forEach(Task::cancel);
      for (Task<?> task : tasks) {
        assertCancelled(task);
      }
      assertEquals(before, wait.toString());
    }));
  }

  @Test
  void aWaitInACallbackIsRefusedAndChangesNothing() throws Exception {
    run(() -> forEach(wait -> {
      String before = wait.toString();
      loop.callSoon(() -> {
        assertRefused(
            IllegalStateException.class, "in a callback", () -> wait.body().await());
        ran.add("refused");
      });
      ticks(2);
      assertRan("refused");
      assertEquals(before, wait.toString());
    }));
  }

  @Test
  void aWaitOutsideALoopIsRefusedAndChangesNothing() throws Exception {
    forEach(wait -> {
      String before = wait.toString();
      assertRefused(
          IllegalStateException.class,
          "no running event loop",
          () -> wait.body().await());
      assertEquals(before, wait.toString());
    });
  }

  @Test
  void aWaitOnAnotherLoopThanTheFirstWaitsIsRefused() throws Exception {
    List<Wait> waits = waits();
    run(() -> {
      for (Wait wait : waits) {
        Task<?> task = parked("", wait.body());
        task.cancel();
        assertCancelled(task);
      }
    });
    EventLoop other = newLoop(backend());
    for (Wait wait : waits) {
      String before = wait.toString();
      assertRefused(
          IllegalStateException.class,
          before + " is bound to a different event loop",
          () -> other.runUntilComplete(() -> {
            wait.body().await();
            return 0;
          }));
      assertEquals(before, wait.toString());
    }
  }

  @Test
  void closingTheLoopEndsEveryWaitAsCancelled() throws Exception {
    List<Wait> waits = waits();
    List<Task<?>> tasks = new ArrayList<>();
    run(() -> waits.forEach(wait -> tasks.add(parked("", wait.body()))));
    loop.close();
    for (Task<?> task : tasks) {
      assertTrue(task.cancelled(), task::toString);
      reports.take("Task was destroyed but it is pending!");
    }
  }

  @Test
  void closingTheLoopEndsAConditionsWaitEvenWhileAnotherTaskHasItsLock() throws Exception {
    AsyncCondition condition = new AsyncCondition();
    List<Task<?>> tasks = new ArrayList<>();
    run(() -> {
      condition.acquire();
      tasks.add(parked("waits", () -> {
        try {
          condition.await();
        } catch (CancellationException e) {
          ran.add("told");
          throw e;
        }
      }));
      tasks.add(parked("holds", () -> {
        condition.acquire();
        Asyncio.sleep(LONG);
      }));
      assertTrue(condition.locked());
    });
    loop.close();
    assertRan("told", "waits cancelled", "holds cancelled");
    for (Task<?> task : tasks) {
      assertTrue(task.cancelled(), task::toString);
      reports.take("Task was destroyed but it is pending!");
    }
  }

  @Test
  void whatNeedNotWaitNeedsNoLoop() throws Exception {
    AsyncLock lock = new AsyncLock();
    lock.acquire();
    lock.release();
    AsyncEvent event = new AsyncEvent();
    event.set();
    event.await();
    AsyncSemaphore semaphore = new AsyncSemaphore();
    semaphore.acquire();
    semaphore.release();
    AsyncCondition condition = new AsyncCondition();
    condition.acquire();
    condition.awaitFor(() -> true);
    condition.signalAll();
    condition.release();
    AsyncQueue<String> queue = new AsyncQueue<>(1);
    queue.put("x");
    assertEquals("x", queue.get());
    queue.taskDone();
    queue.join();
    AsyncBarrier barrier = new AsyncBarrier(1);
    barrier.abort();
    barrier.reset();
    run(() -> assertEquals(0, barrier.await()));
  }

  /** And it binds to none: what was never waited for may go from loop to loop. */
  @Test
  void whatNeverWaitedMayGoToAnotherLoop() throws Exception {
    AsyncLock lock = new AsyncLock();
    AsyncQueue<String> queue = new AsyncQueue<>();
    run(() -> {
      lock.acquire();
      lock.release();
      queue.put("x");
    });
    EventLoop other = newLoop(backend());
    assertEquals("x", other.runUntilComplete(() -> {
      lock.acquire();
      return queue.get();
    }));
  }

  @Test
  void anInterruptEndsAWaitAsACancellation() throws Exception {
    AsyncEvent event = new AsyncEvent();
    run(() -> {
      Thread[] thread = new Thread[1];
      Task<?> task = parked("waits", () -> {
        thread[0] = Thread.currentThread();
        event.await();
      });
      thread(() -> thread[0].interrupt());
      assertCancelled(task);
      assertEquals("AsyncEvent[unset]", event.toString());
    });
  }
}
