// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.ExceptionContext;
import dev.culebra.TimerHandle;
import dev.culebra.spi.AnyThread;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Runs one task of a {@link LoopScheduler} on its loop, once or periodically. */
final class ScheduledWork<V extends @Nullable Object> extends FutureTask<V>
    implements RunnableScheduledFuture<V> {

  /** Run if the loop closes before this has ended. */
  final Runnable ender = () -> cancel(false);

  private final LoopScheduler scheduler;

  /** What {@code execute} was given, whose failure nobody would see; null if somebody has the future. */
  private final @Nullable Runnable command;

  /** Zero: once. Positive: from one due time to the next. Negative: from the end of one run on. */
  private final long periodNanos;

  private volatile long dueNanos;
  private volatile boolean running;

  /** Touched on the loop only. */
  private @Nullable TimerHandle timer;

  ScheduledWork(LoopScheduler scheduler, Callable<V> callable, long dueNanos, long periodNanos) {
    super(callable);
    this.scheduler = scheduler;
    this.command = null;
    this.dueNanos = dueNanos;
    this.periodNanos = periodNanos;
  }

  /** For {@code execute}. */
  @SuppressWarnings("NullAway") // nobody asks for the result
  ScheduledWork(LoopScheduler scheduler, Runnable command) {
    super(command, null);
    this.scheduler = scheduler;
    this.command = command;
    this.periodNanos = 0;
  }

  boolean belongsTo(LoopScheduler asked) {
    return scheduler == asked;
  }

  boolean isRunning() {
    return running;
  }

  /** What the caller had given to be run. */
  Runnable given() {
    return command == null ? this : command;
  }

  /** Sets the timer, from any thread. */
  @AnyThread
  void start() {
    if (scheduler.loop.isCurrent()) {
      setTimer();
    } else {
      scheduler.loop.callSoonThreadsafeUnlessClosed(this::setTimer);
    }
  }

  private void setTimer() {
    if (!isDone()) {
      timer = scheduler.loop.callAt(Duration.ofNanos(dueNanos), this);
    }
  }

  private void dropTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  @Override
  public void run() {
    running = true;
    try {
      if (periodNanos == 0) {
        super.run();
      } else if (runAndReset()) {
        runAgain();
      }
    } finally {
      running = false;
      if (isDone()) {
        scheduler.ended(this);
      }
    }
  }

  private void runAgain() {
    if (scheduler.isShutdown()) {
      cancel(false);
      return;
    }
    dueNanos =
        periodNanos > 0 ? dueNanos + periodNanos : scheduler.loop.time().toNanos() - periodNanos;
    setTimer();
  }

  @Override
  protected void setException(Throwable thrown) {
    super.setException(thrown);
    if (command != null || Failures.isFatal(thrown)) {
      scheduler.loop.callExceptionHandler(
          ExceptionContext.of("Exception in callback " + Failures.describe(given()), thrown));
    }
  }

  /** Whoever cancels it while it runs is not the one to say that it has ended. */
  @Override
  protected void done() {
    if (isCancelled()) {
      if (scheduler.loop.isCurrent()) {
        dropTimer();
      } else {
        scheduler.loop.callSoonThreadsafeUnlessClosed(this::dropTimer);
      }
    }
    if (!running) {
      scheduler.ended(this);
    }
  }

  @Override
  public V get() throws InterruptedException, ExecutionException {
    checkMayWait();
    return super.get();
  }

  @Override
  public V get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    checkMayWait();
    return super.get(timeout, unit);
  }

  private void checkMayWait() {
    if (!isDone()) {
      scheduler.loop.outsideWaits.checkMayWait();
    }
  }

  @Override
  public boolean isPeriodic() {
    return periodNanos != 0;
  }

  @Override
  public long getDelay(TimeUnit unit) {
    return unit.convert(dueNanos - scheduler.loop.time().toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public int compareTo(Delayed other) {
    return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
  }
}
