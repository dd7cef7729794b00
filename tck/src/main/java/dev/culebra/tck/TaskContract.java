// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.allTasks;
import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.currentTask;
import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Awaitable;
import dev.culebra.EventLoop;
import dev.culebra.Task;
import dev.culebra.TaskFactory;
import dev.culebra.TaskOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tasks: their steps, results and names. Their cancellation has a contract of its own. */
abstract class TaskContract extends OnLoop {

  private final List<Object> ran = new ArrayList<>();

  // Steps

  @Test
  void theFirstStepRunsInALaterIteration() {
    loop.callSoon(() -> {
      loop.createTask(() -> ran.add("b"));
      ran.add("a");
    });
    runOnce();
    assertEquals(List.of("a"), ran);
    runOnce();
    assertEquals(List.of("a", "b"), ran);
  }

  @Test
  void tasksStartInTheOrderTheyWereMade() {
    for (int i = 0; i < 100; i++) {
      Integer number = i;
      loop.createTask(() -> ran.add(number));
    }
    runOnce();
    for (int i = 0; i < 100; i++) {
      assertEquals(i, ran.get(i));
    }
  }

  @Test
  void tasksTakeTurns() throws Exception {
    run(() -> {
      Task<?> last = null;
      for (String name : List.of("a", "b", "c")) {
        last = createTask(() -> {
          for (int step = 0; step < 3; step++) {
            ran.add(name + step);
            sleep(Duration.ZERO);
          }
        });
      }
      nonNull(last).await();
    });
    assertEquals(List.of("a0", "b0", "c0", "a1", "b1", "c1", "a2", "b2", "c2"), ran);
  }

  @Test
  void onlyOneTaskRunsAtATimeSoThatTheyShareDataWithoutLocks() throws Exception {
    int[] shared = new int[1];
    int tasks = 50;
    int steps = 40;
    run(() -> {
      List<Task<?>> all = new ArrayList<>();
      for (int i = 0; i < tasks; i++) {
        all.add(createTask(() -> {
          for (int step = 0; step < steps; step++) {
            int before = shared[0];
            Thread.onSpinWait();
            shared[0] = before + 1;
            sleep(Duration.ZERO);
          }
        }));
      }
      for (Task<?> task : all) {
        task.await();
      }
    });
    assertEquals(tasks * steps, shared[0]);
  }

  @Test
  void aDeepChainOfAwaitsComesBack() throws Exception {
    assertEquals(200, run(() -> depth(200)));
  }

  private static int depth(int levels) throws Exception {
    return levels == 0
        ? sleep(Duration.ZERO, 0)
        : createTask(() -> depth(levels - 1)).await() + 1;
  }

  @Test
  void thousandsOfTasksEnd() throws Exception {
    AtomicInteger ended = new AtomicInteger();
    run(() -> {
      for (int i = 0; i < 5000; i++) {
        createTask(() -> {
          sleep(Duration.ofNanos(1));
          ended.incrementAndGet();
        });
      }
      await("all of them", () -> ended.get() == 5000);
    });
  }

  // Results

  @Test
  void whatTheBodyReturnsIsTheResult() throws Exception {
    run(() -> {
      assertEquals("x", createTask(() -> "x").await());
      Task<@Nullable Void> action = createTask(() -> sleep(Duration.ZERO));
      assertNull(action.await());
      assertTrue(action.done());
    });
  }

  @Test
  void whatTheBodyThrowsIsTheFailure() throws Exception {
    for (Throwable failure :
        List.of(new IOException("planted"), new AssertionError("planted"), new Throwable("raw"))) {
      Task<String> task = loop.createTask(() -> raise(failure));
      assertSame(failure, assertThrows(failure.getClass(), () -> run(task)));
      assertSame(failure, task.exception());
      assertFalse(task.cancelled());
    }
  }

  @Test
  void aTasksResultIsWhatItsBodyReturnsAndNothingElse() throws Exception {
    Task<String> task = loop.createTask(() -> "x");
    assertThrows(UnsupportedOperationException.class, () -> task.setResult("y"));
    assertThrows(
        UnsupportedOperationException.class, () -> task.setException(new IOException("planted")));
    assertEquals("x", run(task));
  }

  @Test
  void anAwaitingTaskGoesOnInALaterIterationThanTheEndOfTheOther() throws Exception {
    run(() -> {
      Task<?> other = createTask(() -> ran.add("b"));
      other.addDoneCallback(done -> ran.add("c"));
      ran.add("a");
      other.await();
      ran.add("d");
    });
    assertEquals(List.of("a", "b", "c", "d"), ran);
  }

  // The running loop

  @Test
  void theRunningLoopIsKnownInTasksAndCallbacksAndNowhereElse() throws Exception {
    assertThrows(IllegalStateException.class, () -> getRunningLoop());
    loop.callSoon(() -> ran.add(getRunningLoop()));
    run(() -> {
      ran.add(getRunningLoop());
      sleep(Duration.ZERO);
      ran.add(getRunningLoop());
      aside(() -> assertThrows(IllegalStateException.class, () -> getRunningLoop()))
          .await();
    });
    assertEquals(List.of(loop, loop, loop), ran);
    assertThrows(IllegalStateException.class, () -> getRunningLoop());
    assertThrows(IllegalStateException.class, () -> createTask(() -> "never"));
  }

  @Test
  void theRunningLoopIsKnownWhereAFailedTaskCleansUp() throws Exception {
    Task<String> task = loop.createTask(() -> {
      try {
        return sleep(LONG, "never");
      } finally {
        ran.add(getRunningLoop());
      }
    });
    loop.callSoon(() -> loop.callSoon(task::cancel));
    assertThrows(Exception.class, () -> run(task));
    assertEquals(List.of(loop), ran);
  }

  // Names

  @Test
  void everyTaskHasANameOfItsOwn() throws Exception {
    run(() -> {
      Task<String> first = createTask(() -> "x");
      Task<String> second = createTask(() -> "x");
      assertNotEquals(first.getName(), second.getName());
      assertTrue(first.toString().contains(first.getName()));
      first.await();
      second.await();
    });
  }

  @Test
  void aTasksNameIsThatOfItsThread() throws Exception {
    AtomicReference<String> seen = new AtomicReference<>();
    Task<String> task = loop.createTask(() -> {
      seen.set(Thread.currentThread().getName());
      sleep(Duration.ZERO);
      return Thread.currentThread().getName();
    });
    task.setName("Task-first");
    assertEquals("Task-first", task.getName());
    loop.callSoon(() -> task.setName("Task-second"));
    assertEquals("Task-second", run(task));
    assertEquals("Task-first", seen.get());
    assertEquals("Task-second", task.getName());
  }

  @Test
  void aTaskHasTheNameItsMakerGivesIt() throws Exception {
    run(() -> {
      assertEquals("by name", createTask(() -> "x", "by name").getName());
      assertEquals("action", createTask(() -> {}, "action").getName());
      assertEquals(
          "by options",
          createTask(() -> "x", TaskOptions.DEFAULT.withName("by options")).getName());
      settle();
    });
  }

  // Which there are

  @Test
  void theCurrentTaskIsKnownInItsStepsAndCallbacksHaveNone() throws Exception {
    assertThrows(IllegalStateException.class, () -> currentTask());
    loop.callSoon(() -> assertNull(currentTask()));
    Task<Task<?>> task = loop.createTask(() -> {
      Task<?> before = nonNull(currentTask());
      sleep(Duration.ZERO);
      assertSame(before, currentTask());
      return before;
    });
    assertSame(task, run(task));
  }

  @Test
  void allTasksAreThoseThatAreNotDone() throws Exception {
    run(() -> {
      Task<?> waiting = createTask(() -> sleep(LONG));
      Task<?> ended = createTask(() -> "x");
      assertEquals(Set.of(nonNull(currentTask()), waiting, ended), allTasks());
      ended.await();
      assertEquals(Set.of(nonNull(currentTask()), waiting), allTasks());
      waiting.cancel();
      assertThrows(CancellationException.class, waiting::await);
      assertEquals(Set.of(nonNull(currentTask())), allTasks());
    });
    assertEquals(Set.of(), allTasks(loop));
  }

  // Factories

  @Test
  void aFactoryMakesTheTasks() throws Exception {
    loop.setTaskFactory(new TaskFactory() {
      @Override
      public <T extends @Nullable Object> Task<T> newTask(
          EventLoop on, Awaitable<T> body, TaskOptions options) {
        assertSame(loop, on);
        ran.add(String.valueOf(options.name()));
        return DEFAULT.newTask(
            on,
            () -> {
              ran.add("wrapped");
              return body.await();
            },
            options.withName("made by factory"));
      }
    });
    run(() -> {
      Task<String> task = createTask(() -> "x", "wish");
      assertEquals("made by factory", task.getName());
      assertEquals("x", task.await());
      loop.setTaskFactory(null);
      assertEquals("plain", createTask(() -> "plain").await());
    });
    assertEquals(List.of("null", "wrapped", "wish", "wrapped"), ran);
  }
}
