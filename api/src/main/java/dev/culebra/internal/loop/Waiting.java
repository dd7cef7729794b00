// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Handle;
import dev.culebra.LoopFuture;
import dev.culebra.ReturnWhen;
import dev.culebra.WaitResult;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Waits until some of several futures are done: asyncio's {@code wait}. */
public final class Waiting {

  private final ReturnWhen returnWhen;
  private final LoopFuture<@Nullable Void> waiter;
  private @Nullable Handle timer;
  private int left;

  private Waiting(SelectorLoop loop, ReturnWhen returnWhen, int left) {
    this.returnWhen = returnWhen;
    this.left = left;
    this.waiter = loop.createFuture();
  }

  public static <T extends @Nullable Object> WaitResult<T> run(
      SelectorLoop loop,
      Collection<? extends LoopFuture<? extends T>> futures,
      @Nullable Duration timeout,
      ReturnWhen returnWhen) {
    Objects.requireNonNull(returnWhen, "returnWhen");
    Futures.require(loop, futures);
    loop.requireTask();
    Set<LoopFuture<? extends T>> distinct = new LinkedHashSet<>(futures);
    if (distinct.isEmpty()) {
      throw new IllegalArgumentException("there is no future to wait for");
    }
    new Waiting(loop, returnWhen, distinct.size()).await(loop, distinct, timeout);
    return sorted(distinct);
  }

  private <T extends @Nullable Object> void await(
      SelectorLoop loop, Set<LoopFuture<? extends T>> futures, @Nullable Duration timeout) {
    if (timeout != null) {
      timer = loop.callLater(timeout, () -> Futures.release(waiter));
    }
    Consumer<LoopFuture<?>> futureDone = new OnBehalf(waiter, this::futureDone);
    for (LoopFuture<? extends T> future : futures) {
      future.addDoneCallback(futureDone);
    }
    try {
      waiter.await();
    } catch (Exception e) {
      throw Rethrow.<RuntimeException>sneaky(e); // it has no failure: the task was cancelled
    } finally {
      cancelTimer();
      for (LoopFuture<? extends T> future : futures) {
        future.removeDoneCallback(futureDone);
      }
    }
  }

  private void futureDone(LoopFuture<?> future) {
    left--;
    if (left <= 0 || returnWhen == ReturnWhen.FIRST_COMPLETED || isAwaitedFailure(future)) {
      cancelTimer();
      Futures.release(waiter);
    }
  }

  private boolean isAwaitedFailure(LoopFuture<?> future) {
    return returnWhen == ReturnWhen.FIRST_EXCEPTION
        && !future.cancelled()
        && future.exception() != null;
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel();
    }
  }

  private static <T extends @Nullable Object> WaitResult<T> sorted(
      Set<LoopFuture<? extends T>> futures) {
    Set<LoopFuture<? extends T>> done = new LinkedHashSet<>();
    Set<LoopFuture<? extends T>> pending = new LinkedHashSet<>();
    futures.forEach(future -> (future.done() ? done : pending).add(future));
    return new WaitResult<>(
        Collections.unmodifiableSet(done), Collections.unmodifiableSet(pending));
  }
}
