// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Awaitable;
import dev.culebra.Handle;
import dev.culebra.LoopFuture;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Gives futures one after another as they get done: asyncio's {@code as_completed}. */
public final class Completions<T extends @Nullable Object> implements Iterator<LoopFuture<T>> {

  private final SelectorLoop loop;
  private final Set<LoopFuture<T>> todo = new LinkedHashSet<>();
  private final ArrayDeque<LoopFuture<T>> completed = new ArrayDeque<>();
  private final ArrayDeque<LoopFuture<@Nullable Void>> getters = new ArrayDeque<>();
  private final Consumer<LoopFuture<T>> futureDone = this::futureDone;
  private @Nullable Handle timer;

  /** How many were not done when time was up. */
  private int late;

  private int unclaimed;

  private Completions(SelectorLoop loop) {
    this.loop = loop;
  }

  /** Starts what is not started. The iterable has one iterator. */
  public static <T extends @Nullable Object> Iterable<LoopFuture<T>> of(
      SelectorLoop loop,
      Collection<? extends Awaitable<T>> awaitables,
      @Nullable Duration timeout) {
    Completions<T> completions = new Completions<>(loop);
    completions.start(awaitables, timeout);
    return () -> completions;
  }

  private void start(Collection<? extends Awaitable<T>> awaitables, @Nullable Duration timeout) {
    Futures.require(loop, awaitables);
    for (Awaitable<T> awaitable : awaitables) {
      todo.add(loop.ensureFuture(awaitable)); // a set: a future that is given twice comes once
    }
    unclaimed = todo.size();
    todo.forEach(future -> future.addDoneCallback(futureDone));
    if (timeout != null && !todo.isEmpty()) {
      timer = loop.callLater(timeout, this::timeIsUp);
    }
  }

  private void futureDone(LoopFuture<T> future) {
    if (!todo.remove(future)) {
      return; // it got done in the very iteration in which time was up
    }
    completed.add(future);
    wakeNext();
    if (todo.isEmpty() && timer != null) {
      timer.cancel();
    }
  }

  private void timeIsUp() {
    for (LoopFuture<T> future : todo) {
      future.removeDoneCallback(futureDone);
      late++;
      wakeNext();
    }
    todo.clear();
  }

  private void wakeNext() {
    for (LoopFuture<@Nullable Void> getter; (getter = getters.poll()) != null; ) {
      if (!getter.done()) {
        getter.setResult(null);
        return;
      }
    }
  }

  @Override
  public boolean hasNext() {
    return unclaimed > 0;
  }

  @Override
  public LoopFuture<T> next() {
    if (unclaimed == 0) {
      throw new NoSuchElementException("all futures were given, or others wait for the last ones");
    }
    unclaimed--;
    try {
      awaitOne();
    } catch (Throwable t) {
      unclaimed++;
      throw Rethrow.<RuntimeException>sneaky(t);
    }
    LoopFuture<T> next = completed.poll();
    if (next == null) {
      late--;
      throw Rethrow.<RuntimeException>sneaky(
          new TimeoutException("the time limit has passed before all were done"));
    }
    return next;
  }

  private boolean hasReady() {
    return !completed.isEmpty() || late > 0;
  }

  private void awaitOne() throws Exception {
    while (!hasReady()) {
      LoopFuture<@Nullable Void> getter = loop.createFuture();
      getters.add(getter);
      try {
        getter.await();
      } catch (Throwable t) {
        getter.cancel();
        getters.remove(getter);
        if (!getter.cancelled() && hasReady()) {
          wakeNext(); // this task was woken and then cancelled: another gets what it was woken for
        }
        throw t;
      }
    }
  }
}
