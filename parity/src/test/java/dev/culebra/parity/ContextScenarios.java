// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.gather;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.timeout;

import dev.culebra.Context;
import dev.culebra.ContextVar;
import dev.culebra.Handle;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.TaskOptions;

/** Context variables. */
class ContextScenarios extends Scenarios {

  private final ContextVar<String> var = ContextVar.withDefault("var", "default");

  @InPython("""
      var = ContextVar("var", default="default")
      show = lambda who: log(who, var.get())
      loop.call_soon(show, "before")
      var.set("one")
      loop.call_soon(show, "after")
      loop.call_later(0.1, show, "timer")
      loop.call_soon_threadsafe(show, "threadsafe")
      var.set("two")
      loop.call_soon(show, "last")
      await sleep(0.2)
      """)
  void aCallbackSeesWhatHeldWhenItWasScheduled() {
    loop.callSoon(() -> show("before"));
    var.set("one");
    loop.callSoon(() -> show("after"));
    loop.callLater(ms(100), () -> show("timer"));
    loop.callSoonThreadsafe(() -> show("threadsafe"));
    var.set("two");
    loop.callSoon(() -> show("last"));
    sleep(ms(200));
  }

  private void show(String who) {
    log(who, var.get());
  }

  @InPython("""
      var = ContextVar("var", default="default")
      async def child(name):
          log(name, var.get())
          var.set(name)
          await sleep(0)
          log(name, var.get())
      var.set("parent")
      tasks = [create_task(child("a")), create_task(child("b"))]
      var.set("parent again")
      await gather(*tasks)
      log(var.get())
      await child("called")
      log(var.get())
      """)
  void aTaskHasACopyOfItsMakersContext() throws Exception {
    var.set("parent");
    Task<?> a = createTask(() -> child("a"));
    Task<?> b = createTask(() -> child("b"));
    var.set("parent again");
    gather(a, b).await();
    log(var.get());
    child("called");
    log(var.get());
  }

  private void child(String name) {
    show(name);
    var.set(name);
    sleep(ms(0));
    show(name);
  }

  @InPython("""
      var = ContextVar("var", default="default")
      future = loop.create_future()
      future.add_done_callback(lambda f: log("before", var.get()))
      var.set("one")
      future.add_done_callback(lambda f: log("after", var.get()))
      own = copy_context()
      own.run(var.set, "own")
      future.add_done_callback(lambda f: log("own", var.get()), context=own)
      var.set("two")
      future.set_result(None)
      await sleep(0)
      """)
  void aDoneCallbackSeesWhatHeldWhenItWasAdded() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    future.addDoneCallback(f -> show("before"));
    var.set("one");
    future.addDoneCallback(f -> show("after"));
    Context own = Context.copyContext();
    own.run(() -> {
      var.set("own");
    });
    future.addDoneCallback(f -> show("own"), own);
    var.set("two");
    future.setResult(null);
    sleep(ms(0));
  }

  @InPython(since = "3.12", value = """
      var = ContextVar("var", default="default")
      own = copy_context()
      def callback(value):
          log("was", var.get())
          var.set(value)
      handle = loop.call_soon(callback, "first", context=own)
      loop.call_soon(callback, "second", context=own)
      log(handle.get_context() is own)
      await sleep(0)
      log(var.get(), own.get(var))
      async def body():
          log("task was", var.get())
          var.set("by task")
          await sleep(0)
      task = loop.create_task(body(), context=own)
      await task
      log(var.get(), own.get(var), task.get_context() is own)
      """)
  void aContextMayBeGiven() throws Exception {
    Context own = Context.copyContext();
    Handle handle = loop.callSoon(() -> setAndShow("first"), own);
    loop.callSoon(() -> setAndShow("second"), own);
    log(handle.getContext() == own);
    sleep(ms(0));
    log(var.get(), own.get(var));
    Task<?> task = loop.createTask(
        () -> {
          show("task was");
          var.set("by task");
          sleep(ms(0));
        },
        TaskOptions.DEFAULT.withContext(own));
    task.await();
    log(var.get(), own.get(var), task.getContext() == own);
  }

  private void setAndShow(String value) {
    show("was");
    var.set(value);
  }

  @InPython("""
      var = ContextVar("var", default="default")
      token = var.set("one")
      inner = var.set("two")
      log(var.get())
      var.reset(inner)
      log(var.get(), attempt(var.reset, inner))
      var.reset(token)
      log(var.get())
      own = copy_context()
      def body():
          var.set("inside")
          return attempt(own.run, log)
      log(own.run(body), var.get(), own.get(var))
      """)
  void valuesAreReset() throws Exception {
    var token = var.set("one");
    var inner = var.set("two");
    log(var.get());
    var.reset(inner);
    log(var.get(), outcome(() -> var.reset(inner)));
    var.reset(token);
    log(var.get());
    Context own = Context.copyContext();
    String result = own.run(() -> {
      var.set("inside");
      return outcome(() -> own.run(() -> log()));
    });
    log(result, var.get(), own.get(var));
  }

  @InPython("""
      var = ContextVar("var", default="default")
      async def body():
          var.set("in the limit")
          async with timeout(1):
              var.set("in the body")
              await sleep(0)
          log(var.get())
      await create_task(body())
      log(var.get())
      """)
  void aTimeLimitHasNoContextOfItsOwn() throws Exception {
    createTask(() -> {
          var.set("in the limit");
          timeout(ms(1000)).run(() -> {
            var.set("in the body");
            sleep(ms(0));
          });
          log(var.get());
        })
        .await();
    log(var.get());
  }
}
