// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.currentTask;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.taskGroup;
import static dev.culebra.Asyncio.timeout;

import dev.culebra.Task;
import dev.culebra.TaskGroup;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

/** {@code TaskGroup}. Where several siblings are cancelled, asyncio's order is that of a set. */
class TaskGroupScenarios extends Scenarios {

  @InPython("""
      async with TaskGroup() as group:
          a = group.create_task(worker("a", 0.2))
          b = group.create_task(worker("b", 0.1))
          log("body ends")
      log(a, b)
      """)
  void aGroupWaitsForItsTasks() throws Exception {
    Task<?>[] tasks = new Task<?>[2];
    taskGroup(group -> {
      tasks[0] = group.createTask(worker("a", 200));
      tasks[1] = group.createTask(worker("b", 100));
      log("body ends");
    });
    log(tasks[0], tasks[1]);
  }

  @InPython("""
      async def body():
          async with TaskGroup() as group:
              group.create_task(worker("a", 10))
              group.create_task(failing("b", 0.1))
              try:
                  await sleep(10)
              except CancelledError as e:
                  log("body", e, current_task().cancelling())
                  raise
      log(await outcome(body()), current_task().cancelling())
      """)
  void aFailureCancelsTheBodyAndTheOthers() {
    log(
        outcome(() -> taskGroup(group -> {
          group.createTask(worker("a", 10_000));
          group.createTask(failing("b", 100));
          try {
            sleep(ms(10_000));
          } catch (CancellationException e) {
            log("body", e, currentTask().cancelling());
            throw e;
          }
        })),
        currentTask().cancelling());
  }

  @InPython("""
      async def slow_end():
          try:
              await sleep(10)
          finally:
              log("cleans up")
              await sleep(0.3)
              raise Oops("in the clean-up")
      async def body():
          async with TaskGroup() as group:
              group.create_task(slow_end())
              group.create_task(failing("b", 0.1))
      log(await outcome(body()))
      """)
  void allFailuresAreCollected() {
    log(outcome(() -> taskGroup(group -> {
      group.createTask(() -> {
        try {
          sleep(ms(10_000));
        } catch (CancellationException e) {
          log("cleans up");
          sleep(ms(300));
          throw new Oops("in the clean-up");
        }
      });
      group.createTask(failing("b", 100));
    })));
  }

  @InPython("""
      async def body():
          async with TaskGroup() as group:
              group.create_task(worker("a", 10))
              await sleep(0.1)
              raise Oops("body")
      log(await outcome(body()))
      async def both():
          async with TaskGroup() as group:
              group.create_task(failing("task"))
              await outcome(sleep(10))
              raise Oops("body")
      log(await outcome(both()))
      """)
  void aBodyThatFailsCancelsTheTasks() {
    log(outcome(() -> taskGroup((TaskGroup group) -> {
      group.createTask(worker("a", 10_000));
      sleep(ms(100));
      throw new Oops("body");
    })));
    log(outcome(() -> taskGroup((TaskGroup group) -> {
      group.createTask(failing("task", 0));
      outcome(() -> sleep(ms(10_000)));
      throw new Oops("body");
    })));
  }

  @InPython("""
      async with TaskGroup() as group:
          a = group.create_task(worker("a", 10))
          b = group.create_task(worker("b", 0.3))
          await sleep(0.1)
          a.cancel("child")
      log(a, b, current_task().cancelling())
      """)
  void aCancelledTaskDisturbsNobody() throws Exception {
    Task<?>[] tasks = new Task<?>[2];
    taskGroup(group -> {
      tasks[0] = group.createTask(worker("a", 10_000));
      tasks[1] = group.createTask(worker("b", 300));
      sleep(ms(100));
      tasks[0].cancel("child");
    });
    log(tasks[0], tasks[1], currentTask().cancelling());
  }

  @InPython("""
      async def body():
          async with TaskGroup() as group:
              group.create_task(worker("a", 10))
              log("body ends")
      task = create_task(body())
      await sleep(0.1)
      task.cancel("outside")
      log(await outcome(task), task.cancelled(), task.cancelling())
      """)
  void aCancellationFromOutsideCancelsTheTasks() {
    Task<?> task = createTask(() -> taskGroup(group -> {
      group.createTask(worker("a", 10_000));
      log("body ends");
    }));
    sleep(ms(100));
    task.cancel("outside");
    log(outcome(task), task.cancelled(), task.cancelling());
  }

  @InPython(since = "3.13", value = """
      async def fails_late():
          try:
              await sleep(10)
          finally:
              raise Oops("late")
      async def body():
          async with TaskGroup() as group:
              group.create_task(fails_late())
      async def outer():
          try:
              await body()
          finally:
              log("count", current_task().cancelling())
              log(await outcome(sleep(0.1, "slept")))
      task = create_task(outer())
      await sleep(0.1)
      task.cancel("outside")
      log(await outcome(task), task.cancelled(), task.cancelling())
      """)
  void aFailureAfterACancellationFromOutside() {
    Task<?> task = createTask(() -> {
      try {
        taskGroup(group -> {
          group.createTask(this::failsLate);
        });
      } finally {
        log("count", currentTask().cancelling());
        log(outcome(() -> sleep(ms(100), "slept")));
      }
    });
    sleep(ms(100));
    task.cancel("outside");
    log(outcome(task), task.cancelled(), task.cancelling());
  }

  private void failsLate() throws Exception {
    try {
      sleep(ms(10_000));
    } catch (CancellationException e) {
      throw new Oops("late");
    }
  }

  @InPython("""
      async def body():
          async with TaskGroup() as outer:
              outer.create_task(worker("a", 10))
              async with TaskGroup() as inner:
                  inner.create_task(failing("b", 0.1))
                  inner.create_task(worker("c", 10))
              log("never")
      log(await outcome(body()))
      async def saved():
          async with TaskGroup() as outer:
              d = outer.create_task(worker("d", 0.3))
              try:
                  async with TaskGroup() as inner:
                      inner.create_task(failing("e", 0.1))
              except BaseExceptionGroup as e:
                  log(e)
          log(d)
      log(await outcome(saved()))
      """)
  void groupsNest() {
    log(outcome(() -> taskGroup(outer -> {
      outer.createTask(worker("a", 10_000));
      taskGroup(inner -> {
        inner.createTask(failing("b", 100));
        inner.createTask(worker("c", 10_000));
      });
      log("never");
    })));
    log(outcome(() -> {
      Task<?>[] d = new Task<?>[1];
      taskGroup(outer -> {
        d[0] = outer.createTask(worker("d", 300));
        log(outcome(() -> taskGroup(inner -> {
          inner.createTask(failing("e", 100));
        })));
      });
      log(d[0]);
    }));
  }

  @InPython("""
      async def child(group):
          log("child")
          group.create_task(worker("grandchild", 0.1))
      async with TaskGroup() as group:
          group.create_task(child(group))
      log("end")
      late = worker("late")
      log(attempt(group.create_task, late))
      late.close()
      """)
  void aTaskMayAddAnotherUntilTheGroupEnds() throws Exception {
    TaskGroup[] ended = new TaskGroup[1];
    taskGroup(group -> {
      ended[0] = group;
      group.createTask(() -> {
        log("child");
        group.createTask(worker("grandchild", 100));
      });
    });
    log("end");
    log(outcome(() -> ended[0].createTask(worker("late"))));
  }

  @InPython("""
      async def body():
          async with TaskGroup() as group:
              group.create_task(failing("a"))
              try:
                  await sleep(10)
              finally:
                  late = worker("late")
                  log(attempt(group.create_task, late))
                  late.close()
      log(await outcome(body()))
      """)
  void nothingIsAddedToAGroupThatShutsDown() {
    log(outcome(() -> taskGroup(group -> {
      group.createTask(failing("a", 0));
      try {
        sleep(ms(10_000));
      } finally {
        log(outcome(() -> group.createTask(worker("late"))));
      }
    })));
  }

  @InPython("""
      async def body():
          async with timeout(0.1):
              async with TaskGroup() as group:
                  group.create_task(worker("a", 10))
      log(await outcome(body()), current_task().cancelling())
      async def other_way():
          async with TaskGroup() as group:
              group.create_task(worker("b", 0.3))
              try:
                  async with timeout(0.1):
                      await sleep(10)
              except TimeoutError:
                  log("limit")
      log(await outcome(other_way()))
      """)
  void aGroupWithinATimeLimit() {
    log(
        outcome(() -> timeout(ms(100))
            .run(() -> taskGroup(group -> {
              group.createTask(worker("a", 10_000));
            }))),
        currentTask().cancelling());
    log(outcome(() -> taskGroup(group -> {
      group.createTask(worker("b", 300));
      try {
        timeout(ms(100)).run(() -> sleep(ms(10_000)));
      } catch (TimeoutException e) {
        log("limit");
      }
    })));
  }

  @InPython("""
      ticks(6)
      async with TaskGroup() as group:
          group.create_task(worker("a"))
          group.create_task(worker("b", 0))
      log("end")
      async with TaskGroup():
          log("empty")
      """)
  void theGroupEndsTheIterationAfterItsLastTask() throws Exception {
    ticks(6);
    taskGroup(group -> {
      group.createTask(worker("a"));
      group.createTask(worker("b", 0));
    });
    log("end");
    taskGroup(group -> {
      log("empty");
    });
  }
}
