// SPDX-License-Identifier: Apache-2.0
package dev.culebra.sync;

import dev.culebra.spi.LoopThread;
import org.jspecify.annotations.Nullable;

/**
 * Hands items from tasks to tasks, last in, first out (asyncio's LifoQueue).
 *
 * <p>Tasks that wait are served in the order they came, all the same.
 *
 * <p><b>Threading</b>: not thread-safe; it belongs to the loop on which a task first had to wait for it.
 *
 * @param <T> the type of the items
 */
@LoopThread
public final class AsyncLifoQueue<T extends @Nullable Object> extends AsyncQueue<T> {

  /** Makes a queue without a limit. */
  public AsyncLifoQueue() {
    this(0);
  }

  /**
   * Makes a queue.
   *
   * @param maxsize how many items it holds at most; zero or negative means any number
   */
  public AsyncLifoQueue(int maxsize) {
    super(maxsize, new Items.Lifo<>());
  }
}
