// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Awaitable;
import dev.culebra.LoopFuture;
import dev.culebra.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Collects what several futures come to, in their order: asyncio's {@code gather}.
 *
 * @param <T> the type of the futures' results
 * @param <R> what is collected of each: its result, or its outcome
 */
public final class Gathering<T extends @Nullable Object, R extends @Nullable Object>
    extends Promise<List<R>> {

  private final boolean failuresAreOutcomes;
  private final Function<LoopFuture<? extends T>, R> collector;
  private final List<LoopFuture<? extends T>> children = new ArrayList<>();
  private int left;
  private boolean cancelRequested;

  private Gathering(
      SelectorLoop loop,
      boolean failuresAreOutcomes,
      Function<LoopFuture<? extends T>, R> collector) {
    super(loop);
    this.failuresAreOutcomes = failuresAreOutcomes;
    this.collector = collector;
  }

  /** The results in order; the first failure, a child's cancellation being one, is the whole's. */
  public static <T extends @Nullable Object> LoopFuture<List<T>> of(
      SelectorLoop loop, List<? extends Awaitable<? extends T>> awaitables) {
    return new Gathering<T, T>(loop, false, Futures::resultOf).start(awaitables);
  }

  /** The outcomes in order, whatever they are. */
  public static <T extends @Nullable Object> LoopFuture<List<Outcome<T>>> outcomes(
      SelectorLoop loop, List<? extends Awaitable<? extends T>> awaitables) {
    return new Gathering<T, Outcome<T>>(loop, true, Gathering::outcomeOf).start(awaitables);
  }

  private Gathering<T, R> start(List<? extends Awaitable<? extends T>> awaitables) {
    Futures.require(loop, awaitables);
    Set<LoopFuture<? extends T>> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
    List<LoopFuture<? extends T>> early = new ArrayList<>();
    try {
      for (Awaitable<? extends T> awaitable : awaitables) {
        LoopFuture<? extends T> child = loop.ensureFuture(awaitable);
        children.add(child);
        if (distinct.add(child)) {
          if (child.done()) {
            early.add(child);
          } else {
            child.addDoneCallback(new OnBehalf(this, this::childDone));
          }
        }
      }
    } catch (Throwable t) {
      cancelNow(null); // a task factory has failed: nobody will see this
      throw t;
    }
    left = distinct.size();
    early.forEach(this::childDone);
    if (children.isEmpty()) {
      succeed(List.of());
    }
    return this;
  }

  private void childDone(LoopFuture<?> child) {
    left--;
    if (done()) {
      Futures.failureOf(child); // it is the first one's shadow: nobody needs to be told
      return;
    }
    if (!failuresAreOutcomes) {
      Throwable failure = Futures.failureOf(child);
      if (failure != null) {
        fail(failure);
        return;
      }
    }
    if (left > 0) {
      return;
    }
    List<R> collected = new ArrayList<>(children.size());
    children.forEach(each -> collected.add(collector.apply(each)));
    if (cancelRequested) {
      fail(Futures.cancellationOf(child));
    } else {
      succeed(collected);
    }
  }

  private static <T extends @Nullable Object> Outcome<T> outcomeOf(LoopFuture<? extends T> child) {
    Throwable failure = Futures.failureOf(child);
    return failure == null
        ? new Outcome.Success<>(Futures.<T>resultOf(child))
        : new Outcome.Failure<>(failure);
  }

  /** Cancels the children. That they end ends this. */
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

  /** If all children are done, it is too late: the task gets its cancellation when this wakes it. */
  @Override
  public boolean cancelWait(LoopTask<?> task, @Nullable String message) {
    return cancel(message);
  }

  @Override
  public boolean wakesSoon() {
    return true;
  }
}
