// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Awaitable;
import dev.culebra.LoopFuture;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Collects the results of several futures in their order: asyncio's {@code gather}. */
public final class Gathering<T extends @Nullable Object> extends Promise<List<T>> {

  private final List<LoopFuture<? extends T>> children = new ArrayList<>();
  private final boolean outcomesOnly;
  private int left;
  private boolean cancelRequested;

  private Gathering(SelectorLoop loop, boolean outcomesOnly) {
    super(loop);
    this.outcomesOnly = outcomesOnly;
  }

  /** The results in order; the first failure, a child's cancellation being one, is the whole's. */
  public static <T extends @Nullable Object> LoopFuture<List<T>> of(
      SelectorLoop loop, List<? extends Awaitable<? extends T>> awaitables) {
    return new Gathering<T>(loop, false).start(awaitables);
  }

  /** Done when all are done, however they ended; the list is empty. */
  static <T extends @Nullable Object> LoopFuture<List<T>> outcomes(
      SelectorLoop loop, List<? extends Awaitable<? extends T>> awaitables) {
    return new Gathering<T>(loop, true).start(awaitables);
  }

  private Gathering<T> start(List<? extends Awaitable<? extends T>> awaitables) {
    IdentityHashMap<Awaitable<?>, LoopFuture<? extends T>> distinct = new IdentityHashMap<>();
    for (Awaitable<? extends T> awaitable : awaitables) {
      Objects.requireNonNull(awaitable, "awaitable");
      LoopFuture<? extends T> child = distinct.get(awaitable);
      if (child == null) {
        child = loop.ensureFuture(awaitable);
        distinct.put(awaitable, child);
      }
      children.add(child);
    }
    left = distinct.size();
    distinct.values().forEach(child -> child.addDoneCallback(new ChildDone(this)));
    if (left == 0) {
      succeed(List.of());
    }
    return this;
  }

  private record ChildDone(Gathering<?> parent) implements Consumer<LoopFuture<?>>, AwaitedBy {

    @Override
    public void accept(LoopFuture<?> child) {
      parent.childDone(child);
    }

    @Override
    public LoopFuture<?> awaiter() {
      return parent;
    }
  }

  private void childDone(LoopFuture<?> child) {
    left--;
    if (done()) {
      if (!child.cancelled()) {
        child.exception(); // a later failure is the first one's shadow: nobody needs to be told
      }
      return;
    }
    if (!outcomesOnly && !cancelRequested) {
      if (child.cancelled()) {
        fail(new CancellationException("a gathered task was cancelled"));
        return;
      }
      Throwable failure = child.exception();
      if (failure != null) {
        fail(failure);
        return;
      }
    }
    if (left == 0) {
      if (cancelRequested) {
        cancelNow(null);
      } else {
        succeed(outcomesOnly ? List.of() : results());
      }
    }
  }

  private List<T> results() {
    List<T> results = new ArrayList<>(children.size());
    for (LoopFuture<? extends T> child : children) {
      try {
        results.add(child.result());
      } catch (Exception e) {
        throw new AssertionError("every child has a result", e);
      }
    }
    return results;
  }

  /** Cancels the children; this is cancelled once they have all ended. */
  @Override
  public boolean cancel(@Nullable String message) {
    if (done()) {
      return false;
    }
    boolean any = false;
    for (LoopFuture<? extends T> child : children) {
      any |= child.cancel(message);
    }
    cancelRequested |= any;
    return any;
  }
}
