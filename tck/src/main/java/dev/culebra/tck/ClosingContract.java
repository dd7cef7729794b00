// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.startServer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Awaitable;
import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.net.Server;
import dev.culebra.net.StreamConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Tasks that are not done when their loop is closed: each of them comes to an end. */
abstract class ClosingContract extends OnLoop {

  private final List<Object> ran = Collections.synchronizedList(new ArrayList<>());

  /** A task that waits somewhere, and notes how it ends. */
  private Task<Thread> waiting(Awaitable<?> wait) {
    Task<Thread> task = loop.createTask(() -> {
      ran.add("waits");
      try {
        wait.await();
      } finally {
        ran.add("clean");
      }
      return Thread.currentThread();
    });
    int before = ran.size();
    runOnce();
    runOnce();
    assertEquals(before + 1, ran.size());
    return task;
  }

  private void takeReports(int count) {
    for (int i = 0; i < count; i++) {
      reports.take("Task was destroyed but it is pending!");
    }
  }

  /** Cure: SelectorLoop.unwindTasks. */
  @Test
  void aTaskThatIsParkedCleansUp() {
    LoopFuture<String> future = loop.createFuture();
    Task<?> onFuture = waiting(future);
    Task<?> asleep = waiting(() -> {
      sleep(LONG);
      return 0;
    });
    Task<?> onTask = waiting(asleep);
    loop.close();
    assertEquals(6, ran.size());
    for (Task<?> task : List.of(onFuture, asleep, onTask)) {
      assertTrue(task.cancelled(), task::toString);
      assertThrows(CancellationException.class, task::result);
    }
    assertSame(onFuture, reports.take("Task was destroyed but it is pending!").future());
    takeReports(2);
  }

  @Test
  void aTaskThatHasNotStartedNeverDoes() {
    Task<Boolean> task = loop.createTask(() -> ran.add("never"));
    loop.close();
    assertTrue(task.cancelled());
    assertEquals(List.of(), ran);
    takeReports(1);
  }

  @Test
  void aTaskThatWasWokenIsUnwoundLikeTheOthers() {
    LoopFuture<String> future = loop.createFuture();
    Task<?> task = waiting(future);
    future.setResult("x");
    loop.close();
    assertTrue(task.cancelled());
    assertEquals(List.of("waits", "clean"), ran);
    takeReports(1);
  }

  @Test
  void cleaningUpMayReturnAResult() throws Exception {
    Task<String> task = loop.createTask(() -> {
      try {
        return sleep(LONG, "never");
      } catch (CancellationException e) {
        return "swallowed";
      }
    });
    runOnce();
    loop.close();
    assertEquals("swallowed", task.result());
    takeReports(1);
  }

  @Test
  void cleaningUpCannotWaitForTheLoopAnyMore() {
    Task<String> task = loop.createTask(() -> {
      try {
        return sleep(LONG, "never");
      } finally {
        for (int i = 0; i < 2; i++) {
          ran.add(assertThrows(IllegalStateException.class, () -> sleep(Duration.ZERO)));
          ran.add(assertThrows(IllegalStateException.class, () -> loop.callSoon(() -> {})));
          ran.add(assertThrows(IllegalStateException.class, () -> createTask(() -> 0)));
        }
      }
    });
    runOnce();
    loop.close();
    assertTrue(task.cancelled());
    assertEquals(6, ran.size());
    takeReports(1);
  }

  @Test
  void thousandTasksAreUnwound() {
    List<Task<?>> tasks = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      tasks.add(loop.createTask(() -> {
        try {
          sleep(LONG);
        } finally {
          ran.add("clean");
        }
      }));
    }
    runOnce();
    loop.close();
    assertEquals(1000, ran.size());
    for (Task<?> task : tasks) {
      assertTrue(task.cancelled());
    }
    takeReports(1000);
  }

  @Test
  void aTaskThatReadsIsUnwoundAndItsConnectionClosed() throws Exception {
    run(() -> {
      try (Server server = startServer(
          (reader, writer) -> {
            try {
              reader.read(1);
            } finally {
              ran.add("clean");
            }
          },
          HOST,
          0)) {
        StreamConnection connection = openConnection(HOST, port(server));
        settle();
        assertFalse(connection.writer().isClosing());
      }
    });
    loop.close();
    assertEquals(List.of("clean"), ran);
    takeReports(1);
  }

  @Test
  void aLoopIsClosedFromAVirtualThread() throws Exception {
    Task<?> task = waiting(loop.createFuture());
    Thread.ofVirtual().start(loop::close).join();
    assertTrue(loop.isClosed());
    assertTrue(task.cancelled());
    assertEquals(List.of("waits", "clean"), ran);
    takeReports(1);
  }

  @Test
  void noThreadOfATaskOutlivesTheLoop() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      loop.createTask(() -> {
        threads.add(Thread.currentThread());
        sleep(LONG);
      });
    }
    runOnce();
    loop.close();
    assertEquals(10, threads.size());
    for (Thread thread : threads) {
      thread.join(patience());
      assertFalse(thread.isAlive());
    }
    takeReports(10);
  }

  // Blocked outside the loop

  /** Cure: LoopTask.unwind interrupts what is not parked on the loop. */
  @Test
  void aTaskThatIsBlockedOutsideTheLoopIsInterrupted() {
    assumeCarried();
    Task<?> task = waiting(new LinkedBlockingQueue<String>()::take);
    loop.close();
    assertEquals(List.of("waits", "clean"), ran);
    assertTrue(task.cancelled());
    takeReports(1);
  }

  /** Cure: CarriedTasks.close and execute hand continuations to OrphanThreads. */
  @Test
  void aTaskThatIgnoresTheInterruptGoesOnElsewhereAndEndsLater() throws Exception {
    assumeCarried();
    LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
    CountDownLatch ended = new CountDownLatch(1);
    waiting(() -> {
      String taken = null;
      while (taken == null) {
        try {
          taken = queue.take();
        } catch (InterruptedException e) {
          ran.add("ignored");
        }
      }
      Thread.sleep(1);
      ran.add(taken);
      ended.countDown();
      return 0;
    });
    loop.close();
    assertEquals(List.of("waits", "ignored"), ran);
    takeReports(1);
    queue.put("x");
    ended.await();
    awaitAside("the end of the task's clean-up", () -> ran.contains("clean"));
    assertEquals(List.of("waits", "ignored", "x", "clean"), ran);
  }

  /** Cure: as above; close and execute must not leave a continuation between them. */
  @Test
  void noThreadIsLostThatComesBackWhileTheLoopCloses() throws Exception {
    assumeCarried();
    int rounds = 100;
    for (int i = 0; i < rounds; i++) {
      LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
      CountDownLatch go = new CountDownLatch(1);
      CountDownLatch ended = new CountDownLatch(3);
      try (EventLoop each = newDirectLoop()) {
        each.runUntilComplete(() -> {
          for (int n = 0; n < 3; n++) {
            Thread.startVirtualThread(() -> {
              try {
                queue.take();
                ended.countDown();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
          }
          return sleep(Duration.ZERO, 0);
        });
        thread(() -> {
          go.await();
          queue.put("a");
          queue.put("b");
          queue.put("c");
        });
        go.countDown();
      }
      ended.await();
    }
  }

  private EventLoop newDirectLoop() {
    dev.culebra.LoopPolicy policy = () -> tck().backend();
    return policy.newEventLoop();
  }
}
