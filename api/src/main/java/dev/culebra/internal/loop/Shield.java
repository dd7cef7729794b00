// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Awaitable;
import dev.culebra.LoopFuture;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Follows a future, and does not pass a cancellation on to it: asyncio's {@code shield}. */
public final class Shield {

  private Shield() {}

  public static <T extends @Nullable Object> LoopFuture<T> of(
      SelectorLoop loop, Awaitable<T> awaitable) {
    LoopFuture<T> inner = loop.ensureFuture(Objects.requireNonNull(awaitable, "awaitable"));
    if (inner.done()) {
      return inner;
    }
    LoopFuture<T> outer = loop.createFuture();
    Consumer<LoopFuture<?>> innerDone = new OnBehalf(outer, done -> copy(inner, outer));
    inner.addDoneCallback(innerDone);
    outer.addDoneCallback(done -> inner.removeDoneCallback(innerDone));
    return outer;
  }

  private static <T extends @Nullable Object> void copy(LoopFuture<T> inner, LoopFuture<T> outer) {
    if (outer.done()) {
      // both ended in one iteration, and nobody awaits the failure any more
      Futures.failureOf(inner);
    } else if (inner.cancelled()) {
      outer.cancel();
    } else {
      Throwable failure = inner.exception();
      if (failure != null) {
        outer.setException(failure);
      } else {
        outer.setResult(Futures.resultOf(inner));
      }
    }
  }
}
