// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Awaitable;
import dev.culebra.LoopFuture;
import dev.culebra.TaskOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Awaits one awaitable under a time limit: asyncio's {@code wait_for}. */
public final class WaitFor {

  private WaitFor() {}

  public static <T extends @Nullable Object> T run(
      SelectorLoop loop, Awaitable<T> awaitable, @Nullable Duration timeout)
      throws TimeoutException, Exception {
    Objects.requireNonNull(awaitable, "awaitable");
    if (timeout == null || timeout.isPositive()) {
      return TimeLimit.after(loop, timeout).run(awaitable);
    }
    return withoutWaiting(loop, awaitable);
  }

  private static <T extends @Nullable Object> T withoutWaiting(
      SelectorLoop loop, Awaitable<T> awaitable) throws TimeoutException, Exception {
    loop.requireTask();
    LoopFuture<T> future = awaitable instanceof LoopFuture<T>
        ? loop.ensureFuture(awaitable)
        : loop.createTask(awaitable, TaskOptions.DEFAULT.withEagerStart(false));
    if (future.done()) {
      return future.result();
    }
    cancelAndWait(loop, future);
    try {
      return future.result();
    } catch (CancellationException e) {
      TimeoutException timeout = new TimeoutException("the time limit has passed");
      timeout.initCause(e);
      throw timeout;
    }
  }

  /** Waits beside the future: a task's cancellation must not pass for the future's own. */
  private static <T extends @Nullable Object> void cancelAndWait(
      SelectorLoop loop, LoopFuture<T> future) throws Exception {
    LoopFuture<@Nullable Void> waiter = loop.createFuture();
    Consumer<LoopFuture<?>> release = new OnBehalf(waiter, done -> Futures.release(waiter));
    future.addDoneCallback(release);
    try {
      future.cancel();
      waiter.await();
    } finally {
      future.removeDoneCallback(release);
    }
  }
}
