// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.TimerHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Timers and sleep. */
abstract class TimerContract extends OnLoop {

  private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

  private final List<Object> ran = new ArrayList<>();

  // Order

  @Test
  void timersFireInTheOrderOfTheirDeadlines() throws Exception {
    Duration now = loop.time();
    for (int millis : new int[] {3, 1, 4, 2}) {
      loop.callAt(now.plusMillis(millis), () -> ran.add(millis));
    }
    run(() -> await("four timers", () -> ran.size() == 4));
    assertEquals(List.of(1, 2, 3, 4), ran);
  }

  @Test
  void equalDeadlinesFireInTheOrderTheyWereSet() {
    Duration when = loop.time();
    for (int i = 0; i < 1000; i++) {
      Integer number = i;
      loop.callAt(when, () -> ran.add(number));
    }
    runOnce();
    assertEquals(IntStream.range(0, 1000).boxed().toList(), ran);
  }

  @Test
  void manyTimersFireInOrderWhateverIsCancelledBetween() {
    record Pending(TimerHandle timer, int number) {}
    Random random = new Random(1);
    List<Pending> left = new ArrayList<>();
    Duration now = loop.time();
    for (int i = 0; i < 5000; i++) {
      Integer number = i;
      TimerHandle timer = loop.callAt(now.minusNanos(random.nextInt(1000)), () -> ran.add(number));
      left.add(new Pending(timer, number));
      if (random.nextInt(3) == 0) {
        left.remove(random.nextInt(left.size())).timer().cancel();
      }
    }
    runOnce();
    left.sort(Comparator.comparing((Pending set) -> set.timer().when())
        .thenComparingInt(Pending::number));
    assertEquals(left.stream().map(Pending::number).toList(), ran);
  }

  @Test
  void aDelayOfZeroOrLessRunsNeitherInlineNorBeforeWhatIsReady() {
    loop.callSoon(() -> {
      loop.callLater(Duration.ofSeconds(-1), () -> ran.add("c"));
      loop.callLater(Duration.ZERO, () -> ran.add("d"));
      loop.callSoon(() -> ran.add("b"));
      ran.add("a");
    });
    runOnce();
    assertEquals(List.of("a"), ran);
    runOnce();
    assertEquals(List.of("a", "b", "c", "d"), ran);
  }

  @Test
  void timesThatAreOverFireInTheirOrder() {
    Duration now = loop.time();
    loop.callAt(now, () -> ran.add("d"));
    loop.callAt(now.minusSeconds(2), () -> ran.add("b"));
    loop.callAt(now.minusSeconds(1), () -> ran.add("c"));
    loop.callAt(Duration.ofSeconds(Long.MIN_VALUE), () -> ran.add("a"));
    runOnce();
    assertEquals(List.of("a", "b", "c", "d"), ran);
  }

  @Test
  void whatATimerSchedulesForNowWaitsForTheNextIteration() {
    loop.callLater(Duration.ZERO, () -> {
      ran.add("a");
      loop.callLater(Duration.ZERO, () -> ran.add("b"));
    });
    runOnce();
    assertEquals(List.of("a"), ran);
    runOnce();
    assertEquals(List.of("a", "b"), ran);
  }

  // Time

  @Test
  void timersNeverFireEarly() throws Exception {
    run(() -> {
      for (int micros : new int[] {1, 50, 300, 999, 1000, 1001, 2500}) {
        Duration delay = Duration.ofNanos(micros * 1000L + 1);
        Duration before = loop.time();
        TimerHandle timer = loop.callLater(delay, () -> ran.add(loop.time()));
        assertTrue(timer.when().compareTo(before.plus(delay)) >= 0);
        await("the timer", () -> !ran.isEmpty());
        Duration fired = (Duration) ran.remove(0);
        assertTrue(fired.compareTo(timer.when()) >= 0, () -> timer.when() + " at " + fired);
      }
    });
  }

  @Test
  void aTimerEndsTheWait() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(backend()));
    loop.callLater(Duration.ofMillis(3), loop::stop);
    loop.runForever();
    assertTrue(backend.polls.get() < 10, "it waits instead of spinning: " + backend.polls);
  }

  @Test
  void anEarlierTimerSetLaterShortensTheWait() throws Exception {
    loop.callLater(LONG, () -> ran.add("late"));
    loop.callSoon(() -> loop.callLater(Duration.ofMillis(1), loop::stop));
    loop.runForever();
    assertEquals(List.of(), ran);
  }

  @Test
  void whenTellsTheDeadlineOnTheLoopsOwnClock() {
    Duration when = loop.time().plusSeconds(100);
    assertEquals(when, loop.callAt(when, () -> {}).when());
  }

  @Test
  void timeNeverGoesBack() throws Exception {
    Duration before = loop.time();
    assertFalse(before.isNegative());
    run(() -> {
      Duration start = loop.time();
      assertTrue(start.compareTo(before) >= 0);
      sleep(Duration.ofMillis(1));
      assertTrue(loop.time().compareTo(start.plusMillis(1)) >= 0);
    });
  }

  @Test
  void theLongestDelayIsForEver() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(backend()));
    loop.callLater(FOR_EVER, () -> ran.add("never"));
    loop.callAt(FOR_EVER, () -> ran.add("never"));
    loop.callLater(FOR_EVER.negated(), () -> ran.add("a"));
    loop.callAt(FOR_EVER.negated(), () -> ran.add("b"));
    loop.callLater(Duration.ofMillis(1), () -> ran.add("c"));
    run(() -> await("the short one", () -> ran.contains("c")));
    assertEquals(3, ran.size(), ran::toString);
    thread(() -> {
      backend.awaitWait(patience().toNanos());
      loop.callSoonThreadsafe(loop::stop);
    });
    loop.runForever();
    assertEquals(3, ran.size(), ran::toString);
  }

  @Test
  void theLongestPastComesBeforeTheLongestFuture() {
    loop.callLater(FOR_EVER, () -> ran.add("never"));
    loop.callAt(FOR_EVER.negated(), () -> ran.add("a"));
    runOnce();
    assertEquals(List.of("a"), ran);
  }

  // Cancelling

  @Test
  void aCancelledTimerDoesNotFire() throws Exception {
    TimerHandle first = loop.callLater(Duration.ofMillis(1), () -> ran.add("a"));
    loop.callLater(Duration.ofMillis(1), () -> ran.add("b"));
    first.cancel();
    first.cancel();
    assertTrue(first.cancelled());
    run(() -> await("the other timer", () -> !ran.isEmpty()));
    assertEquals(List.of("b"), ran);
  }

  @Test
  void aTimerThatIsDueIsCancelledByAnEarlierOne() {
    TimerHandle[] later = new TimerHandle[1];
    loop.callLater(Duration.ZERO, () -> later[0].cancel());
    later[0] = loop.callLater(Duration.ZERO, () -> ran.add("b"));
    runOnce();
    runOnce();
    assertEquals(List.of(), ran);
    assertTrue(later[0].cancelled());
  }

  @Test
  void cancellingATimerThatHasFiredChangesNothing() {
    TimerHandle timer = loop.callLater(Duration.ZERO, () -> ran.add("a"));
    runOnce();
    timer.cancel();
    assertFalse(timer.cancelled());
    assertEquals(List.of("a"), ran);
  }

  @Test
  void aCancelledTimerDoesNotEndTheWait() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(backend()));
    for (int i = 0; i < 100; i++) {
      loop.callLater(Duration.ofNanos(100_000L * i), () -> ran.add("never")).cancel();
    }
    loop.callLater(Duration.ofMillis(12), loop::stop);
    loop.runForever();
    assertEquals(List.of(), ran);
    assertTrue(backend.polls.get() < 10, () -> "polls: " + backend.polls);
  }

  // sleep

  @Test
  void sleepZeroIsExactlyOneIteration() throws Exception {
    int[] iteration = new int[1];
    Runnable[] count = new Runnable[1];
    count[0] = () -> {
      iteration[0]++;
      if (iteration[0] < 1000) {
        loop.callSoon(count[0]);
      }
    };
    run(() -> {
      count[0].run();
      for (int i = 0; i < 20; i++) {
        int before = iteration[0];
        sleep(i % 2 == 0 ? Duration.ZERO : Duration.ofSeconds(-1));
        assertEquals(before + 1, iteration[0]);
      }
      iteration[0] = 1000;
    });
  }

  @Test
  void timersThatAreOverdueFireInTheOrderOfTheirDeadlines() throws Exception {
    List<String> fired = new ArrayList<>();
    run(() -> {
      loop.callLater(Duration.ZERO, () -> fired.add("now"));
      loop.callLater(Duration.ofSeconds(-1), () -> fired.add("a second ago"));
      loop.callLater(Duration.ofSeconds(-2), () -> fired.add("two seconds ago"));
      sleep(Duration.ofMillis(1));
    });
    assertEquals(List.of("two seconds ago", "a second ago", "now"), fired);
  }

  @Test
  void sleepNeverReturnsEarly() throws Exception {
    run(() -> {
      for (int micros : new int[] {1, 70, 1000, 1900}) {
        Duration delay = Duration.ofNanos(micros * 1000L);
        Duration start = loop.time();
        assertEquals("x", sleep(delay, "x"));
        assertTrue(loop.time().compareTo(start.plus(delay)) >= 0);
      }
    });
  }
}
