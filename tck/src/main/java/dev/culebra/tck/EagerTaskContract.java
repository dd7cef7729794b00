// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.allTasks;
import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.currentTask;
import static dev.culebra.Asyncio.gather;
import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.ContextVar;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.TaskFactory;
import dev.culebra.TaskOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Tasks whose first step runs within the createTask that makes them. */
abstract class EagerTaskContract extends OnLoop {

  private static final TaskOptions EAGER = TaskOptions.DEFAULT.withEagerStart(true);

  private final List<Object> ran = new ArrayList<>();

  @Test
  void theFirstStepRunsBeforeCreateTaskReturnsAndNothingElseDoes() throws Exception {
    run(() -> {
      createTask(() -> ran.add("queued task"));
      loop.callSoon(() -> ran.add("queued callback"));
      ran.add("before");
      Task<?> eager = createTask(
          () -> {
            ran.add("first step");
            sleep(Duration.ZERO);
            ran.add("second step");
          },
          EAGER);
      ran.add("after");
      eager.await();
    });
    assertEquals(
        List.of("before", "first step", "after", "queued task", "queued callback", "second step"),
        ran);
  }

  @Test
  void aTaskThatNeverWaitsIsDoneWhenCreateTaskReturns() throws Exception {
    run(() -> {
      Task<String> eager = createTask(() -> "x", EAGER);
      assertTrue(eager.done());
      assertEquals("x", eager.result());
      assertFalse(allTasks().contains(eager));
      assertEquals("x", eager.await());
      IOException planted = new IOException("planted");
      Task<String> failed = createTask(() -> raise(planted), EAGER);
      assertSame(planted, failed.exception());
      Task<String> cancelled = createTask(
          () -> {
            throw new CancellationException("by itself");
          },
          EAGER);
      assertTrue(cancelled.cancelled());
    });
  }

  @Test
  void theFirstStepRunsInACallbackToo() throws Exception {
    run(() -> {
      loop.callSoon(() -> {
        createTask(() -> ran.add("queued"));
        ran.add("before");
        Task<?> eager = createTask(
            () -> {
              ran.add(currentTask() != null);
              sleep(Duration.ZERO);
              ran.add("end");
            },
            EAGER);
        assertFalse(eager.done());
        assertNull(currentTask());
        ran.add("after");
      });
      loop.callSoon(() -> ran.add("next callback"));
      settle();
    });
    assertEquals(List.of("before", true, "after", "next callback", "queued", "end"), ran);
  }

  @Test
  void eagerTasksStartEagerTasks() throws Exception {
    run(() -> {
      createTask(() -> ran.add("queued"));
      Task<Integer> eager = createTask(() -> nested(5), EAGER);
      ran.add("outside");
      assertEquals(5, eager.await());
    });
    assertEquals(
        List.of("down 5", "down 4", "down 3", "down 2", "down 1", "down 0"), ran.subList(0, 6));
    assertEquals(List.of("outside", "queued", "up 1", "up 2"), ran.subList(6, 10));
  }

  private int nested(int depth) throws Exception {
    ran.add("down " + depth);
    if (depth == 0) {
      sleep(Duration.ZERO);
      return 0;
    }
    int below = createTask(() -> nested(depth - 1), EAGER).await();
    ran.add("up " + (below + 1));
    return below + 1;
  }

  @Test
  void theCurrentTaskIsTheEagerOneForItsFirstStepAndThenTheMakerAgain() throws Exception {
    run(() -> {
      Task<?> maker = currentTask();
      List<Task<?>> current = new ArrayList<>();
      Task<?> eager = createTask(
          () -> {
            current.add(currentTask());
            assertTrue(allTasks().contains(nonNull(currentTask())));
            sleep(Duration.ZERO);
          },
          EAGER);
      assertSame(maker, currentTask());
      assertEquals(List.of(eager), current);
      assertTrue(allTasks().contains(eager));
      eager.await();
      assertFalse(allTasks().contains(eager));
    });
  }

  @Test
  void theFirstStepRunsInACopyOfTheMakersContext() throws Exception {
    ContextVar<String> var = ContextVar.of("var");
    run(() -> {
      var.set("maker");
      createTask(
          () -> {
            ran.add(var.get());
            var.set("eager");
          },
          EAGER);
      ran.add(var.get());
    });
    assertEquals(List.of("maker", "maker"), ran);
  }

  @Test
  void aLoopThatDoesNotRunStartsItInTheUsualWay() throws Exception {
    Task<String> task = loop.createTask(
        () -> {
          ran.add("first step");
          return "x";
        },
        EAGER);
    assertEquals(List.of(), ran);
    assertEquals("x", run(task));
  }

  @Test
  void theEagerFactoryMakesAllTasksEagerThatDoNotSayOtherwise() throws Exception {
    run(() -> {
      loop.setTaskFactory(TaskFactory.EAGER);
      assertSame(TaskFactory.EAGER, loop.getTaskFactory());
      createTask(() -> ran.add("eager"));
      createTask(() -> ran.add("not"), TaskOptions.DEFAULT.withEagerStart(false));
      ran.add("made");
      loop.setTaskFactory(null);
      assertSame(TaskFactory.DEFAULT, loop.getTaskFactory());
      createTask(() -> ran.add("plain"));
      ran.add("made");
      settle();
    });
    assertEquals(List.of("eager", "made", "made", "not", "plain"), ran);
  }

  @Test
  void gatherTakesTasksThatAreDoneWhenTheyAreMade() throws Exception {
    loop.setTaskFactory(TaskFactory.EAGER);
    run(() -> {
      assertEquals(
          List.of(1, 2, 3),
          gather(() -> 1, () -> sleep(Duration.ZERO, 2), () -> 3).await());
      assertEquals(List.of(1, 2), gather(() -> 1, () -> 2).await());
      IOException planted = new IOException("planted");
      LoopFuture<List<Integer>> failing = gather(() -> raise(planted), () -> 2);
      assertSame(planted, assertThrows(IOException.class, failing::await));
    });
  }

  @Test
  void anEagerTaskIsCancelledWhereItWaits() throws Exception {
    run(() -> {
      Task<?> eager = createTask(() -> sleep(LONG), EAGER);
      eager.cancel("why");
      assertEquals(
          "why", assertThrows(CancellationException.class, eager::await).getMessage());
    });
  }

  @Test
  void whatTheFirstStepBlocksOnOutsideTheLoopHoldsItsMakerUpNoLongerThanItBlocks()
      throws Exception {
    BlockingQueue<String> queue = new LinkedBlockingQueue<>();
    if (loop.taskMode() == dev.culebra.TaskMode.BATON) {
      queue.add("x"); // it would keep the baton
    }
    run(() -> {
      Task<String> eager = createTask(queue::take, EAGER);
      ran.add("made");
      thread(() -> queue.add("x"));
      assertEquals("x", eager.await());
    });
    assertEquals(List.of("made"), ran);
  }

  @Test
  void manyEagerTasksFromTasksAndCallbacksKeepOneOrder() throws Exception {
    run(() -> {
      for (int i = 0; i < 500; i++) {
        int number = i;
        createTask(
            () -> {
              ran.add(number);
              sleep(Duration.ZERO);
              loop.callSoon(() -> createTask(() -> ran.add(number + 1000), EAGER));
            },
            EAGER);
        assertEquals(number, ran.get(number));
      }
      settle();
    });
    for (int i = 0; i < 500; i++) {
      assertEquals(i + 1000, ran.get(500 + i));
    }
  }
}
