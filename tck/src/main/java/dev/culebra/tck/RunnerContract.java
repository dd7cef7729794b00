// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Asyncio;
import dev.culebra.AwaitableAction;
import dev.culebra.Context;
import dev.culebra.ContextVar;
import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import dev.culebra.RunOptions;
import dev.culebra.Runner;
import dev.culebra.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runner: one loop for many runs, its tidy end, and interrupts of the thread that is in a run. */
abstract class RunnerContract extends OnLoop {

  private final List<Object> ran = new ArrayList<>();
  private final List<EventLoop> made = new ArrayList<>();

  private ScriptedBackend scripted;
  private RunOptions options;

  /** The loops of this test's runners report to it. */
  @BeforeEach
  void makeOptions() {
    scripted = new ScriptedBackend(backend());
    options = RunOptions.DEFAULT.withLoopFactory(() -> {
      EventLoop fresh = newLoop(scripted);
      made.add(fresh);
      return fresh;
    });
  }

  private Runner newRunner() {
    return closing(new Runner(options));
  }

  // One loop

  @Test
  void allRunsAreOnOneLoopWhichTheFirstMakes() throws Exception {
    Runner runner = newRunner();
    assertEquals(0, made.size(), "it is made when it is needed");
    assertEquals("x", runner.run(() -> sleep(Duration.ZERO, "x")));
    runner.run(() -> ran.add(getRunningLoop()));
    assertEquals(made, ran);
    assertSame(made.get(0), runner.getLoop());
    assertEquals(1, made.size());
    assertFalse(runner.getLoop().isClosed());
    runner.close();
    assertTrue(made.get(0).isClosed());
  }

  @Test
  void getLoopMakesTheLoopOfTheRunsToCome() throws Exception {
    Runner runner = newRunner();
    EventLoop early = runner.getLoop();
    early.callSoon(() -> ran.add("callback"));
    runner.run(() -> ran.add(getRunningLoop()));
    assertEquals(List.of("callback", early), ran);
  }

  @Test
  void whatOneRunLeavesGoesOnInTheNext() throws Exception {
    Runner runner = newRunner();
    LoopFuture<String> future = runner.getLoop().createFuture();
    Task<?>[] left = new Task<?>[1];
    runner.run(() -> {
      left[0] = createTask(() -> ran.add(future.await()));
      sleep(Duration.ZERO);
    });
    assertEquals(List.of(), ran);
    runner.run(() -> {
      future.setResult("left");
      left[0].await();
    });
    assertEquals(List.of("left"), ran);
  }

  @Test
  void afterAFatalErrorTheNextRunGoesOnAsUsual() throws Exception {
    Runner runner = newRunner();
    OutOfMemoryError fatal = new OutOfMemoryError("planted");
    assertSame(fatal, assertThrows(OutOfMemoryError.class, () -> runner.run(() -> raise(fatal))));
    assertEquals("x", runner.run(() -> sleep(Duration.ofMillis(1), "x")));
  }

  @Test
  void allRunsShareOneContextACopyOfWhatHeldWhenTheLoopWasMade() throws Exception {
    ContextVar<String> var = ContextVar.of("var");
    Context own = Context.empty();
    Context.empty().run(() -> {
      var.set("outer");
      Runner runner = newRunner();
      runner.getLoop();
      var.set("later");
      runner.run(() -> {
        ran.add(var.get());
        var.set("first");
      });
      runner.run(() -> ran.add(var.get()));
      runner.run(() -> ran.add(var.get("unset")), own);
      runner.run(() -> var.set("in its own"), own);
      ran.add(var.get());
    });
    assertEquals(List.of("outer", "first", "unset", "later"), ran);
    assertEquals("in its own", own.get(var));
  }

  @Test
  void debugModeIsAsTheOptionsSay() throws Exception {
    for (boolean debug : new boolean[] {true, false}) {
      try (Runner runner = new Runner(options.withDebug(debug))) {
        assertEquals(debug, runner.getLoop().getDebug());
      }
    }
  }

  @Test
  void theCloseWaitsForTheJobsOfTheDefaultExecutor() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    Runner runner = newRunner();
    runner.run(() -> {
      getRunningLoop().runInExecutor(null, () -> {
        mayEnd.await();
        return ran.add("job");
      });
      getRunningLoop().callLater(Duration.ofMillis(5), mayEnd::countDown);
    });
    assertEquals(List.of(), ran);
    runner.close();
    assertEquals(List.of("job"), ran);
  }

  @Test
  void aRunThatFailsOrIsCancelledLeavesTheRunnerUsable() throws Exception {
    Runner runner = newRunner();
    IOException failure = new IOException("planted");
    assertSame(failure, assertThrows(IOException.class, () -> runner.run(() -> raise(failure))));
    Task<String> cancelled = runner.getLoop().createTask(() -> "never");
    cancelled.cancel("enough");
    CancellationException e =
        assertThrows(CancellationException.class, () -> runner.run(cancelled));
    assertEquals(CancellationException.class, e.getClass());
    assertEquals("enough", e.getMessage());
    assertEquals("x", runner.run(() -> sleep(Duration.ZERO, "x")));
  }

  @Test
  void aFutureOfItsLoopIsAwaitedAndOneOfAnotherRefused() throws Exception {
    Runner runner = newRunner();
    LoopFuture<String> future = runner.getLoop().createFuture();
    runner.getLoop().callSoon(() -> future.setResult("x"));
    assertEquals("x", runner.run(future));
    LoopFuture<String> foreign = loop.createFuture();
    assertThrows(IllegalArgumentException.class, () -> runner.run(foreign));
  }

  @Test
  void itRunsOnAVirtualThread() throws Exception {
    AtomicReference<Object> outcome = new AtomicReference<>();
    Runner runner = newRunner();
    Thread.ofVirtual()
        .start(() -> {
          try {
            runner.run(() -> ran.add(sleep(Duration.ofMillis(1), "x")));
            outcome.set(runner.run(() -> "done"));
            runner.close();
          } catch (Throwable t) {
            outcome.set(t);
          }
        })
        .join();
    assertEquals("done", outcome.get());
    assertTrue(made.get(0).isClosed());
  }

  // Options

  @Test
  void theLoopFactorysLoopIsUsedAndClosed() throws Exception {
    assertEquals(scripted.name(), Asyncio.run(() -> getRunningLoop().backend(), options));
    Asyncio.run(() -> ran.add(getRunningLoop()), options);
    assertSame(made.get(1), ran.get(0));
    assertTrue(made.get(0).isClosed() && made.get(1).isClosed());
  }

  @Test
  void aLoopFactoryThatMakesNothingOfUseIsToldSo() {
    Runner runner = new Runner(RunOptions.DEFAULT.withLoopFactory(OnLoop::none));
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> runner.run(() -> "never"));
    assertTrue(nonNull(e.getMessage()).contains("LoopPolicy.newEventLoop()"), e.getMessage());
  }

  @Test
  void optionsKeepWhatIsNotChanged() {
    assertEquals(new RunOptions(null, null, true), RunOptions.DEFAULT);
    RunOptions changed = options.withDebug(true).withHandleSigint(false);
    assertEquals(new RunOptions(true, options.loopFactory(), false), changed);
    assertEquals(new RunOptions(true, null, false), changed.withLoopFactory(null));
  }

  // Where it must not be used

  @Test
  void onALoopItIsRefusedWithAdvice() throws Exception {
    Runner outer = newRunner();
    Runner other = newRunner();
    List<AwaitableAction> uses =
        List.of(() -> other.run(() -> "never"), () -> outer.run(() -> "never"), outer::close);
    outer.run(() -> {
      for (AwaitableAction use : uses) {
        IllegalStateException e = assertThrows(IllegalStateException.class, use::await);
        assertTrue(nonNull(e.getMessage()).contains("running event loop"), e.getMessage());
      }
    });
    assertEquals(1, made.size());
    assertEquals("x", outer.run(() -> "x"));
  }

  @Test
  void anotherThreadIsRefusedWhileItRuns() throws Exception {
    Runner runner = newRunner();
    runner.run(() -> {
      loop = getRunningLoop();
      aside(() -> assertThrows(IllegalStateException.class, () -> runner.run(() -> "never")))
          .await();
      aside(() -> assertThrows(IllegalStateException.class, runner::close)).await();
      sleep(Duration.ZERO);
    });
    assertEquals("x", runner.run(() -> "x"));
  }

  // The end

  @Test
  void closeIsIdempotentAndEndsAllUse() throws Exception {
    for (boolean used : new boolean[] {true, false}) {
      Runner runner = newRunner();
      if (used) {
        runner.run(() -> {});
      }
      runner.close();
      runner.close();
      assertThrows(IllegalStateException.class, () -> runner.run(() -> "never"));
      assertThrows(IllegalStateException.class, runner::getLoop);
    }
    assertEquals(1, made.size());
  }

  @Test
  void closeCancelsAndAwaitsWhatIsLeftAndReportsItsFailures() throws Exception {
    Runner runner = newRunner();
    IOException failure = new IOException("planted");
    Task<?>[] left = new Task<?>[2];
    runner.run(() -> {
      left[0] = createTask(() -> {
        try {
          sleep(LONG);
        } finally {
          ran.add(sleep(Duration.ofMillis(1), "clean"));
        }
      });
      left[1] = createTask(() -> {
        try {
          sleep(LONG);
        } catch (CancellationException e) {
          throw failure;
        }
      });
      sleep(Duration.ZERO);
    });
    assertEquals(List.of(), ran);
    runner.close();
    assertEquals(List.of("clean"), ran);
    assertTrue(left[0].cancelled());
    assertSame(
        failure, reports.take("unhandled exception during run() shutdown").exception());
  }

  @Test
  void aLoopThatBreaksAtTheEndIsClosedAllTheSame() throws Exception {
    Runner runner = newRunner();
    Error fatal = new InternalError("planted");
    Task<?>[] left = new Task<?>[1];
    runner.run(() -> {
      left[0] = createTask(() -> {
        try {
          sleep(LONG);
        } finally {
          raise(fatal);
        }
      });
      sleep(Duration.ZERO);
    });
    assertSame(fatal, assertThrows(InternalError.class, runner::close));
    assertSame(fatal, left[0].exception());
    assertTrue(made.get(0).isClosed());
    runner.close();
  }

  // Interrupts of the thread that is in run()

  /** Interrupts this thread as soon as the loop waits for ever. */
  private void interruptMeInTheWait() {
    Thread self = Thread.currentThread();
    thread(() -> {
      scripted.awaitEndlessWait(patience().toNanos());
      self.interrupt();
    });
  }

  private static String waitForEver() throws Exception {
    return getRunningLoop().<String>createFuture().await();
  }

  private static void assertInterrupted() {
    assertTrue(Thread.interrupted(), "the interrupt status is set after the run");
  }

  @Test
  void anInterruptCancelsTheMainTaskAndRunThrowsInterruptedException() throws Exception {
    Runner runner = newRunner();
    for (int i = 0; i < 3; i++) {
      interruptMeInTheWait();
      InterruptedException e = assertThrows(
          InterruptedException.class,
          () -> runner.run(() -> {
            try {
              waitForEver();
            } finally {
              ran.add(sleep(Duration.ofMillis(1), "clean"));
            }
          }));
      assertTrue(e.getCause() instanceof CancellationException);
      assertFalse(Thread.interrupted(), "the exception tells it");
    }
    assertEquals(List.of("clean", "clean", "clean"), ran);
    assertEquals("x", runner.run(() -> "x"));
  }

  @Test
  void anInterruptOfAVirtualThreadDoesSoToo() throws Exception {
    AtomicReference<Object> outcome = new AtomicReference<>("nothing");
    Thread virtual = Thread.ofVirtual().unstarted(() -> {
      try (Runner runner = new Runner(options)) {
        outcome.set(runner.run(RunnerContract::waitForEver));
      } catch (Throwable t) {
        outcome.set(t);
      }
    });
    virtual.start();
    scripted.awaitEndlessWait(patience().toNanos());
    virtual.interrupt();
    virtual.join();
    assertEquals(InterruptedException.class, outcome.get().getClass(), () -> "" + outcome);
  }

  @Test
  void anInterruptedMainTaskThatGoesOnLeavesTheInterruptToTheCaller() throws Exception {
    Runner runner = newRunner();
    interruptMeInTheWait();
    assertEquals("goes on", runner.run(() -> {
      try {
        return waitForEver();
      } catch (CancellationException e) {
        return sleep(Duration.ofMillis(1), "goes on");
      }
    }));
    assertInterrupted();

    interruptMeInTheWait();
    IOException failure = new IOException("planted");
    assertSame(
        failure,
        assertThrows(
            IOException.class,
            () -> runner.run(() -> {
              try {
                waitForEver();
              } catch (CancellationException e) {
                throw failure;
              }
            })));
    assertInterrupted();
  }

  @Test
  void aSecondInterruptCancelsAgain() throws Exception {
    Runner runner = newRunner();
    Semaphore cancelled = new Semaphore(0);
    Thread self = Thread.currentThread();
    thread(() -> {
      for (int i = 0; i < 3; i++) {
        scripted.awaitEndlessWait(patience().toNanos());
        self.interrupt();
        cancelled.acquire();
      }
    });
    assertThrows(
        InterruptedException.class,
        () -> runner.run(() -> {
          for (int i = 0; i < 3; i++) {
            try {
              waitForEver();
            } catch (CancellationException e) {
              cancelled.release();
              if (i == 2) {
                throw e;
              }
            }
          }
        }));
  }

  @Test
  void anInterruptThatStandsBeforehandCancelsToo() throws Exception {
    Runner runner = newRunner();
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> runner.run(RunnerContract::waitForEver));
    Thread.currentThread().interrupt();
    assertEquals("does not wait", runner.run(() -> "does not wait"));
    assertInterrupted();
  }

  @Test
  void aLoopThatIsBusyIsInterruptedToo() throws Exception {
    Runner runner = newRunner();
    Thread self = Thread.currentThread();
    CountDownLatch runs = new CountDownLatch(1);
    thread(() -> {
      runs.await();
      self.interrupt();
    });
    assertThrows(
        InterruptedException.class,
        () -> runner.run(() -> {
          runs.countDown();
          while (true) {
            sleep(Duration.ZERO);
          }
        }));
  }

  @Test
  void anInterruptWhileATaskBlocksTheLoopIsNotLost() throws Exception {
    Runner runner = newRunner();
    Thread self = Thread.currentThread();
    CountDownLatch blocks = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    thread(() -> {
      blocks.await();
      self.interrupt();
      interrupted.countDown();
    });
    assertThrows(
        InterruptedException.class,
        () -> runner.run(() -> {
          Task<?> blocked = createTask(() -> {
            blocks.countDown();
            interrupted.await();
          });
          blocked.await();
          waitForEver();
        }));
  }

  @Test
  void aMainTaskThatBlocksOutsideTheLoopIsInterruptedThere() throws Exception {
    assumeCarried();
    Runner runner = newRunner();
    interruptMeInTheWait();
    assertThrows(
        InterruptedException.class,
        () -> runner.run(() -> new LinkedBlockingQueue<String>().take()));
    assertFalse(Thread.interrupted());
  }

  /** The JVM tells one channel of an interrupt, that which the thread has entered last. */
  @Test
  void anInterruptIsNoticedAfterACallbackHasUsedAChannel() throws Exception {
    Runner runner = newRunner();
    Pipe pipe = Pipe.open();
    try (Pipe.SinkChannel sink = pipe.sink();
        Pipe.SourceChannel source = pipe.source()) {
      runner.getLoop().callSoon(() -> {
        try {
          sink.write(ByteBuffer.allocate(1));
          source.read(ByteBuffer.allocate(1));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
      interruptMeInTheWait();
      assertThrows(InterruptedException.class, () -> runner.run(RunnerContract::waitForEver));
    }
  }

  @Test
  void aLoopThatRunsByItselfLeavesTheInterruptToTheCaller() throws Exception {
    EventLoop direct = newLoop(scripted);
    Thread self = Thread.currentThread();
    thread(() -> {
      scripted.awaitEndlessWait(patience().toNanos());
      self.interrupt();
      direct.callSoonThreadsafe(direct::stop);
    });
    direct.runForever();
    assertInterrupted();
    direct.stop();
    direct.runForever();
    assertFalse(Thread.interrupted(), "it was told once");
  }
}
