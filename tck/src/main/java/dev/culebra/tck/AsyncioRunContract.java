// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Asyncio;
import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import dev.culebra.LoopPolicy;
import dev.culebra.Task;
import dev.culebra.spi.Backend;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Asyncio.run: a loop from its beginning to its tidy end. */
abstract class AsyncioRunContract extends OnLoop {

  private static final int INTERRUPTS = 200;

  private final List<Object> ran = new ArrayList<>();
  private final List<EventLoop> made = new ArrayList<>();

  /** The policy under test makes loops that report to the test. */
  @BeforeEach
  void setPolicy() {
    LoopPolicy.set(new LoopPolicy() {
      @Override
      public Backend backend() {
        return tck().backend();
      }

      @Override
      public EventLoop newEventLoop() {
        EventLoop fresh = LoopPolicy.super.newEventLoop();
        fresh.setExceptionHandler(reports);
        made.add(fresh);
        return fresh;
      }
    });
  }

  @AfterEach
  void resetPolicy() {
    LoopPolicy.set(null);
    for (EventLoop each : made) {
      assertTrue(each.isClosed(), "run() closes its loop");
    }
  }

  @Test
  void itReturnsWhatTheBodyReturns() throws Exception {
    assertEquals("done!", Asyncio.run(() -> sleep(Duration.ofMillis(1), "done!")));
    assertEquals(1, made.size());
  }

  @Test
  void callbacksThatAreDueAtTheEndStillRun() throws Exception {
    Asyncio.run(() -> {
      EventLoop loop = getRunningLoop();
      loop.callLater(Duration.ofMillis(1), () -> {
        ran.add("due");
        loop.callSoon(() -> ran.add("soon"));
      });
      loop.callLater(Duration.ofHours(1), () -> ran.add("not due"));
      loop.callSoon(() -> {
        Duration end = loop.time().plusMillis(2);
        while (loop.time().compareTo(end) < 0) {
          Thread.onSpinWait();
        }
        ran.add("blocked");
      });
      ran.add("main ends");
    });
    assertEquals(List.of("main ends", "blocked", "due", "soon"), ran);
  }

  @Test
  void itThrowsWhatTheBodyThrows() {
    IOException failure = new IOException("planted");
    assertSame(failure, assertThrows(IOException.class, () -> Asyncio.run(() -> raise(failure))));
    assertThrows(
        CancellationException.class,
        () -> Asyncio.run(() -> raise(new CancellationException("planted"))));
  }

  @Test
  void itUsesThePolicyAndMakesANewLoopEachTime() throws Exception {
    List<EventLoop> seen = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Asyncio.run(() -> {
        seen.add(getRunningLoop());
        assertEquals(tck().backend().name(), getRunningLoop().backend());
      });
    }
    assertEquals(made, seen);
    assertNotSame(seen.get(0), seen.get(1));
  }

  @Test
  void itAwaitsAFutureOrTaskOnlyOfItsOwnLoop() {
    LoopFuture<String> foreign = loop.createFuture();
    assertThrows(IllegalArgumentException.class, () -> Asyncio.run(foreign));
  }

  @Test
  void itIsNotCalledOnALoop() throws Exception {
    Asyncio.run(() -> {
      assertThrows(IllegalStateException.class, () -> Asyncio.run(() -> "never"));
      getRunningLoop()
          .callSoon(() ->
              ran.add(assertThrows(IllegalStateException.class, () -> Asyncio.run(() -> "never"))));
      sleep(Duration.ZERO);
    });
    assertEquals(1, ran.size());
    assertEquals(1, made.size());
  }

  @Test
  void itRunsInSeveralThreadsAtOnce() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(thread(() -> {
        EventLoop[] mine = new EventLoop[1];
        try (EventLoop fresh = newDirectLoop()) {
          mine[0] = fresh;
          for (int n = 0; n < 100; n++) {
            assertEquals("x", fresh.runUntilComplete(() -> sleep(Duration.ZERO, "x")));
          }
        }
        assertTrue(mine[0].isClosed());
      }));
    }
    for (Thread each : threads) {
      each.join();
    }
  }

  @Test
  void anInterruptOfItsThreadEndsItWithInterruptedException() {
    Thread self = Thread.currentThread();
    assertThrows(
        InterruptedException.class,
        () -> Asyncio.run(() -> {
          createTask(() -> {
            try {
              sleep(LONG);
            } finally {
              ran.add(sleep(Duration.ofMillis(1), "clean"));
            }
          });
          thread(self::interrupt);
          sleep(LONG);
        }));
    assertEquals(List.of("clean"), ran);
    assertFalse(Thread.interrupted());
  }

  /** Once lost where it came just when the loop went to sleep or a thread was being mounted. */
  @Test
  void noInterruptIsLostWheneverItComes() throws Exception {
    Thread self = Thread.currentThread();
    for (int i = 0; i < INTERRUPTS; i++) {
      int iterations = i % 4;
      assertThrows(
          InterruptedException.class,
          () -> Asyncio.run(() -> {
            thread(self::interrupt);
            for (int each = 0; each < iterations; each++) {
              sleep(Duration.ZERO);
            }
            sleep(LONG);
          }));
    }
  }

  @Tag("slow")
  @Test
  void aModeOfTasksThatThereIsNotIsToldEachTime() throws Exception {
    String output =
        ChildJvm.run(TaskModeProgram.class, patience(), backend().getClass().getName());
    String told =
        "java.lang.IllegalArgumentException: -Dculebra.tasks takes carried, baton or auto,"
            + " not 'nonsense'";
    assertEquals(List.of(told, told, "runs"), output.lines().toList());
  }

  private EventLoop newDirectLoop() {
    LoopPolicy policy = () -> tck().backend();
    return policy.newEventLoop();
  }

  @Test
  void itRunsFromAVirtualThread() throws Exception {
    AtomicReference<Object> outcome = new AtomicReference<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            outcome.set(Asyncio.run(() -> sleep(Duration.ofMillis(1), "done!")));
          } catch (Throwable t) {
            outcome.set(t);
          }
        })
        .join();
    assertEquals("done!", outcome.get());
  }

  // The tidy end

  @Test
  void tasksThatAreLeftAreCancelledAndAwaited() throws Exception {
    List<Task<?>> left = new ArrayList<>();
    Asyncio.run(() -> {
      for (int i = 0; i < 3; i++) {
        left.add(createTask(() -> {
          try {
            sleep(LONG);
          } finally {
            sleep(Duration.ofMillis(1));
            ran.add("clean");
          }
        }));
      }
      sleep(Duration.ZERO);
    });
    assertEquals(List.of("clean", "clean", "clean"), ran);
    for (Task<?> task : left) {
      assertTrue(task.cancelled());
    }
  }

  @Test
  void tasksAreCancelledAlsoWhenTheBodyFails() {
    IOException failure = new IOException("planted");
    assertSame(
        failure,
        assertThrows(
            IOException.class,
            () -> Asyncio.run(() -> {
              createTask(() -> {
                try {
                  sleep(LONG);
                } finally {
                  ran.add("clean");
                }
              });
              sleep(Duration.ZERO);
              throw failure;
            })));
    assertEquals(List.of("clean"), ran);
  }

  @Test
  void aTaskThatFailsAtItsCancellationIsReported() throws Exception {
    IOException failure = new IOException("planted");
    List<Task<?>> left = new ArrayList<>();
    Asyncio.run(() -> {
      left.add(createTask(() -> {
        try {
          sleep(LONG);
        } catch (CancellationException e) {
          throw failure;
        }
      }));
      sleep(Duration.ZERO);
    });
    var context = reports.take("unhandled exception during run() shutdown");
    assertSame(failure, context.exception());
    assertSame(left.get(0), context.future());
  }

  @Test
  void aTaskThatSwallowsItsCancellationIsAwaitedToo() throws Exception {
    Asyncio.run(() -> {
      createTask(() -> {
        try {
          sleep(LONG);
        } catch (CancellationException e) {
          sleep(Duration.ofMillis(1), ran.add("swallowed"));
        }
      });
      sleep(Duration.ZERO);
    });
    assertEquals(List.of("swallowed"), ran);
  }

  @Test
  void whatIsStartedDuringTheEndIsDestroyedWithAReport() throws Exception {
    Asyncio.run(() -> {
      createTask(() -> {
        try {
          sleep(LONG);
        } finally {
          createTask(() -> sleep(LONG));
        }
      });
      sleep(Duration.ZERO);
    });
    reports.take("Task was destroyed but it is pending");
  }

  @Test
  void stoppingTheLoopInTheBodyIsAFailure() {
    assertThrows(
        IllegalStateException.class,
        () -> Asyncio.run(() -> {
          getRunningLoop().stop();
          sleep(LONG);
        }));
    assertFalse(made.isEmpty());
  }
}
