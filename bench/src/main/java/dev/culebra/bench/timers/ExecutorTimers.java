// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.timers;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The JDK's {@link ScheduledThreadPoolExecutor} with one thread, which drops what is cancelled at once. */
final class ExecutorTimers implements Timers {

  private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
  private final Future<?>[] futures;

  @SuppressWarnings("UnusedVariable") // written, so that the action does something
  private int expired;

  private final Runnable action = this::expired;

  ExecutorTimers(int slots) {
    executor.setRemoveOnCancelPolicy(true);
    futures = new Future<?>[slots];
  }

  private void expired() {
    expired++;
  }

  @Override
  public void schedule(int slot, Delay delay) {
    futures[slot] = executor.schedule(action, delay.nanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void cancel(int slot) {
    futures[slot].cancel(false);
  }

  /** The executor's own thread sees to what is due. */
  @Override
  public void run(int times, Runnable step) {
    for (int i = 0; i < times; i++) {
      step.run();
    }
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // that they expire is counted
  public void expire(int count) {
    CountDownLatch all = new CountDownLatch(count);
    Runnable expires = all::countDown;
    for (int i = 0; i < count; i++) {
      executor.schedule(expires, 0, TimeUnit.NANOSECONDS);
    }
    Waiting.on(all);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
