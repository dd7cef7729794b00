// SPDX-License-Identifier: Apache-2.0
package dev.culebra.sync;

import dev.culebra.spi.LoopThread;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Hands items from tasks to tasks, the least first (asyncio's PriorityQueue).
 *
 * <p>Items of equal priority come out in the order they were put, which asyncio leaves open. Tasks that
 * wait are served in the order they came, whatever they put.
 *
 * <p><b>Errors</b>: what the comparator throws comes out of {@link #put} and {@link #putNoWait}, and the
 * item is not added. By natural order, that is a {@link ClassCastException} for an item that has none,
 * and a {@link NullPointerException} for null.
 *
 * <p><b>Threading</b>: not thread-safe; it belongs to the loop on which a task first had to wait for it.
 *
 * @param <T> the type of the items
 */
@LoopThread
public final class AsyncPriorityQueue<T extends @Nullable Object> extends AsyncQueue<T> {

  /** Makes a queue without a limit, of items that are {@link Comparable}, by their natural order. */
  public AsyncPriorityQueue() {
    this(0);
  }

  /**
   * Makes a queue of items that are {@link Comparable}, by their natural order.
   *
   * @param maxsize how many items it holds at most; zero or negative means any number
   */
  public AsyncPriorityQueue(int maxsize) {
    this(maxsize, naturalOrder());
  }

  /**
   * Makes a queue without a limit.
   *
   * @param comparator says which of two items is to come first
   */
  public AsyncPriorityQueue(Comparator<? super T> comparator) {
    this(0, comparator);
  }

  /**
   * Makes a queue.
   *
   * @param maxsize how many items it holds at most; zero or negative means any number
   * @param comparator says which of two items is to come first
   */
  public AsyncPriorityQueue(int maxsize, Comparator<? super T> comparator) {
    super(maxsize, new Items.ByPriority<>(Objects.requireNonNull(comparator, "comparator")));
  }

  @SuppressWarnings(
      "unchecked") // as java.util.PriorityQueue: what is not Comparable is refused by put
  private static <T extends @Nullable Object> Comparator<T> naturalOrder() {
    return (Comparator<T>) (Comparator<?>) Comparator.naturalOrder();
  }
}
