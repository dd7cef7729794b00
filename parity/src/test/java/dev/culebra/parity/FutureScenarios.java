// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.sleep;

import dev.culebra.LoopFuture;
import dev.culebra.Task;
import java.util.List;
import java.util.function.Consumer;

/** Futures. */
class FutureScenarios extends Scenarios {

  @InPython("""
      future = loop.create_future()
      future.add_done_callback(lambda f: log("first", f))
      future.add_done_callback(lambda f: log("second", f))
      future.set_result("x")
      log("set", future)
      future.add_done_callback(lambda f: log("added late", f))
      log("added")
      ticks(2)
      await sleep(0)
      """)
  void doneCallbacksRunThroughTheLoopInOrder() {
    LoopFuture<String> future = loop.createFuture();
    future.addDoneCallback(f -> log("first", f));
    future.addDoneCallback(f -> log("second", f));
    future.setResult("x");
    log("set", future);
    future.addDoneCallback(f -> log("added late", f));
    log("added");
    ticks(2);
    sleep(ms(0));
  }

  @InPython("""
      def callback(f):
          log("removed")
      future = loop.create_future()
      future.add_done_callback(callback)
      future.add_done_callback(lambda f: log("stays"))
      future.add_done_callback(callback)
      log(future.remove_done_callback(callback), future.remove_done_callback(callback))
      future.set_result(None)
      log(future.remove_done_callback(callback))
      await sleep(0)
      """)
  void removingDropsAllEqualCallbacks() {
    Consumer<LoopFuture<String>> callback = f -> log("removed");
    LoopFuture<String> future = loop.createFuture();
    future.addDoneCallback(callback);
    future.addDoneCallback(f -> log("stays"));
    future.addDoneCallback(callback);
    log(future.removeDoneCallback(callback), future.removeDoneCallback(callback));
    future.setResult(null);
    log(future.removeDoneCallback(callback));
    sleep(ms(0));
  }

  @InPython("""
      future = loop.create_future()
      log(future.done(), attempt(future.result), attempt(future.exception))
      future.set_result(1)
      log(future.done(), future.result(), future.exception(), future.cancel())
      log(attempt(future.set_result, 2), attempt(future.set_exception, Oops("late")))
      log(future.cancelled(), future)
      """)
  void aFutureIsDoneOnce() {
    LoopFuture<Integer> future = loop.createFuture();
    log(future.done(), outcome(future::result), outcome(future::exception));
    future.setResult(1);
    log(future.done(), outcome(future::result), future.exception(), future.cancel());
    log(outcome(() -> future.setResult(2)), outcome(() -> future.setException(new Oops("late"))));
    log(future.cancelled(), future);
  }

  @InPython("""
      future = loop.create_future()
      future.set_exception(Oops("x"))
      log(future.done(), future.cancelled(), future.exception(), attempt(future.result))
      log(await outcome(future), await outcome(future))
      log(attempt(future.set_result, 1))
      """)
  void aFailureIsThrownEachTimeItIsAwaited() {
    LoopFuture<Integer> future = loop.createFuture();
    future.setException(new Oops("x"));
    log(future.done(), future.cancelled(), future.exception(), outcome(future::result));
    log(outcome(future), outcome(future));
    log(outcome(() -> future.setResult(1)));
  }

  @InPython("""
      future = loop.create_future()
      future.add_done_callback(lambda f: log("callback", f.cancelled()))
      log(future.cancel("why"), future.cancel("again"))
      log(future.done(), future.cancelled(), attempt(future.result), attempt(future.exception))
      log(await outcome(future))
      log(attempt(future.set_result, 1))
      await sleep(0)
      """)
  void aCancelledFutureSaysWhy() {
    LoopFuture<Integer> future = loop.createFuture();
    future.addDoneCallback(f -> log("callback", f.cancelled()));
    log(future.cancel("why"), future.cancel("again"));
    log(future.done(), future.cancelled(), outcome(future::result), outcome(future::exception));
    log(outcome(future));
    log(outcome(() -> future.setResult(1)));
    sleep(ms(0));
  }

  @InPython("""
      ticks(3)
      future = loop.create_future()
      future.set_result("x")
      log(await future)
      log(await future)
      done = create_task(worker("a"))
      await done
      log("awaited")
      log(await done)
      """)
  void awaitingWhatIsDoneDoesNotYield() throws Exception {
    ticks(3);
    LoopFuture<String> future = loop.createFuture();
    future.setResult("x");
    log(future.await());
    log(future.await());
    Task<String> done = createTask(worker("a"));
    done.await();
    log("awaited");
    log(done.await());
  }

  @InPython("""
      future = loop.create_future()
      async def waiter(name):
          log(name, "waits")
          log(name, await future)
      tasks = [create_task(waiter("a")), create_task(waiter("b"))]
      await sleep(0)
      future.add_done_callback(lambda f: log("callback"))
      tasks.append(create_task(waiter("c")))
      await sleep(0)
      future.set_result("x")
      log("set")
      ticks(2)
      for task in tasks:
          await task
      """)
  void waitersAndCallbacksGoOnInTheOrderTheyCame() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    Task<?> a = createTask(() -> awaitAndLog("a", future));
    Task<?> b = createTask(() -> awaitAndLog("b", future));
    sleep(ms(0));
    future.addDoneCallback(f -> log("callback"));
    Task<?> c = createTask(() -> awaitAndLog("c", future));
    sleep(ms(0));
    future.setResult("x");
    log("set");
    ticks(2);
    a.await();
    b.await();
    c.await();
  }

  private void awaitAndLog(String name, LoopFuture<String> future) throws Exception {
    log(name, "waits");
    log(name, future.await());
  }

  @InPython("""
      first = loop.create_future()
      second = loop.create_future()
      def callback(f):
          log("callback of first")
          second.set_result("by first")
          first.add_done_callback(lambda g: log("nested"))
      first.add_done_callback(callback)
      loop.call_soon(first.set_result, None)
      ticks(4)
      log(await second)
      """)
  void aCallbackMayCompleteAnotherFuture() throws Exception {
    LoopFuture<String> first = loop.createFuture();
    LoopFuture<String> second = loop.createFuture();
    first.addDoneCallback(f -> {
      log("callback of first");
      second.setResult("by first");
      first.addDoneCallback(g -> log("nested"));
    });
    loop.callSoon(() -> first.setResult(null));
    ticks(4);
    log(second.await());
  }

  @InPython("""
      future = loop.create_future()
      def fail(f):
          log("fails")
          raise Oops("callback")
      future.add_done_callback(fail)
      future.add_done_callback(lambda f: log("next"))
      loop.call_later(0.1, future.set_result, 1)
      log(await future)
      """)
  void aDoneCallbackThatFailsHoldsNobodyUp() throws Exception {
    LoopFuture<Integer> future = loop.createFuture();
    future.addDoneCallback(f -> {
      log("fails");
      throw Scenarios.<RuntimeException>sneaky(new Oops("callback"));
    });
    future.addDoneCallback(f -> log("next"));
    loop.callLater(ms(100), () -> future.setResult(1));
    log(future.await());
  }

  @InPython("""
      future = loop.create_future()
      async def waiter():
          return await outcome(future)
      tasks = [create_task(waiter()), create_task(waiter())]
      await sleep(0)
      future.cancel("gone")
      log([await task for task in tasks])
      """)
  void everyWaiterOfACancelledFutureIsToldSo() throws Exception {
    LoopFuture<Integer> future = loop.createFuture();
    Task<String> a = createTask(() -> outcome(future));
    Task<String> b = createTask(() -> outcome(future));
    sleep(ms(0));
    future.cancel("gone");
    log(List.of(a.await(), b.await()));
  }
}
