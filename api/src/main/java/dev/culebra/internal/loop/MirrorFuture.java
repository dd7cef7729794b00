// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Awaitable;
import dev.culebra.LoopFuture;
import dev.culebra.spi.AnyThread;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Shows a future of a loop to other threads: ends as it does, and hands a cancellation back to it.
 *
 * <p>A loop that closes cancels it if the future is not done by then.
 */
final class MirrorFuture<T extends @Nullable Object> extends CompletableFuture<T> {

  private final SelectorLoop loop;
  private final Runnable ender = this::loopClosed;

  /** Touched on the loop only; null until there is one. */
  private @Nullable LoopFuture<T> source;

  MirrorFuture(SelectorLoop loop) {
    this.loop = loop;
  }

  /** Loop: shows a future that there is. */
  static <T extends @Nullable Object> CompletableFuture<T> of(Promise<T> future) {
    MirrorFuture<T> mirror = new MirrorFuture<>(future.loop);
    if (future.done()) {
      mirror.copy(future);
    } else {
      mirror.follow(future);
      mirror.endWithLoop();
    }
    return mirror;
  }

  /** Is to be done when the loop is closed, at the latest. */
  @AnyThread
  void endWithLoop() {
    if (!loop.outsideWaits.add(ender)) {
      loopClosed();
    }
  }

  /** Loop: starts a body and follows it. A cancellation that came first leaves it unstarted. */
  void start(Awaitable<T> body) {
    if (isDone()) {
      loop.outsideWaits.remove(ender);
      return;
    }
    try {
      follow(loop.ensureFuture(body));
    } catch (Throwable t) {
      loop.outsideWaits.remove(ender);
      completeExceptionally(t);
      throw t;
    }
  }

  /** Loop: ends as a future does. */
  void follow(LoopFuture<T> future) {
    source = future;
    future.addDoneCallback(done -> {
      loop.outsideWaits.remove(ender);
      copy(done);
    });
  }

  /** Takes over the outcome of a future that is done. */
  void copy(LoopFuture<? extends T> done) {
    if (done.cancelled()) {
      super.cancel(false);
      return;
    }
    Throwable failure = done.exception();
    if (failure != null) {
      completeExceptionally(failure);
      return;
    }
    try {
      complete(done.result());
    } catch (Exception e) {
      throw new AssertionError("it has a result", e);
    }
  }

  private void loopClosed() {
    LoopFuture<T> followed = source;
    if (followed != null && followed.done()) {
      copy(followed);
    } else {
      super.cancel(false);
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean wasDone = isDone();
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    if (cancelled && !wasDone) {
      loop.callSoonThreadsafeUnlessClosed(this::cancelSource);
    }
    return cancelled;
  }

  private void cancelSource() {
    if (source != null) {
      source.cancel();
    }
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    checkMayWait();
    return super.get();
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    checkMayWait();
    return super.get(timeout, unit);
  }

  @Override
  public T join() {
    checkMayWait();
    return super.join();
  }

  private void checkMayWait() {
    if (!isDone()) {
      loop.outsideWaits.checkMayWait();
    }
  }
}
