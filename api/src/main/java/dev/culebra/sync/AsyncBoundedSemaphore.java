// SPDX-License-Identifier: Apache-2.0
package dev.culebra.sync;

import dev.culebra.spi.LoopThread;

/**
 * Lets a number of tasks at a time past, and refuses a release too many (asyncio's BoundedSemaphore).
 *
 * <p><b>Threading</b>: not thread-safe; it belongs to the loop on which a task first had to wait for it.
 */
@LoopThread
public final class AsyncBoundedSemaphore extends AsyncSemaphore {

  private final int bound;

  /** Makes a semaphore with one permit. */
  public AsyncBoundedSemaphore() {
    this(1);
  }

  /**
   * Makes a semaphore.
   *
   * @param value how many permits it has, and never more than those
   * @throws IllegalArgumentException if it is negative
   */
  public AsyncBoundedSemaphore(int value) {
    super(value);
    bound = value;
  }

  /**
   * Gives a permit back, and wakes the task that has waited longest.
   *
   * @throws IllegalStateException if all permits are there already; asyncio's is a ValueError, but here
   *     no argument is wrong
   */
  @Override
  public void release() {
    if (value() >= bound) {
      throw new IllegalStateException(
          "BoundedSemaphore released too many times: call release() once for each acquire()");
    }
    super.release();
  }
}
