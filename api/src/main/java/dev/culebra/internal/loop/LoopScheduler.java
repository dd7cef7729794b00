// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.spi.AnyThread;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Shows a loop as a {@link ScheduledExecutorService}: what it is given runs as callbacks of the loop.
 *
 * <p>Shut down, it is {@link java.util.concurrent.ScheduledThreadPoolExecutor} as that is by default:
 * periodic tasks are cancelled, delayed ones still run. A thread that adds a task looks at the state
 * afterwards, one that changes the state looks at the tasks afterwards, so that neither needs a lock.
 */
@AnyThread
final class LoopScheduler extends AbstractExecutorService implements ScheduledExecutorService {

  final SelectorLoop loop;

  /** Tasks that wait or run. */
  private final Set<ScheduledWork<?>> pending = ConcurrentHashMap.newKeySet();

  private final CountDownLatch terminated = new CountDownLatch(1);
  private volatile boolean shutdown;

  LoopScheduler(SelectorLoop loop) {
    this.loop = loop;
  }

  // ---- tasks

  @Override
  public void execute(Runnable command) {
    ScheduledWork<?> work = command instanceof ScheduledWork<?> own && own.belongsTo(this)
        ? own
        : new ScheduledWork<>(this, Objects.requireNonNull(command, "command"));
    admit(work);
    loop.callSoonThreadsafeUnlessClosed(work);
  }

  @Override
  protected <T extends @Nullable Object> RunnableFuture<T> newTaskFor(Callable<T> callable) {
    return new ScheduledWork<>(this, callable, loop.time().toNanos(), 0);
  }

  @Override
  protected <T extends @Nullable Object> RunnableFuture<T> newTaskFor(Runnable runnable, T value) {
    return newTaskFor(Executors.callable(runnable, value));
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return schedule(Executors.callable(command), delay, unit);
  }

  @Override
  public <V extends @Nullable Object> ScheduledFuture<V> schedule(
      Callable<V> callable, long delay, TimeUnit unit) {
    Objects.requireNonNull(callable, "callable");
    return start(new ScheduledWork<>(this, callable, dueAfter(delay, unit), 0));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    return start(new ScheduledWork<>(
        this,
        Executors.callable(command),
        dueAfter(initialDelay, unit),
        requirePositive("period", period, unit)));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    return start(new ScheduledWork<>(
        this,
        Executors.callable(command),
        dueAfter(initialDelay, unit),
        -requirePositive("delay", delay, unit)));
  }

  private long dueAfter(long delay, TimeUnit unit) {
    return loop.time().toNanos() + Math.clamp(unit.toNanos(delay), 0, Long.MAX_VALUE / 2);
  }

  private static long requirePositive(String what, long value, TimeUnit unit) {
    if (value <= 0) {
      throw new IllegalArgumentException(what + " must be positive: " + value);
    }
    return Math.min(unit.toNanos(value), Long.MAX_VALUE / 4);
  }

  private <V extends @Nullable Object> ScheduledWork<V> start(ScheduledWork<V> work) {
    admit(work);
    work.start();
    return work;
  }

  private void admit(ScheduledWork<?> work) {
    boolean rejected = isShutdown();
    if (!rejected) {
      pending.add(work);
      rejected = !loop.outsideWaits.add(work.ender) || shutdown;
    }
    if (rejected) {
      ended(work);
      throw new RejectedExecutionException(
          loop.isClosed() ? "Event loop is closed" : "this view of the event loop is shut down");
    }
  }

  /** A task is done and does not run any more. */
  void ended(ScheduledWork<?> work) {
    pending.remove(work);
    loop.outsideWaits.remove(work.ender);
    noticeTermination();
  }

  // ---- several at once

  @Override
  public <T extends @Nullable Object> List<Future<T>> invokeAll(
      Collection<? extends Callable<T>> tasks) throws InterruptedException {
    loop.outsideWaits.checkMayWait();
    return super.invokeAll(tasks);
  }

  @Override
  public <T extends @Nullable Object> List<Future<T>> invokeAll(
      Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException {
    loop.outsideWaits.checkMayWait();
    return super.invokeAll(tasks, timeout, unit);
  }

  @Override
  public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks)
      throws InterruptedException, ExecutionException {
    try (First<T> first = new First<>(tasks)) {
      return first.result.get();
    }
  }

  @Override
  public <T extends @Nullable Object> T invokeAny(
      Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    try (First<T> first = new First<>(tasks)) {
      return first.result.get(timeout, unit);
    }
  }

  /** The first success of several tasks. The one of the JDK would not notice that the loop closes. */
  private final class First<T extends @Nullable Object> implements AutoCloseable {

    final CompletableFuture<T> result = new CompletableFuture<>();
    private final AtomicInteger left;
    private final List<Future<?>> started = new ArrayList<>();
    private final Runnable ender = this::loopClosed;

    First(Collection<? extends Callable<T>> tasks) {
      loop.outsideWaits.checkMayWait();
      if (tasks.isEmpty()) {
        throw new IllegalArgumentException("no tasks to choose from");
      }
      tasks.forEach(task -> Objects.requireNonNull(task, "task"));
      left = new AtomicInteger(tasks.size());
      if (!loop.outsideWaits.add(ender)) {
        ender.run();
      }
      try {
        tasks.forEach(task -> started.add(submit(() -> attempt(task))));
      } catch (RuntimeException e) {
        close();
        throw e;
      }
    }

    // whatever the last of them throws is the failure of all
    private void attempt(Callable<T> task) {
      if (result.isDone()) {
        return;
      }
      try {
        result.complete(task.call());
      } catch (Throwable t) {
        if (left.decrementAndGet() == 0) {
          result.completeExceptionally(t);
        }
      }
    }

    private void loopClosed() {
      result.completeExceptionally(new RejectedExecutionException("Event loop is closed"));
    }

    @Override
    public void close() {
      loop.outsideWaits.remove(ender);
      started.forEach(each -> each.cancel(false));
    }
  }

  // ---- the end

  @Override
  public void shutdown() {
    shutdown = true;
    for (ScheduledWork<?> work : pending) {
      if (work.isPeriodic()) {
        work.cancel(false);
      }
    }
    noticeTermination();
  }

  /** Cancels what waits; what runs is not interrupted, since that would be the loop. */
  @Override
  public List<Runnable> shutdownNow() {
    shutdown = true;
    List<Runnable> waiting = new ArrayList<>();
    for (ScheduledWork<?> work : pending) {
      if (!work.isRunning() && work.cancel(false)) {
        waiting.add(work.given());
      }
    }
    noticeTermination();
    return waiting;
  }

  @Override
  public boolean isShutdown() {
    return shutdown || loop.isClosed();
  }

  @Override
  public boolean isTerminated() {
    noticeTermination();
    return terminated.getCount() == 0;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    if (isTerminated()) {
      return true;
    }
    loop.outsideWaits.checkMayWait();
    Runnable ender = this::noticeTermination;
    if (!loop.outsideWaits.add(ender)) {
      noticeTermination();
    }
    try {
      return terminated.await(timeout, unit);
    } finally {
      loop.outsideWaits.remove(ender);
    }
  }

  private void noticeTermination() {
    if (isShutdown() && pending.isEmpty()) {
      terminated.countDown();
    }
  }

  @Override
  public String toString() {
    return "ScheduledExecutor["
        + loop
        + (isTerminated() ? ", terminated" : isShutdown() ? ", shut down" : "")
        + ", "
        + pending.size()
        + " tasks]";
  }
}
