// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Awaitable;
import dev.culebra.LoopFuture;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Has what the combinators have in common. */
final class Futures {

  private Futures() {}

  /** Looks at awaitables before the first is made a task, so that an exception leaves none behind. */
  static void require(SelectorLoop loop, Collection<? extends Awaitable<?>> awaitables) {
    for (Awaitable<?> awaitable : awaitables) {
      Objects.requireNonNull(awaitable, "awaitable");
      if (awaitable instanceof LoopFuture<?> future) {
        loop.ensureFuture(future);
      }
    }
  }

  /** What a future that is done failed with, its cancellation being a failure; null if nothing. */
  static @Nullable Throwable failureOf(LoopFuture<?> future) {
    return future.cancelled() ? cancellationOf(future) : future.exception();
  }

  /** What those who await a cancelled future get; one without a message if it was not cancelled. */
  static CancellationException cancellationOf(LoopFuture<?> future) {
    if (future.cancelled()) {
      try {
        future.exception();
      } catch (CancellationException e) {
        return e;
      }
    }
    return new CancellationException();
  }

  /** The result of a future that is known to have one. */
  static <T extends @Nullable Object> T resultOf(LoopFuture<? extends T> future) {
    try {
      return future.result();
    } catch (Exception e) {
      throw new AssertionError("it has a result", e);
    }
  }

  /** Wakes who awaits a future that has no result. */
  static void release(LoopFuture<@Nullable Void> waiter) {
    if (!waiter.done()) {
      waiter.setResult(null);
    }
  }
}
