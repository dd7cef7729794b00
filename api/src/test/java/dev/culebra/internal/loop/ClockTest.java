// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the loop deals with time, on a clock of the test's: what it waits for, and how long. */
class ClockTest {

  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;

  private final List<Object> ran = new ArrayList<>();
  private JumpingLoop loop = JumpingLoop.startingAt(0);

  @AfterEach
  void close() {
    loop.close();
  }

  /** Moves the clock, as work does. */
  private void work(long nanos) {
    loop.clock.nowNanos += nanos;
  }

  // Waits

  @Test
  void anHourPassesInNoTime() throws Exception {
    Duration passed = loop.runUntilComplete(() -> {
      Duration start = loop.time();
      loop.sleep(Duration.ofHours(1));
      return loop.time().minus(start);
    });
    assertEquals(Duration.ofHours(1), passed);
  }

  @Test
  void aWaitLastsExactlyUntilTheNextTimer() {
    loop.callLater(Duration.ofNanos(30), () -> ran.add(loop.clock.nowNanos));
    loop.callLater(Duration.ofNanos(10), () -> ran.add(loop.clock.nowNanos));
    loop.callLater(Duration.ofNanos(31), loop::stop);
    loop.runForever();
    assertEquals(List.of(10L, 30L), ran);
    assertEquals(List.of(10L, 20L, 1L), loop.clock.waits);
  }

  @Test
  void timeThatWorkTakesIsNotWaitedForAgain() {
    loop.callSoon(() -> work(7));
    loop.callLater(Duration.ofNanos(10), loop::stop);
    loop.runForever();
    assertEquals(3L, loop.clock.waits.get(loop.clock.waits.size() - 1));
    assertEquals(10, loop.clock.nowNanos);
  }

  @Test
  void aTimerThatIsOverdueIsNotWaitedFor() {
    loop.callLater(Duration.ofNanos(10), loop::stop);
    loop.callSoon(() -> work(25));
    loop.runForever();
    assertTrue(loop.clock.waits.stream().allMatch(wait -> wait == 0), loop.clock.waits::toString);
    assertEquals(25, loop.clock.nowNanos);
  }

  @Test
  void aLoopWithoutTimersWaitsWithoutLimitAndIsWoken() throws Exception {
    for (JumpingLoop each : List.of(loop, JumpingLoop.waitingOnItsCarrier())) {
      Thread other = new Thread(() -> {
        while (each.clock.waits.isEmpty()) {
          Thread.onSpinWait();
        }
        each.callSoonThreadsafe(each::stop);
      });
      other.start();
      each.runForever();
      other.join();
      assertEquals(-1L, each.clock.waits.get(0));
      each.close();
    }
  }

  @Test
  void aCarrierThatWaitsForTheLoopWaitsAsLong() throws Exception {
    loop.close();
    loop = JumpingLoop.waitingOnItsCarrier();
    Integer result = loop.runUntilComplete(() -> {
      loop.sleep(Duration.ofNanos(10));
      loop.sleep(Duration.ofHours(1));
      return 5;
    });
    assertEquals(5, result);
    assertEquals(Duration.ofHours(1).toNanos() + 10, loop.clock.nowNanos);
  }

  // The poll interval

  @Test
  void whileCallbacksKeepEachOtherBusySocketsAreLookedAtEveryFiftyMicros() {
    int[] left = {1000};
    Runnable[] busy = new Runnable[1];
    busy[0] = () -> {
      work(MICRO);
      if (--left[0] > 0) {
        loop.callSoon(busy[0]);
      } else {
        loop.stop();
      }
    };
    loop.callSoon(busy[0]);
    loop.runForever();
    assertEquals(1000 / 50 - 1, loop.clock.waits.size(), 1);
  }

  @Test
  void oneLongCallbackIsFollowedByAPoll() {
    loop.callSoon(() -> {
      work(MILLI);
      loop.callSoon(() -> ran.add(loop.clock.waits.size()));
      loop.callSoon(loop::stop);
    });
    loop.runForever();
    assertEquals(List.of(1), ran);
  }

  // Timers

  @Test
  void timersAreDueToTheNanosecondAndNeverBefore() {
    long[] delays = {1, 999, 1_000, 1_001, 999_999, 1_000_000, 123_456_789};
    for (long delay : delays) {
      loop.callLater(Duration.ofNanos(delay), () -> ran.add(loop.clock.nowNanos));
    }
    loop.callLater(Duration.ofSeconds(1), loop::stop);
    loop.runForever();
    assertEquals(List.of(1L, 999L, 1_000L, 1_001L, 999_999L, 1_000_000L, 123_456_789L), ran);
  }

  @Test
  void timersGoOnWhereTheClockOverflows() throws Exception {
    loop.close();
    loop = JumpingLoop.startingAt(Long.MAX_VALUE - 10);
    loop.callAt(Duration.ofNanos(5), () -> ran.add("a"));
    loop.callAt(Duration.ofNanos(50), () -> ran.add("c"));
    loop.callLater(Duration.ofNanos(30), () -> ran.add("b"));
    loop.callLater(Duration.ofDays(30_000), () -> ran.add("never"));
    loop.callLater(Duration.ofNanos(60), loop::stop);
    loop.runForever();
    assertEquals(List.of("a", "b", "c"), ran);
    assertEquals(Duration.ofNanos(60), loop.time());
  }

  @Test
  void sleepersOfALongTimeWakeInOrder() throws Exception {
    loop.runUntilComplete(() -> {
      List<dev.culebra.Task<?>> sleepers = new ArrayList<>();
      for (int days : new int[] {300, 1, 20_000, 7}) {
        sleepers.add(loop.createTask(() -> {
          loop.sleep(Duration.ofDays(days));
          ran.add(days);
        }));
      }
      for (var sleeper : sleepers) {
        sleeper.await();
      }
      return 0;
    });
    assertEquals(List.of(1, 7, 300, 20_000), ran);
    assertEquals(Duration.ofDays(20_000), loop.time());
  }

  @Test
  void aTimerThatIsSetAgainAndAgainStandsOnceInTheHeap() {
    for (int i = 0; i < 10_000; i++) {
      loop.callLater(Duration.ofSeconds(i), () -> ran.add("never")).cancel();
    }
    assertTrue(loop.timers.isEmpty());
  }
}
