// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.currentTask;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.timeout;
import static dev.culebra.Asyncio.timeoutAt;

import dev.culebra.Task;
import dev.culebra.Timeout;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

/** {@code timeout} and {@code timeout_at}. */
class TimeoutScenarios extends Scenarios {

  @InPython("""
      try:
          async with timeout(0.1) as limit:
              log(limit.expired())
              await worker("a", 10)
      except TimeoutError as e:
          log(e, limit.expired(), current_task().cancelling())
      async with timeout(0.1) as limit:
          log(await worker("b", 0.05))
      log(limit.expired())
      await sleep(1)
      """)
  void aTimeLimitCancelsTheBody() throws Exception {
    Timeout limit = timeout(ms(100));
    try {
      limit.run(() -> {
        log(limit.expired());
        worker("a", 10_000).await();
      });
    } catch (TimeoutException e) {
      log(e, limit.expired(), currentTask().cancelling());
    }
    Timeout second = timeout(ms(100));
    second.run(() -> log(worker("b", 50).await()));
    log(second.expired());
    sleep(ms(1000));
  }

  @InPython("""
      async def nested():
          async with timeout(0.1) as outer:
              try:
                  async with timeout(0.2) as inner:
                      await worker("a", 10)
              finally:
                  log("inner", inner.expired(), "outer", outer.expired())
      log(await outcome(nested()))
      async def nested():
          async with timeout(0.2) as outer:
              try:
                  async with timeout(0.1) as inner:
                      await worker("b", 10)
              except TimeoutError:
                  log("inner", inner.expired(), "outer", outer.expired())
              await worker("c", 10)
      log(await outcome(nested()))
      """)
  void timeLimitsNest() {
    Timeout outer = timeout(ms(100));
    Timeout inner = timeout(ms(200));
    log(outcome(() -> outer.run(() -> {
      try {
        inner.run(() -> worker("a", 10_000).await());
      } finally {
        log("inner", inner.expired(), "outer", outer.expired());
      }
    })));
    Timeout longer = timeout(ms(200));
    Timeout shorter = timeout(ms(100));
    log(outcome(() -> longer.run(() -> {
      try {
        shorter.run(() -> worker("b", 10_000).await());
      } catch (TimeoutException e) {
        log("inner", shorter.expired(), "outer", longer.expired());
      }
      worker("c", 10_000).await();
    })));
  }

  @InPython("""
      start = loop.time()
      async def body():
          async with timeout(0.1) as limit:
              log(round((limit.when() - start) * 1000))
              limit.reschedule(start + 0.5)
              await worker("a", 0.3)
              limit.reschedule(start + 0.4)
              await worker("b", 10)
      log(await outcome(body()))
      async def unlimited():
          async with timeout(None) as limit:
              log(limit.when())
              await worker("c", 0.3)
              limit.reschedule(loop.time())
              await worker("d", 10)
      log(await outcome(unlimited()))
      async def lifted():
          async with timeout(0.1) as limit:
              limit.reschedule(None)
              return await worker("e", 0.3)
      log(await outcome(lifted()))
      """)
  void aTimeLimitMayBeMoved() {
    var start = loop.time();
    Timeout limit = timeout(ms(100));
    log(outcome(() -> limit.run(() -> {
      log(limit.when().minus(start).toMillis());
      limit.reschedule(start.plus(ms(500)));
      worker("a", 300).await();
      limit.reschedule(start.plus(ms(400)));
      worker("b", 10_000).await();
    })));
    Timeout unlimited = timeout(null);
    log(outcome(() -> unlimited.run(() -> {
      log(unlimited.when());
      worker("c", 300).await();
      unlimited.reschedule(loop.time());
      worker("d", 10_000).await();
    })));
    Timeout lifted = timeout(ms(100));
    log(outcome(() -> lifted.run(() -> {
      lifted.reschedule(null);
      return worker("e", 300).await();
    })));
  }

  @InPython("""
      async def no_wait():
          async with timeout(0):
              return "no wait, no timeout"
      log(await outcome(no_wait()))
      async def one_turn():
          async with timeout(0):
              await sleep(0)
              log("never")
      log(await outcome(one_turn()))
      async def past():
          async with timeout_at(loop.time() - 1):
              await worker("a", 10)
      log(await outcome(past()))
      """)
  void aTimeLimitOfZero() {
    log(outcome(() -> timeout(ms(0)).run(() -> "no wait, no timeout")));
    log(outcome(() -> timeout(ms(0)).run(() -> {
      sleep(ms(0));
      log("never");
    })));
    log(outcome(() ->
        timeoutAt(loop.time().minus(ms(1000))).run(() -> worker("a", 10_000).await())));
  }

  @InPython("""
      async def body():
          async with timeout(0.2) as limit:
              try:
                  await sleep(10)
              finally:
                  log(limit.expired())
      task = create_task(body())
      await sleep(0.1)
      task.cancel("outside")
      log(await outcome(task), task.cancelled())
      """)
  void aCancellationFromOutsidePassesThrough() {
    Timeout[] limit = new Timeout[1];
    Task<?> task = createTask(() -> {
      limit[0] = timeout(ms(200));
      limit[0].run(() -> {
        try {
          sleep(ms(10_000));
        } finally {
          log(limit[0].expired());
        }
      });
    });
    sleep(ms(100));
    task.cancel("outside");
    log(outcome(task), task.cancelled());
  }

  @InPython("""
      async def body():
          try:
              async with timeout(0.1):
                  await sleep(10)
          except CancelledError:
              log("cancelled", current_task().cancelling())
              raise
      task = create_task(body())
      loop.call_at(loop.time() + 0.1, lambda: None)
      await sleep(0.05)
      loop.call_later(0.05, task.cancel, "both")
      log(await outcome(task), task.cancelling())
      """)
  void aCancellationAndATimeLimitInTheSameInstant() {
    Task<?> task = createTask(() -> {
      try {
        timeout(ms(100)).run(() -> sleep(ms(10_000)));
      } catch (CancellationException e) {
        log("cancelled", currentTask().cancelling());
        throw e;
      }
    });
    loop.callAt(loop.time().plus(ms(100)), () -> {});
    sleep(ms(50));
    loop.callLater(ms(50), () -> task.cancel("both"));
    log(outcome(task), task.cancelling());
  }

  @InPython("""
      async def swallows():
          async with timeout(0.1) as limit:
              log(await outcome(sleep(10)))
              log("goes on", limit.expired())
              return "swallowed"
      log(await outcome(swallows()), current_task().cancelling())
      async def fails():
          async with timeout(0.1):
              try:
                  await sleep(10)
              except CancelledError:
                  raise Oops("instead")
      log(await outcome(fails()), current_task().cancelling())
      """)
  void aBodyMayAnswerATimeLimitOtherwise() {
    Timeout limit = timeout(ms(100));
    log(
        outcome(() -> limit.run(() -> {
          log(outcome(() -> sleep(ms(10_000))));
          log("goes on", limit.expired());
          return "swallowed";
        })),
        currentTask().cancelling());
    log(
        outcome(() -> timeout(ms(100)).run(() -> {
          try {
            sleep(ms(10_000));
          } catch (CancellationException e) {
            throw new Oops("instead");
          }
        })),
        currentTask().cancelling());
  }

  @InPython("""
      limit = timeout(0.1)
      log(attempt(limit.reschedule, loop.time()))
      async with limit:
          pass
      log(attempt(limit.reschedule, loop.time()))
      async def again():
          async with limit:
              pass
      log(await outcome(again()))
      """)
  void aTimeLimitServesOnce() throws Exception {
    Timeout limit = timeout(ms(100));
    log(outcome(() -> limit.reschedule(loop.time())));
    limit.run(() -> {});
    log(outcome(() -> limit.reschedule(loop.time())));
    log(outcome(() -> limit.run(() -> {})));
  }
}
