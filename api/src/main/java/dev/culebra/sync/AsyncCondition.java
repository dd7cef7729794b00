// SPDX-License-Identifier: Apache-2.0
package dev.culebra.sync;

import dev.culebra.LoopFuture;
import dev.culebra.spi.LoopThread;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Has tasks that hold a lock wait until another says that something has changed (asyncio's Condition).
 *
 * <p>Prefer {@link AsyncQueue} to hand things over, and {@link AsyncEvent} for what happens once.
 *
 * <pre>{@code
 * try (var _ = condition.enter()) {
 *     condition.awaitFor(() -> !stock.isEmpty());
 *     use(stock.remove());
 * }
 * }</pre>
 *
 * <p>asyncio's {@code wait}, {@code notify} and {@code notify_all} are {@link #await}, {@link #signal()}
 * and {@link #signalAll} here, as in {@link java.util.concurrent.locks.Condition}: {@link Object} has
 * those names for its monitor.
 *
 * <p><b>Threading</b>: not thread-safe; it belongs to the loop on which a task first had to wait for it.
 */
@LoopThread
public final class AsyncCondition {

  private final AsyncLock lock;
  private final WaitQueue waiters = new WaitQueue(new LoopBinding());

  /** Makes a condition with a lock of its own. */
  public AsyncCondition() {
    this(new AsyncLock());
  }

  /**
   * Makes a condition on a lock, which it may share with others.
   *
   * @param lock what {@link #acquire}, {@link #release} and {@link #await} are about
   */
  public AsyncCondition(AsyncLock lock) {
    this.lock = Objects.requireNonNull(lock, "lock");
  }

  /**
   * Tells whether a task holds the lock.
   *
   * @return what {@link AsyncLock#locked} says
   */
  public boolean locked() {
    return lock.locked();
  }

  /**
   * Takes the lock, as {@link AsyncLock#acquire} does.
   *
   * @throws CancellationException if the calling task is cancelled while it waits
   * @throws IllegalStateException if it has to wait and the caller is not a task of the loop that the
   *     lock belongs to
   */
  public void acquire() {
    lock.acquire();
  }

  /**
   * Takes the lock, to be released by try-with-resources (asyncio's {@code async with condition}).
   *
   * @return what releases it
   * @throws CancellationException if the calling task is cancelled while it waits
   * @throws IllegalStateException if it has to wait and the caller is not a task of the loop that the
   *     lock belongs to
   */
  public Permit enter() {
    return lock.enter();
  }

  /**
   * Gives the lock back.
   *
   * @throws IllegalStateException if nobody holds it
   */
  public void release() {
    lock.release();
  }

  /**
   * Releases the lock, waits for a signal, and takes the lock again (asyncio's {@code wait}). It may
   * return without a signal of its own, so look again whether what you wait for is so, or use {@link
   * #awaitFor}.
   *
   * @throws CancellationException if the calling task is cancelled. It holds the lock again all the
   *     same, and a signal that it may have had goes to another task
   * @throws IllegalStateException if nobody holds the lock, the caller is not a task, or it is one of
   *     another loop than the tasks that waited before
   */
  public void await() {
    if (!lock.locked()) {
      throw new IllegalStateException(
          "cannot wait on un-acquired lock: call acquire() or enter() before await()");
    }
    LoopFuture<@Nullable Void> place = waiters.join(this);
    lock.release();
    try {
      try {
        waiters.await(place);
      } catch (Throwable t) {
        reacquire(t);
        throw t;
      }
      reacquire(null);
    } catch (Throwable t) {
      // This task may have been woken, and will not look at what it was woken for.
      waiters.wake(1);
      throw t;
    }
  }

  /**
   * Takes the lock, whatever happens, and tells of a cancellation only then.
   *
   * @param ended what ended the wait, null for a signal; a later cancellation takes its place
   */
  private void reacquire(@Nullable Throwable ended) {
    CancellationException last = null;
    while (true) {
      try {
        lock.acquire();
        break;
      } catch (CancellationException e) {
        last = e;
      } catch (IllegalStateException e) {
        // The loop is closed, and this task is being unwound: that it is cancelled says more.
        Throwable cause = last == null ? ended : last;
        if (cause == null) {
          throw e;
        }
        cause.addSuppressed(e);
        break;
      }
    }
    if (last != null) {
      throw last;
    }
  }

  /**
   * Waits until something is so: looks, and looks again after every signal (asyncio's {@code wait_for}).
   * The lock must be held, and is whenever the predicate runs.
   *
   * @param predicate tells whether it is so
   * @throws CancellationException as {@link #await}
   * @throws IllegalStateException as {@link #await}, if it is not so at once
   */
  public void awaitFor(BooleanSupplier predicate) {
    while (!predicate.getAsBoolean()) {
      await();
    }
  }

  /**
   * Wakes the task that has waited longest (asyncio's {@code notify}). It goes on once the lock is
   * released.
   *
   * @throws IllegalStateException if nobody holds the lock
   */
  public void signal() {
    signal(1);
  }

  /**
   * Wakes the tasks that have waited longest (asyncio's {@code notify(n)}). They go on, one after the
   * other, once the lock is released.
   *
   * @param n how many to wake at most; zero or negative wakes none
   * @throws IllegalStateException if nobody holds the lock
   */
  public void signal(int n) {
    if (!lock.locked()) {
      throw new IllegalStateException(
          "cannot notify on un-acquired lock: call acquire() or enter() before signal()");
    }
    waiters.wake(n);
  }

  /**
   * Wakes all the tasks that wait (asyncio's {@code notify_all}).
   *
   * @throws IllegalStateException if nobody holds the lock
   */
  public void signalAll() {
    signal(Integer.MAX_VALUE);
  }

  /** Describes its lock's state and how many wait for a signal. */
  @Override
  public String toString() {
    return "AsyncCondition["
        + (lock.locked() ? "locked" : "unlocked")
        + waiters.describe("waiters")
        + "]";
  }
}
