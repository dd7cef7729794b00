// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.timers;

import java.util.concurrent.TimeUnit;
import org.agrona.DeadlineTimerWheel;
import org.agrona.collections.Long2LongHashMap;

/**
 * Agrona's {@link DeadlineTimerWheel}, with ticks of about 1 ms. Its timers are numbers, used again after
 * they have expired, and have no action: a map tells what each is for, as its users have one.
 */
final class AgronaTimers implements Timers {

  private static final long TICK_NANOS = 1 << 20;
  private static final int TICKS = 4096;
  private static final long NO_SLOT = -1;

  private final DeadlineTimerWheel wheel =
      new DeadlineTimerWheel(TimeUnit.NANOSECONDS, System.nanoTime(), TICK_NANOS, TICKS);
  private final Long2LongHashMap slotOf = new Long2LongHashMap(NO_SLOT);
  private final long[] timers;
  private int expired;

  AgronaTimers(int slots) {
    timers = new long[slots];
  }

  @Override
  public void schedule(int slot, Delay delay) {
    long timer = wheel.scheduleTimer(System.nanoTime() + delay.nanos());
    slotOf.put(timer, slot);
    timers[slot] = timer;
  }

  @Override
  public void cancel(int slot) {
    long timer = timers[slot];
    if (timer != DeadlineTimerWheel.NULL_DEADLINE) {
      timers[slot] = DeadlineTimerWheel.NULL_DEADLINE;
      slotOf.remove(timer);
      wheel.cancelTimer(timer);
    }
  }

  private boolean expires(TimeUnit unit, long now, long timer) {
    long slot = slotOf.remove(timer);
    if (slot != NO_SLOT) {
      timers[(int) slot] = DeadlineTimerWheel.NULL_DEADLINE;
    }
    expired++;
    return true;
  }

  private void takeDue() {
    long now = System.nanoTime();
    do {
      wheel.poll(now, this::expires, Integer.MAX_VALUE);
    } while (wheel.currentTickTime() <= now);
  }

  @Override
  public void run(int times, Runnable step) {
    for (int i = 0; i < times; i++) {
      step.run();
      takeDue();
    }
  }

  @Override
  public void expire(int count) {
    int until = expired + count;
    for (int i = 0; i < count; i++) {
      wheel.scheduleTimer(System.nanoTime());
    }
    while (until - expired > 0) {
      takeDue();
    }
  }

  @Override
  public void close() {
    wheel.clear();
  }
}
