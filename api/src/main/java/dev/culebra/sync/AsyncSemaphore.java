// SPDX-License-Identifier: Apache-2.0
package dev.culebra.sync;

import dev.culebra.LoopFuture;
import dev.culebra.spi.LoopThread;
import org.jspecify.annotations.Nullable;

/**
 * Lets a number of tasks at a time past (asyncio's Semaphore).
 *
 * <p>Use {@link AsyncBoundedSemaphore} where a release too many would be a mistake, which is nearly
 * always.
 *
 * <p>It is fair: a newcomer does not overtake a task that waits, even if there is a permit to be had.
 *
 * <p><b>Threading</b>: not thread-safe; it belongs to the loop on which a task first had to wait for it.
 */
@LoopThread
public sealed class AsyncSemaphore permits AsyncBoundedSemaphore {

  private final WaitQueue waiters = new WaitQueue(new LoopBinding());
  private int value;

  /** Makes a semaphore with one permit. */
  public AsyncSemaphore() {
    this(1);
  }

  /**
   * Makes a semaphore.
   *
   * @param value how many permits it has; 0 means that {@link #acquire} waits for a {@link #release}
   * @throws IllegalArgumentException if it is negative
   */
  public AsyncSemaphore(int value) {
    if (value < 0) {
      throw new IllegalArgumentException("Semaphore initial value must be >= 0, but is " + value);
    }
    this.value = value;
  }

  /**
   * Tells whether {@link #acquire} would wait.
   *
   * @return whether there is no permit, or others wait already
   */
  public boolean locked() {
    return value == 0 || waiters.isWaiting();
  }

  /**
   * Takes a permit, and waits until there is one and nobody is before this task in line.
   *
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled while it waits;
   *     it has no permit then
   * @throws IllegalStateException if it has to wait and the caller is not a task, or is one of another
   *     loop than the tasks that waited before
   */
  public void acquire() {
    if (!locked()) {
      value--;
      return;
    }
    LoopFuture<@Nullable Void> place = waiters.join(this);
    try {
      waiters.await(place);
    } catch (Throwable t) {
      if (place.done() && !place.cancelled()) {
        value++; // whoever woke this task had taken a permit for it
      }
      throw t;
    } finally {
      // Permits that came back while this task was first in line, or that it gives back itself.
      while (value > 0 && wakeNext()) {}
    }
  }

  /**
   * Takes a permit as {@link #acquire} does, to be released by try-with-resources (asyncio's {@code
   * async with semaphore}).
   *
   * @return what releases it
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled while it waits
   * @throws IllegalStateException if it has to wait and the caller is not a task of the loop that this
   *     semaphore belongs to
   */
  public Permit enter() {
    acquire();
    return new Permit(this::release);
  }

  /**
   * Adds a permit, and wakes the task that has waited longest. It need not be one that was acquired.
   *
   * @throws IllegalStateException if there would be more than {@link Integer#MAX_VALUE}
   */
  public void release() {
    if (value == Integer.MAX_VALUE) {
      throw new IllegalStateException(
          "Semaphore has " + value + " permits, and takes no more: release only what was acquired");
    }
    value++;
    wakeNext();
  }

  /** Takes a permit, of which there is one, for the first task that is not woken yet. */
  private boolean wakeNext() {
    if (waiters.wake(1) == 0) {
      return false;
    }
    value--;
    return true;
  }

  /** How many permits nobody has. */
  final int value() {
    return value;
  }

  /** Describes its state and how many wait. */
  @Override
  public String toString() {
    return getClass().getSimpleName()
        + (locked() ? "[locked" : "[unlocked, value:" + value)
        + waiters.describe("waiters")
        + "]";
  }
}
