// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Awaitable;
import dev.culebra.AwaitableAction;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** Cancelling tasks, where they wait on the loop. */
abstract class CancellationContract extends OnLoop {

  private final List<Object> ran = new ArrayList<>();

  /** Lets a new task run up to where it waits, cancels it, and returns when it has ended. */
  private <T> Task<T> cancelled(Task<T> task) {
    settle();
    assertFalse(task.done());
    assertTrue(task.cancel("enough"));
    await("the task's end", task::done);
    return task;
  }

  private static void assertCancelled(Task<?> task) {
    assertTrue(task.cancelled(), () -> "cancelled: " + task);
    assertEquals(
        "enough", assertThrows(CancellationException.class, task::result).getMessage());
  }

  // Where it is

  @Test
  void aTaskCancelledBeforeItsFirstStepNeverRuns() throws Exception {
    run(() -> {
      Task<Boolean> task = createTask(() -> ran.add("never"));
      assertTrue(task.cancel("enough"));
      assertFalse(task.cancelled(), "not before the loop's next iteration");
      assertThrows(CancellationException.class, task::await);
      assertCancelled(task);
    });
    assertEquals(List.of(), ran);
  }

  @Test
  void cancellingATaskThatAwaitsAFutureCancelsTheFuture() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    run(() -> assertCancelled(cancelled(createTask(future))));
    assertTrue(future.cancelled());
  }

  @Test
  void cancellingATaskThatSleepsEndsItsSleep() throws Exception {
    run(() -> assertCancelled(cancelled(createTask(() -> sleep(LONG, "never")))));
  }

  @Test
  void cancellingATaskThatAwaitsATaskCancelsThatOne() throws Exception {
    run(() -> {
      Task<String> inner = createTask(() -> sleep(LONG, "never"));
      Task<String> outer = createTask(inner);
      assertCancelled(cancelled(outer));
      assertCancelled(inner);
    });
  }

  @Test
  void anInnerTaskThatSwallowsTheCancellationGivesTheOuterItsResult() throws Exception {
    run(() -> {
      Task<String> inner = createTask(this::swallow);
      Task<String> outer = createTask(inner);
      assertEquals("swallowed", cancelled(outer).result());
      assertEquals(1, outer.cancelling());
    });
  }

  private String swallow() {
    try {
      return sleep(LONG, "never");
    } catch (CancellationException e) {
      return "swallowed";
    }
  }

  @Test
  void cancellingATaskThatYieldsThrowsThere() throws Exception {
    run(() -> {
      Task<?> task = createTask(() -> {
        while (true) {
          sleep(Duration.ZERO);
        }
      });
      assertCancelled(cancelled(task));
    });
  }

  @Test
  void aTaskThatIsWokenAndThenCancelledIsCancelledAndTheResultIsNotLost() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    run(() -> {
      Task<String> task = createTask(future);
      settle();
      future.setResult("x");
      assertTrue(task.cancel("enough"));
      assertThrows(CancellationException.class, task::await);
      assertCancelled(task);
      assertFalse(future.cancelled());
      assertEquals("x", future.await());
    });
  }

  // What the body does with it

  @Test
  void cleaningUpMayWait() throws Exception {
    run(() -> {
      Task<String> task = createTask(() -> {
        try {
          return sleep(LONG, "never");
        } finally {
          sleep(Duration.ofMillis(1));
          ran.add("clean");
        }
      });
      assertCancelled(cancelled(task));
    });
    assertEquals(List.of("clean"), ran);
  }

  @Test
  void aSwallowedCancellationLeavesTheResultAndTheCount() throws Exception {
    run(() -> {
      Task<String> task = createTask(this::swallow);
      assertEquals("swallowed", cancelled(task).result());
      assertFalse(task.cancelled());
      assertEquals(1, task.cancelling());
    });
  }

  @Test
  void aTaskThatSwallowedACancellationWaitsAsBefore() throws Exception {
    run(() -> {
      Task<String> task = createTask(() -> {
        swallow();
        sleep(Duration.ofMillis(1));
        return sleep(Duration.ZERO, "went on");
      });
      assertEquals("went on", cancelled(task).result());
    });
  }

  @Test
  void aTaskThatFailsAtItHasFailed() throws Exception {
    IOException failure = new IOException("planted");
    run(() -> {
      Task<String> task = createTask(() -> {
        try {
          return sleep(LONG, "never");
        } catch (CancellationException e) {
          throw failure;
        }
      });
      assertSame(failure, cancelled(task).exception());
    });
  }

  @Test
  void aTaskThatThrowsCancellationExceptionByItselfIsCancelled() throws Exception {
    Task<String> task = loop.createTask(() -> raise(new CancellationException("enough")));
    assertThrows(CancellationException.class, () -> run(task));
    assertCancelled(task);
    assertEquals(0, task.cancelling());
  }

  // More than once

  @Test
  void cancellingTwiceBeforeItIsDeliveredThrowsOnce() throws Exception {
    run(() -> {
      Task<String> task = createTask(() -> {
        String first = swallow();
        sleep(Duration.ofMillis(1));
        return first;
      });
      settle();
      assertTrue(task.cancel());
      assertTrue(task.cancel());
      assertEquals("swallowed", task.await());
      assertEquals(2, task.cancelling());
    });
  }

  @Test
  void cancellingAgainInterruptsTheCleaningUp() throws Exception {
    run(() -> {
      Task<String> task = createTask(() -> {
        try {
          return sleep(LONG, "never");
        } finally {
          ran.add(swallow());
        }
      });
      settle();
      task.cancel("first");
      settle();
      assertFalse(task.done());
      assertTrue(task.cancel("second"));
      assertEquals(
          "first", assertThrows(CancellationException.class, task::await).getMessage());
      assertEquals(List.of("swallowed"), ran);
    });
  }

  @Test
  void aLongChainOfTasksIsCancelledFromItsEnd() throws Exception {
    run(() -> {
      LoopFuture<Object> first = loop.createFuture();
      LoopFuture<Object> last = first;
      for (int i = 0; i < 4000; i++) {
        LoopFuture<Object> before = last;
        last = createTask(() -> before.await());
      }
      settle();
      last.cancel("enough");
      assertTrue(first.cancelled());
      assertEquals(
          "enough", assertThrows(CancellationException.class, last::await).getMessage());
    });
  }

  @Test
  void theMessageThatEndedTheWaitStands() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      for (AwaitableAction wait :
          List.<AwaitableAction>of(() -> sleep(Duration.ofHours(1)), future::await)) {
        Task<?> task = createTask(wait);
        sleep(Duration.ZERO);
        task.cancel("enough");
        task.cancel("too late to say more");
        assertThrows(CancellationException.class, task::await);
        assertCancelled(task);
      }
    });
  }

  @Test
  void cancellingADoneTaskDoesNothing() throws Exception {
    Task<String> task = loop.createTask(() -> "x");
    assertEquals("x", run(task));
    assertFalse(task.cancel());
    assertEquals(0, task.cancelling());
    assertEquals("x", task.result());
  }

  // By itself

  @Test
  void aTaskThatCancelsItselfAndReturnsIsCancelled() throws Exception {
    run(() -> {
      Task<?>[] self = new Task<?>[1];
      self[0] = createTask(() -> ran.add(self[0].cancel("enough")));
      assertThrows(CancellationException.class, self[0]::await);
      assertCancelled(self[0]);
    });
    assertEquals(List.of(true), ran);
  }

  @Test
  void aTaskThatCancelsItselfIsToldWhereItNextWaits() throws Exception {
    run(() -> {
      Task<?>[] self = new Task<?>[1];
      LoopFuture<String> future = loop.createFuture();
      self[0] = createTask(() -> {
        self[0].cancel("enough");
        ran.add("a");
        try {
          future.await();
        } catch (CancellationException e) {
          ran.add(e.getMessage());
        }
        sleep(Duration.ZERO);
        return "went on";
      });
      assertEquals("went on", self[0].await());
    });
    assertEquals(List.of("a", "enough"), ran);
  }

  // The count

  @Test
  void uncancelCountsDownToZero() throws Exception {
    run(() -> {
      Task<?>[] self = new Task<?>[1];
      self[0] = createTask(() -> {
        swallow();
        ran.add(self[0].cancelling());
        ran.add(self[0].uncancel());
        ran.add(self[0].uncancel());
        return "went on";
      });
      assertEquals("went on", cancelled(self[0]).result());
    });
    assertEquals(List.of(1, 0, 0), ran);
  }

  @Test
  void uncancelWithdrawsWhatWasNotDelivered() throws Exception {
    run(() -> {
      Task<Boolean> fresh = createTask(() -> ran.add("fresh"));
      fresh.cancel();
      assertEquals(0, fresh.uncancel());
      assertTrue(fresh.await());
      Task<?>[] self = new Task<?>[1];
      self[0] = createTask(() -> {
        self[0].cancel();
        self[0].cancel();
        assertEquals(1, self[0].uncancel());
        assertEquals(0, self[0].uncancel());
        sleep(Duration.ZERO);
        ran.add("went on");
      });
      self[0].await();
    });
    assertEquals(List.of("fresh", "went on"), ran);
  }

  @Test
  void uncancelDoesNotWithdrawWhatHasEndedAWait() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      for (Awaitable<String> wait :
          List.<Awaitable<String>>of(future, () -> sleep(LONG, "never"))) {
        Task<String> task = createTask(wait);
        settle();
        task.cancel("enough");
        assertEquals(0, task.uncancel());
        assertThrows(CancellationException.class, task::await);
        assertCancelled(task);
      }
    });
  }

  // Interrupts

  @Test
  void interruptingATasksThreadCancelsIt() throws Exception {
    run(() -> {
      Thread[] thread = new Thread[1];
      Task<String> task = createTask(() -> {
        thread[0] = Thread.currentThread();
        return sleep(LONG, "never");
      });
      settle();
      thread(() -> thread[0].interrupt());
      assertThrows(CancellationException.class, task::await);
      assertTrue(task.cancelled());
    });
  }

  @Test
  void aTaskThatInterruptsItselfIsCancelledWhereItWaits() throws Exception {
    run(() -> {
      Task<String> task = createTask(() -> {
        Thread.currentThread().interrupt();
        return sleep(LONG, "never");
      });
      assertThrows(CancellationException.class, task::await);
      assertTrue(task.cancelled());
    });
  }
}
