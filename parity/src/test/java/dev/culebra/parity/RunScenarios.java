// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.sleep;

import dev.culebra.Runner;
import java.util.concurrent.CancellationException;

/** {@code run} and its tidy end. */
class RunScenarios extends Scenarios {

  @InPython(outside = true, value = """
      log(run(worker("a", 0.1)))
      log(attempt(run, failing("b")))
      async def cancelled():
          raise CancelledError("c")
      log(attempt(run, cancelled()))
      """)
  void runReturnsAndThrows() {
    log(outcome(() -> run(worker("a", 100))));
    log(outcome(() -> run(failing("b", 0))));
    log(outcome(() -> run(() -> {
      throw new CancellationException("c");
    })));
  }

  @InPython(outside = true, value = """
      async def main():
          create_task(worker("left over", 10))
          await sleep(0)
          log("main ends")
          return "result"
      log(run(main()))
      async def fails():
          create_task(worker("left over", 10))
          await sleep(0)
          raise Oops("main")
      log(attempt(run, fails()))
      """)
  void whatIsLeftIsCancelledAtTheEnd() {
    log(outcome(() -> run(() -> {
      createTask(worker("left over", 10_000));
      sleep(ms(0));
      log("main ends");
      return "result";
    })));
    log(outcome(() -> run(() -> {
      createTask(worker("left over", 10_000));
      sleep(ms(0));
      throw new Oops("main");
    })));
  }

  @InPython(outside = true, value = """
      async def slow_end():
          try:
              await sleep(10)
          except CancelledError:
              await sleep(0.5)
              log("cleaned up")
      async def main():
          create_task(slow_end())
          await sleep(0.1)
      log(run(main()))
      """)
  void theEndWaitsForTheCleanUp() {
    log(outcome(() -> run(() -> {
      createTask(() -> {
        try {
          sleep(ms(10_000));
        } catch (CancellationException e) {
          sleep(ms(500));
          log("cleaned up");
        }
      });
      sleep(ms(100));
    })));
  }

  @InPython(outside = true, value = """
      async def fails_at_the_end():
          try:
              await sleep(10)
          except CancelledError:
              raise Oops("at the end")
      async def main():
          create_task(fails_at_the_end())
          await sleep(0.1)
          return "result"
      log(run(main()))
      """)
  void aFailureAtTheEndIsReported() {
    log(outcome(() -> run(() -> {
      createTask(() -> {
        try {
          sleep(ms(10_000));
        } catch (CancellationException e) {
          throw new Oops("at the end");
        }
      });
      sleep(ms(100));
      return "result";
    })));
  }

  @InPython(outside = true, value = """
      async def main():
          create_task(worker("never started"))
          return "result"
      log(run(main()))
      """)
  void aTaskMadeAtTheLastMomentStartsOrNotAsInAsyncio() {
    log(outcome(() -> run(() -> {
      createTask(worker("never started"));
      return "result";
    })));
  }

  @InPython(outside = true, value = """
      async def main():
          loop = get_running_loop()
          loop.call_soon(log, "soon")
          loop.call_later(0, log, "due")
          loop.call_later(0.1, log, "not due")
          log("main ends")
      run(main())
      """)
  void callbacksThatAreReadyStillRun() throws Exception {
    run(() -> {
      loop.callSoon(() -> log("soon"));
      loop.callLater(ms(0), () -> log("due"));
      loop.callLater(ms(100), () -> log("not due"));
      log("main ends");
    });
  }

  @InPython(outside = true, value = """
      def turn(number):
          log("turn", number)
          get_running_loop().call_soon(turn, number + 1)
      async def main():
          turn(1)
          log("main ends")
      run(main())
      """)
  void theLoopStillTurnsAFewTimes() throws Exception {
    run(() -> {
      turn(1);
      log("main ends");
    });
  }

  private void turn(int number) {
    log("turn", number);
    loop.callSoon(() -> turn(number + 1));
  }

  @InPython("""
      late = worker("nested")
      log(attempt(asyncio.run, late))
      late.close()
      """)
  void runDoesNotNest() {
    log(outcome(() -> run(worker("nested"))));
  }

  @InPython(outside = true, value = """
      async def main():
          get_running_loop().call_soon(get_running_loop().stop)
          await sleep(1)
      log(attempt(run, main()))
      """)
  void stoppingTheLoopEndsTheRun() {
    log(outcome(() -> run(() -> {
      loop.callSoon(loop::stop);
      sleep(ms(1000));
    })));
  }

  @InPython(outside = true, value = """
      with asyncio.Runner(loop_factory=new_loop) as runner:
          async def first():
              get_running_loop().call_later(0.1, log, "in the second run")
              create_task(worker("goes on", 0.15))
              await sleep(0)
              return "first"
          log(runner.run(first()))
          log(runner.run(worker("second", 0.2)))
          log(runner.get_loop().is_closed())
      log("closed")
      late = worker("late")
      log(attempt(runner.run, late))
      late.close()
      """)
  void aRunnerKeepsItsLoop() throws Exception {
    Runner runner = new Runner();
    try (runner) {
      log(outcome(() -> runner.run(() -> {
        loop.callLater(ms(100), () -> log("in the second run"));
        createTask(worker("goes on", 150));
        sleep(ms(0));
        return "first";
      })));
      log(outcome(() -> runner.run(worker("second", 200))));
      log(runner.getLoop().isClosed());
    }
    log("closed");
    log(outcome(() -> runner.run(worker("late"))));
  }
}
