// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.startServer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Asyncio;
import dev.culebra.LoopFuture;
import dev.culebra.LoopPolicy;
import dev.culebra.Task;
import dev.culebra.net.Server;
import dev.culebra.net.StreamConnection;
import dev.culebra.test.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The test kit's clocks: they move when nothing else is left to do, or when they are told to. */
abstract class ClockContract extends OnLoop {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MILLI = Duration.ofMillis(1);

  private final List<Object> events = new ArrayList<>();

  private void note(Object event) {
    events.add(event);
  }

  // ---- a jumping clock

  @Test
  void anHourPassesInNoTime() throws Exception {
    TestClock clock = onClock(TestClock.Mode.JUMPING);
    long startNanos = System.nanoTime();
    run(() -> sleep(LONG));
    assertEquals(LONG, clock.time());
    assertTrue(System.nanoTime() - startNanos < patience().toNanos());
  }

  @Test
  void eachTimerRunsAtItsOwnTime() throws Exception {
    TestClock clock = onClock(TestClock.Mode.JUMPING);
    run(() -> {
      loop.callLater(LONG, () -> note(clock.time()));
      loop.callLater(SECOND, () -> {
        note(clock.time());
        loop.callLater(MILLI, () -> note(clock.time()));
      });
      sleep(LONG.multipliedBy(2));
    });
    assertEquals(List.of(SECOND, SECOND.plus(MILLI), LONG), events);
  }

  @Test
  void theClockStandsStillWhileThereIsSomethingToRun() throws Exception {
    TestClock clock = onClock(TestClock.Mode.JUMPING);
    run(() -> {
      loop.callLater(Duration.ofNanos(1), () -> note("timer"));
      for (int i = 0; i < 1000; i++) {
        sleep(Duration.ZERO);
      }
      assertEquals(List.of(), events);
      assertEquals(Duration.ZERO, clock.time());
      sleep(MILLI);
    });
    assertEquals(List.of("timer"), events);
  }

  @Test
  void noTimePassesWhileDataIsOnItsWayWithinTheLoop() throws Exception {
    TestClock clock = onClock(TestClock.Mode.JUMPING);
    run(() -> {
      Duration start;
      try (Server server = echo()) {
        StreamConnection connection = openConnection(HOST, port(server));
        for (int i = 0; i < 50; i++) {
          loop.callLater(LONG, () -> note("late")).cancel();
          connection.writer().write(new byte[] {(byte) i});
          assertEquals(i, connection.reader().readExactly(1)[0]);
          sleep(SECOND);
        }
        start = clock.time();
        connection.close();
        clock.awaitIdle();
      }
      assertEquals(Duration.ofSeconds(50), start);
    });
  }

  @Test
  void noTimePassesWhileMegabytesAreOnTheirWay() throws Exception {
    TestClock clock = onClock(TestClock.Mode.JUMPING);
    byte[] bytes = new byte[4_000_000];
    run(() -> {
      try (Server server = echo()) {
        StreamConnection connection = openConnection(HOST, port(server));
        loop.callLater(SECOND, () -> note("timer"));
        connection.writer().write(bytes);
        assertEquals(bytes.length, connection.reader().readExactly(bytes.length).length);
        connection.close();
        clock.awaitIdle();
      }
      assertEquals(List.of(), events);
    });
  }

  private Server echo() throws Exception {
    return startServer(
        (reader, writer) -> {
          byte[] data = reader.read(100_000);
          while (data.length > 0) {
            writer.write(data);
            writer.drain();
            data = reader.read(100_000);
          }
          writer.close();
        },
        HOST,
        0);
  }

  @Test
  void socketsAreLookedAtWhileTasksKeepEachOtherBusy() throws Exception {
    TestClock clock = onClock(TestClock.Mode.JUMPING);
    run(() -> {
      Served served = serve();
      served.peer().send((byte) 1);
      long startNanos = System.nanoTime();
      while (served.protocol().receivedCount() == 0
          && System.nanoTime() - startNanos < patience().toNanos()) {
        sleep(Duration.ZERO);
      }
      assertEquals(1, served.protocol().receivedCount());
      assertTrue(clock.time().compareTo(SECOND) < 0);
    });
  }

  @Test
  void aHostNameThatIsBeingLookedUpHoldsTheClock() throws Exception {
    TestClock clock = onClock(TestClock.Mode.JUMPING);
    run(() -> {
      try (Server server = echo()) {
        loop.callLater(LONG, () -> note("late"));
        openConnection("localhost", port(server)).close();
        assertEquals(Duration.ZERO, clock.time());
      }
    });
  }

  @Test
  void aTaskThatIsBlockedOutsideTheLoopHoldsTheClock() throws Exception {
    assumeCarried();
    onClock(TestClock.Mode.JUMPING);
    SynchronousQueue<String> queue = new SynchronousQueue<>();
    run(() -> {
      Task<?> blocked = createTask(() -> note(queue.take()));
      loop.callLater(MILLI, () -> note("timer"));
      thread(() -> {
        Thread.sleep(5); // long enough for a clock that jumps to have done so
        queue.put("taken");
      });
      blocked.await();
      sleep(SECOND);
    });
    assertEquals(List.of("taken", "timer"), events);
  }

  @Test
  void whoHoldsTheClockKeepsItFromMoving() throws Exception {
    TestClock clock = onClock(TestClock.Mode.JUMPING);
    run(() -> {
      TestClock.Hold hold = clock.hold();
      TestClock.Hold other = clock.hold();
      thread(() -> {
        other.close();
        other.close();
        Thread.sleep(5); // long enough for a clock that jumps to have done so
        loop.callSoonThreadsafe(() -> note("answer"));
        hold.close();
      });
      sleep(LONG);
      note("hour");
    });
    assertEquals(List.of("answer", "hour"), events);
  }

  @Test
  void aHoldThatEndsWakesTheLoop() throws Exception {
    TestClock clock = onClock(TestClock.Mode.JUMPING);
    run(() -> {
      TestClock.Hold hold = clock.hold();
      thread(() -> {
        Thread.sleep(5); // the loop is to wait by then
        hold.close();
      });
      sleep(LONG);
    });
    assertEquals(LONG, clock.time());
  }

  @Test
  void asyncioRunMakesLoopsOfThePolicyThatIsSet() throws Exception {
    LoopPolicy.set(TestClock.policy(TestClock.Mode.JUMPING, this::backend));
    try {
      Duration time = Asyncio.run(() -> {
        sleep(LONG);
        return TestClock.of(Asyncio.getRunningLoop()).time();
      });
      assertEquals(LONG, time);
    } finally {
      LoopPolicy.set(null);
    }
  }

  // ---- awaitIdle

  @Test
  void awaitIdleReturnsWhenOnlyTimersAreLeft() throws Exception {
    for (TestClock.Mode mode : TestClock.Mode.values()) {
      TestClock clock = onClock(mode);
      events.clear();
      run(() -> {
        loop.callLater(LONG, () -> note("timer"));
        LoopFuture<String> future = loop.createFuture();
        createTask(() -> note(future.await()));
        createTask(() -> {
          for (int i = 0; i < 10; i++) {
            sleep(Duration.ZERO);
          }
          future.setResult("done");
        });
        clock.awaitIdle();
        assertEquals(List.of("done"), events, mode::toString);
        assertTrue(clock.time().compareTo(LONG) < 0, mode::toString);
      });
    }
  }

  @Test
  void awaitIdleRunsALoopThatDoesNotRun() {
    TestClock clock = onClock(TestClock.Mode.JUMPING);
    loop.callLater(LONG, () -> note("timer"));
    Task<?> task = loop.createTask(() -> {
      sleep(Duration.ZERO);
      note("ran");
    });
    clock.awaitIdle();
    assertTrue(task.done());
    assertEquals(List.of("ran"), events);
    assertEquals(Duration.ZERO, clock.time());
    assertFalse(loop.isRunning());
  }

  @Test
  void awaitIdleInAnotherThreadWaitsForTheLoop() throws Exception {
    TestClock clock = onClock(TestClock.Mode.MANUAL);
    run(() -> {
      LoopFuture<@Nullable Void> idle = aside(() -> {
        clock.awaitIdle();
        return null;
      });
      for (int i = 0; i < 100; i++) {
        sleep(Duration.ZERO);
      }
      note("busy");
      idle.await();
      note("idle");
    });
    assertEquals(List.of("busy", "idle"), events);
  }

  @Test
  void awaitIdleWaitsForWhoHoldsTheClock() throws Exception {
    TestClock clock = onClock(TestClock.Mode.REAL);
    run(() -> {
      TestClock.Hold hold = clock.hold();
      thread(() -> {
        Thread.sleep(5); // long enough for an awaitIdle that does not care to return
        loop.callSoonThreadsafe(() -> note("answer"));
        hold.close();
      });
      clock.awaitIdle();
    });
    assertEquals(List.of("answer"), events);
  }

  @Test
  void awaitIdleInACallbackIsRefused() throws Exception {
    TestClock clock = onClock(TestClock.Mode.JUMPING);
    run(() -> {
      loop.callSoon(clock::awaitIdle);
      sleep(Duration.ZERO);
      sleep(Duration.ZERO);
    });
    assertTrue(
        nonNull(reports.take("Exception in callback").exception())
            instanceof IllegalStateException);
  }

  @Test
  void awaitIdleOfAClosedLoopIsRefused() {
    TestClock clock = onClock(TestClock.Mode.JUMPING);
    loop.close();
    assertThrows(IllegalStateException.class, clock::awaitIdle);
  }

  // ---- a manual clock

  @Test
  void aManualClockMovesWhenItIsToldTo() throws Exception {
    TestClock clock = onClock(TestClock.Mode.MANUAL);
    run(() -> {
      loop.callLater(SECOND, () -> note("timer"));
      clock.awaitIdle();
      clock.advance(SECOND.minusNanos(1));
      assertEquals(List.of(), events);
      clock.advance(Duration.ofNanos(1));
      assertEquals(List.of("timer"), events);
      assertEquals(SECOND, clock.time());
    });
  }

  @Test
  void advanceGoesFromTimerToTimer() throws Exception {
    TestClock clock = onClock(TestClock.Mode.MANUAL);
    run(() -> {
      createTask(() -> {
        for (int i = 0; i < 5; i++) {
          sleep(MILLI);
          note(clock.time());
        }
      });
      clock.advance(MILLI.multipliedBy(3));
      assertEquals(List.of(MILLI, MILLI.multipliedBy(2), MILLI.multipliedBy(3)), events);
      clock.advance(LONG);
      assertEquals(5, events.size());
      assertEquals(LONG.plus(MILLI.multipliedBy(3)), clock.time());
    });
  }

  @Test
  void advanceMovesALoopThatDoesNotRun() {
    TestClock clock = onClock(TestClock.Mode.MANUAL);
    loop.callLater(SECOND, () -> note("timer"));
    clock.advance(SECOND);
    assertEquals(List.of("timer"), events);
    clock.advance(SECOND);
    assertEquals(SECOND.multipliedBy(2), clock.time());
  }

  @Test
  void advanceInAnotherThreadWaitsForTheLoop() throws Exception {
    TestClock clock = onClock(TestClock.Mode.MANUAL);
    run(() -> {
      LoopFuture<@Nullable Void> advanced = aside(() -> {
        clock.advance(SECOND);
        clock.advance(LONG);
        return null;
      });
      sleep(SECOND);
      note(clock.time());
      sleep(LONG);
      note(clock.time());
      advanced.await();
    });
    assertEquals(List.of(SECOND, SECOND.plus(LONG)), events);
  }

  @Test
  void twoWhoAdvanceAtOnceGoTogether() throws Exception {
    TestClock clock = onClock(TestClock.Mode.MANUAL);
    run(() -> {
      Task<?> far = createTask(() -> {
        clock.advance(SECOND.multipliedBy(2));
        note(clock.time());
      });
      Task<?> near = createTask(() -> {
        clock.advance(SECOND);
        note(clock.time());
      });
      near.await();
      far.await();
    });
    assertEquals(List.of(SECOND, SECOND.multipliedBy(2)), events);
  }

  @Test
  void anAdvanceThatIsCancelledMovesNothing() throws Exception {
    TestClock clock = onClock(TestClock.Mode.MANUAL);
    run(() -> {
      TestClock.Hold hold = clock.hold();
      Task<?> advancing = createTask(() -> clock.advance(SECOND));
      sleep(Duration.ZERO);
      advancing.cancel();
      assertThrows(CancellationException.class, advancing::await);
      hold.close();
      LoopFuture<@Nullable Void> later = aside(() -> {
        Thread.sleep(2); // the loop is to wait by then, which moves a clock that is told to move
        return null;
      });
      later.await();
      assertEquals(Duration.ZERO, clock.time());
    });
  }

  @Test
  void whatAClockCannotDoIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> TestClock.of(loop));
    TestClock manual = onClock(TestClock.Mode.MANUAL);
    assertThrows(IllegalArgumentException.class, () -> manual.advance(Duration.ofNanos(-1)));
    TestClock jumping = onClock(TestClock.Mode.JUMPING);
    assertThrows(IllegalStateException.class, () -> jumping.advance(SECOND));
  }

  @Test
  void aLoopThatNobodyMovesIsWokenByAnotherThread() throws Exception {
    onClock(TestClock.Mode.MANUAL);
    CountDownLatch started = new CountDownLatch(1);
    thread(() -> {
      started.await();
      Thread.sleep(2); // the loop is to wait by then
      loop.callSoonThreadsafe(loop::stop);
    });
    loop.callLater(SECOND, () -> note("timer"));
    loop.callSoon(started::countDown);
    loop.runForever();
    assertEquals(List.of(), events);
  }
}
