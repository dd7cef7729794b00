// SPDX-License-Identifier: Apache-2.0
package dev.culebra.sync;

import dev.culebra.LoopFuture;
import dev.culebra.spi.LoopThread;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands items from tasks that put them to tasks that get them, first in, first out (asyncio's Queue).
 *
 * <p>Not between threads, for which there is {@link java.util.concurrent.BlockingQueue}; a thread may put
 * by {@code loop.callSoonThreadsafe(() -> queue.putNoWait(item))}. {@link AsyncPriorityQueue} and {@link
 * AsyncLifoQueue} hand them out in other orders.
 *
 * <p>An item may be null, as None may be in asyncio's, if the type of the items says so. Tasks that wait
 * are served in the order they came.
 *
 * <pre>{@code
 * try {
 *     while (true) {
 *         handle(queue.get());
 *         queue.taskDone();
 *     }
 * } catch (QueueShutDownException e) {
 *     // the producer has called shutdown(), and all is handled
 * }
 * }</pre>
 *
 * <p><b>Threading</b>: not thread-safe; it belongs to the loop on which a task first had to wait for it.
 *
 * @param <T> the type of the items
 */
@LoopThread
public sealed class AsyncQueue<T extends @Nullable Object>
    permits AsyncLifoQueue, AsyncPriorityQueue {

  private final int maxsize;
  private final Items<T> items;
  private final LoopBinding binding = new LoopBinding();
  private final WaitQueue getters = new WaitQueue(binding);
  private final WaitQueue putters = new WaitQueue(binding);
  private final WaitQueue joiners = new WaitQueue(binding);
  private int unfinished;
  private boolean shutDown;

  /** Makes a queue without a limit. */
  public AsyncQueue() {
    this(0);
  }

  /**
   * Makes a queue.
   *
   * @param maxsize how many items it holds at most; zero or negative means any number
   */
  public AsyncQueue(int maxsize) {
    this(maxsize, new Items.Fifo<>());
  }

  AsyncQueue(int maxsize, Items<T> items) {
    this.maxsize = maxsize;
    this.items = items;
  }

  /**
   * How many items this queue holds at most.
   *
   * @return what it was made with; zero or negative means any number
   */
  public int maxsize() {
    return maxsize;
  }

  /**
   * How many items are in this queue.
   *
   * @return the count
   */
  public int qsize() {
    return items.size();
  }

  /**
   * Tells whether there is nothing to get.
   *
   * @return whether this queue is empty
   */
  public boolean empty() {
    return items.size() == 0;
  }

  /**
   * Tells whether there is no room.
   *
   * @return whether this queue holds {@link #maxsize} items; false if it has no limit
   */
  public boolean full() {
    return maxsize > 0 && items.size() >= maxsize;
  }

  // ---- items

  /**
   * Adds an item, and waits while there is no room.
   *
   * @param item what to add
   * @throws QueueShutDownException if this queue is shut down, before or while it waits
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled while it waits;
   *     the item was not added then
   * @throws IllegalStateException if it has to wait and the caller is not a task, or is one of another
   *     loop than the tasks that waited before
   */
  public void put(T item) {
    while (full()) {
      if (shutDown) {
        throw shutDownForPut();
      }
      awaitTurn(putters, this::full);
    }
    putNoWait(item);
  }

  /**
   * Adds an item, if there is room.
   *
   * @param item what to add
   * @throws QueueShutDownException if this queue is shut down
   * @throws QueueFullException if there is no room
   */
  public void putNoWait(T item) {
    if (shutDown) {
      throw shutDownForPut();
    }
    if (full()) {
      throw new QueueFullException(
          "queue is full with " + qsize() + " items; wait for room by put()");
    }
    items.add(item);
    unfinished++;
    getters.wakeAndRemove();
  }

  /**
   * Takes the next item, and waits while there is none.
   *
   * @return the item
   * @throws QueueShutDownException if this queue is shut down and empty, before or while it waits
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled while it waits;
   *     no item is lost
   * @throws IllegalStateException if it has to wait and the caller is not a task, or is one of another
   *     loop than the tasks that waited before
   */
  public T get() {
    while (empty()) {
      if (shutDown) {
        throw shutDownForGet();
      }
      awaitTurn(getters, this::empty);
    }
    return getNoWait();
  }

  /**
   * Takes the next item, if there is one.
   *
   * @return the item
   * @throws QueueShutDownException if this queue is shut down and empty
   * @throws QueueEmptyException if there is none
   */
  public T getNoWait() {
    if (empty()) {
      if (shutDown) {
        throw shutDownForGet();
      }
      throw new QueueEmptyException("queue is empty; wait for an item by get()");
    }
    T item = items.remove();
    putters.wakeAndRemove();
    return item;
  }

  private void awaitTurn(WaitQueue line, BooleanSupplier mustWait) {
    LoopFuture<@Nullable Void> place = line.join(this);
    try {
      line.awaitRemoved(place);
    } catch (Throwable t) {
      // If this task was woken, somebody else is to have what it was woken for.
      if (place.done() && !place.cancelled() && !mustWait.getAsBoolean()) {
        line.wakeAndRemove();
      }
      throw t;
    }
  }

  // ---- work

  /**
   * Tells that an item that was got is dealt with. {@link #join} waits for as many calls as there were
   * items.
   *
   * @throws IllegalStateException if there were as many calls as items; asyncio's is a ValueError, but
   *     here no argument is wrong
   */
  public void taskDone() {
    if (unfinished == 0) {
      throw new IllegalStateException(
          "taskDone() called too many times: call it once for each item got");
    }
    finish();
  }

  private void finish() {
    unfinished--;
    if (unfinished == 0) {
      joiners.wakeAll();
    }
  }

  /**
   * Waits until every item that was put is dealt with: got, and {@link #taskDone} called. Returns at once
   * if none is left.
   *
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled while it waits
   * @throws IllegalStateException if it has to wait and the caller is not a task, or is one of another
   *     loop than the tasks that waited before
   */
  public void join() {
    if (unfinished > 0) {
      joiners.await(joiners.join(this));
    }
  }

  /** Shuts this queue down, as {@link #shutdown(boolean) shutdown(false)}. */
  public void shutdown() {
    shutdown(false);
  }

  /**
   * Lets nothing more be put. What is in the queue can still be got; once it is empty, {@link #get}
   * throws {@link QueueShutDownException}. Tasks that wait to put get that at once, and so do those that
   * wait to get.
   *
   * @param immediate whether to drop what is in the queue, as if {@link #taskDone} had been called for
   *     each item
   */
  public void shutdown(boolean immediate) {
    shutDown = true;
    if (immediate) {
      while (!empty()) {
        items.remove();
        if (unfinished > 0) {
          finish();
        }
      }
    }
    while (getters.wakeAndRemove()) {}
    while (putters.wakeAndRemove()) {}
  }

  private static QueueShutDownException shutDownForPut() {
    return new QueueShutDownException("queue is shut down: it takes no more items");
  }

  private static QueueShutDownException shutDownForGet() {
    return new QueueShutDownException("queue is shut down and empty: no more items will come");
  }

  /** Describes its size, how many wait, and how many items are yet to be dealt with. */
  @Override
  public String toString() {
    return getClass().getSimpleName()
        + "[maxsize:"
        + maxsize
        + ", qsize:"
        + qsize()
        + getters.describe("getters")
        + putters.describe("putters")
        + joiners.describe("joiners")
        + (unfinished > 0 ? ", tasks:" + unfinished : "")
        + (shutDown ? ", shutdown" : "")
        + "]";
  }
}
