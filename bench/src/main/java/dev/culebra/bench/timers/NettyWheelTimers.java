// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.timers;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Netty's {@link HashedWheelTimer}. To set or cancel a timer puts it into a queue, from which the wheel's own
 * thread takes 100,000 in each tick: so ticks are of 1 ms here, for of the usual 100 ms the queue would only
 * grow. What expires has waited for a tick, too.
 */
final class NettyWheelTimers implements Timers {

  private final HashedWheelTimer wheel = new HashedWheelTimer(1, TimeUnit.MILLISECONDS);
  private final Timeout[] timeouts;
  private int expired;
  private final TimerTask action = timeout -> expired++;

  NettyWheelTimers(int slots) {
    timeouts = new Timeout[slots];
  }

  @Override
  public void schedule(int slot, Delay delay) {
    timeouts[slot] = wheel.newTimeout(action, delay.nanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void cancel(int slot) {
    timeouts[slot].cancel();
  }

  /** The wheel's own thread sees to what is due. */
  @Override
  public void run(int times, Runnable step) {
    for (int i = 0; i < times; i++) {
      step.run();
    }
  }

  @Override
  public void expire(int count) {
    CountDownLatch all = new CountDownLatch(count);
    TimerTask expires = timeout -> all.countDown();
    for (int i = 0; i < count; i++) {
      wheel.newTimeout(expires, 0, TimeUnit.NANOSECONDS);
    }
    Waiting.on(all);
  }

  @Override
  public void close() {
    wheel.stop();
  }
}
