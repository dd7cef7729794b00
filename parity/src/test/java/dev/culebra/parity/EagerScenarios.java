// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import static dev.culebra.Asyncio.allTasks;
import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.currentTask;
import static dev.culebra.Asyncio.gather;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.taskGroup;

import dev.culebra.ContextVar;
import dev.culebra.Task;
import dev.culebra.TaskFactory;
import java.util.concurrent.CancellationException;

/** Tasks that start at once, and what else a task factory is told. */
class EagerScenarios extends Scenarios {

  @InPython(since = "3.12", value = """
      loop.set_task_factory(eager_task_factory)
      log("before")
      done = create_task(worker("a"))
      log("made", done)
      waits = create_task(worker("b", 0, 0.1))
      log("made", waits)
      ticks(3)
      log(await done, await waits)
      """)
  void anEagerTaskRunsToItsFirstWait() throws Exception {
    loop.setTaskFactory(TaskFactory.EAGER);
    log("before");
    Task<String> done = createTask(worker("a"));
    log("made", done);
    Task<String> waits = createTask(worker("b", 0, 100));
    log("made", waits);
    ticks(3);
    log(done.await(), waits.await());
  }

  @InPython(since = "3.12", value = """
      loop.set_task_factory(eager_task_factory)
      main = current_task()
      async def body():
          log(current_task() is main, current_task() in all_tasks())
          await sleep(0)
          log(current_task() is main, current_task() in all_tasks())
      task = create_task(body())
      log(current_task() is main)
      await task
      log(current_task() is main, task in all_tasks())
      """)
  void theCurrentTaskIsSwappedAndBack() throws Exception {
    loop.setTaskFactory(TaskFactory.EAGER);
    Task<?> main = currentTask();
    Task<?> task = createTask(() -> {
      log(currentTask() == main, allTasks().contains(currentTask()));
      sleep(ms(0));
      log(currentTask() == main, allTasks().contains(currentTask()));
    });
    log(currentTask() == main);
    task.await();
    log(currentTask() == main, allTasks().contains(task));
  }

  @InPython(since = "3.12", value = """
      loop.set_task_factory(eager_task_factory)
      pending = create_task(failing("a"))
      log(pending, await outcome(pending))
      async def fails_now():
          raise Oops("now")
      failed = create_task(fails_now())
      failed.add_done_callback(lambda t: log("callback", t))
      log("made", failed, await outcome(failed))
      async def cancels_itself():
          current_task().cancel("self")
          await worker("c", 0.1)
      cancelled = create_task(cancels_itself())
      log("made", cancelled, await outcome(cancelled))
      await sleep(1)
      """)
  void anEagerTaskMayFailOrCancelItselfAtOnce() {
    loop.setTaskFactory(TaskFactory.EAGER);
    Task<?> first = createTask(failing("a", 0));
    log(first, outcome(first));
    Task<?> failed = createTask(() -> {
      throw new Oops("now");
    });
    failed.addDoneCallback(t -> log("callback", t));
    log("made", failed, outcome(failed));
    Task<?> cancelled = createTask(() -> {
      currentTask().cancel("self");
      worker("c", 100).await();
    });
    log("made", cancelled, outcome(cancelled));
    sleep(ms(1000));
  }

  @InPython(since = "3.12", value = """
      loop.set_task_factory(eager_task_factory)
      ticks(3)
      log(await gather(worker("a"), worker("b")))
      log(await gather(worker("c"), worker("d", 0)))
      async with TaskGroup() as group:
          group.create_task(worker("e"))
          group.create_task(worker("f", 0.1))
          log("body ends")
      """)
  void groupsOfEagerTasks() throws Exception {
    loop.setTaskFactory(TaskFactory.EAGER);
    ticks(3);
    log(gather(worker("a"), worker("b")).await());
    log(gather(worker("c"), worker("d", 0)).await());
    taskGroup(group -> {
      group.createTask(worker("e"));
      group.createTask(worker("f", 100));
      log("body ends");
    });
  }

  @InPython(since = "3.12", value = """
      loop.set_task_factory(eager_task_factory)
      var = ContextVar("var", default="default")
      async def body():
          log("task", var.get())
          var.set("task")
          try:
              await sleep(10)
          except CancelledError as e:
              log(e, var.get())
      var.set("main")
      task = create_task(body())
      log("main", var.get())
      task.cancel("after its first step")
      log(await outcome(task), var.get())
      """)
  void anEagerTaskHasItsContextFromTheFirstStepOn() {
    ContextVar<String> var = ContextVar.withDefault("var", "default");
    loop.setTaskFactory(TaskFactory.EAGER);
    var.set("main");
    Task<?> task = createTask(() -> {
      log("task", var.get());
      var.set("task");
      try {
        sleep(ms(10_000));
      } catch (CancellationException e) {
        log(e, var.get());
      }
    });
    log("main", var.get());
    task.cancel("after its first step");
    log(outcome(task), var.get());
  }

  @InPython(since = "3.12", value = """
      loop.set_task_factory(eager_task_factory)
      async def outer():
          log("outer")
          inner = create_task(worker("inner", 0))
          log("outer made inner")
          return await inner
      log(await create_task(outer()))
      loop.set_task_factory(None)
      task = create_task(worker("lazy"))
      log("made", task)
      await task
      """)
  void eagerTasksNest() throws Exception {
    loop.setTaskFactory(TaskFactory.EAGER);
    Task<String> outer = createTask(() -> {
      log("outer");
      Task<String> inner = createTask(worker("inner", 0));
      log("outer made inner");
      return inner.await();
    });
    log(outer.await());
    loop.setTaskFactory(null);
    Task<String> task = createTask(worker("lazy"));
    log("made", task);
    task.await();
  }

  @InPython("""
      log(current_task().get_name() != "", attempt(loop.get_task_factory))
      task = create_task(worker("a", 0), name="first")
      log(task.get_name())
      task.set_name("second")
      log(task.get_name(), task in all_tasks(), len(all_tasks()))
      loop.call_soon(lambda: log("in a callback", current_task()))
      await task
      log(task in all_tasks(), len(all_tasks()))
      """)
  void tasksHaveNamesAndAreListed() throws Exception {
    log(!currentTask().getName().isEmpty(), (Object) null);
    Task<String> task = createTask(worker("a", 0), "first");
    log(task.getName());
    task.setName("second");
    log(task.getName(), allTasks().contains(task), allTasks().size());
    loop.callSoon(() -> log("in a callback", currentTask()));
    task.await();
    log(allTasks().contains(task), allTasks().size());
  }
}
