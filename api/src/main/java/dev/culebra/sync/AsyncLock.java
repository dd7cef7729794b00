// SPDX-License-Identifier: Apache-2.0
package dev.culebra.sync;

import dev.culebra.LoopFuture;
import dev.culebra.spi.LoopThread;
import org.jspecify.annotations.Nullable;

/**
 * Lets one task at a time past (asyncio's Lock).
 *
 * <p>Not for data that tasks touch between two waits, which needs no lock; and not between threads, for
 * which there is {@link java.util.concurrent.locks.ReentrantLock}.
 *
 * <p>It is fair: tasks get it in the order they asked. It is not reentrant: a task that asks again for
 * what it holds waits for itself, for ever. It has no owner: any task or callback may release it.
 *
 * <p><b>Threading</b>: not thread-safe; it belongs to the loop on which a task first had to wait for it.
 */
@LoopThread
public final class AsyncLock {

  private final WaitQueue waiters = new WaitQueue(new LoopBinding());
  private boolean locked;

  /** Makes a lock that nobody holds. */
  public AsyncLock() {}

  /**
   * Tells whether a task holds this lock. One that was released while others wait is free until the
   * first of them has run, but {@link #acquire} would wait for its turn behind them.
   *
   * @return whether it is held
   */
  public boolean locked() {
    return locked;
  }

  /**
   * Takes this lock, and waits while another task holds it or is before this one in line.
   *
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled while it waits;
   *     it does not hold the lock then
   * @throws IllegalStateException if it has to wait and the caller is not a task, or is one of another
   *     loop than the tasks that waited before
   */
  public void acquire() {
    if (!locked && !waiters.isWaiting()) {
      locked = true;
      return;
    }
    LoopFuture<@Nullable Void> place = waiters.join(this);
    try {
      waiters.await(place);
    } catch (Throwable t) {
      // The release that woke this task has woken nobody else, nor did one that found it cancelled.
      if (!locked) {
        waiters.wakeHead();
      }
      throw t;
    }
    locked = true;
  }

  /**
   * Takes this lock as {@link #acquire} does, to be released by try-with-resources (asyncio's {@code
   * async with lock}).
   *
   * @return what releases it
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled while it waits
   * @throws IllegalStateException if it has to wait and the caller is not a task of the loop that this
   *     lock belongs to
   */
  public Permit enter() {
    acquire();
    return new Permit(this::release);
  }

  /**
   * Gives this lock back, and wakes the task that has waited longest.
   *
   * @throws IllegalStateException if nobody holds it
   */
  public void release() {
    if (!locked) {
      throw new IllegalStateException(
          "Lock is not acquired: call release() once for each acquire()");
    }
    locked = false;
    waiters.wakeHead();
  }

  /** Describes its state and how many wait. */
  @Override
  public String toString() {
    return "AsyncLock[" + (locked ? "locked" : "unlocked") + waiters.describe("waiters") + "]";
  }
}
