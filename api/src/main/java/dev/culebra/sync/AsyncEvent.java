// SPDX-License-Identifier: Apache-2.0
package dev.culebra.sync;

import dev.culebra.LoopFuture;
import dev.culebra.spi.LoopThread;

/**
 * Tells any number of tasks that something has happened (asyncio's Event).
 *
 * <p>Not for passing a value or a failure along with the news: use a {@link LoopFuture}. From another
 * thread, {@code loop.callSoonThreadsafe(event::set)}.
 *
 * <p><b>Threading</b>: not thread-safe; it belongs to the loop on which a task first had to wait for it.
 */
@LoopThread
public final class AsyncEvent {

  private final WaitQueue waiters = new WaitQueue(new LoopBinding());
  private boolean set;

  /** Makes an event that is not set. */
  public AsyncEvent() {}

  /**
   * Tells whether this event is set.
   *
   * @return whether {@link #set} was called, and {@link #clear} not since
   */
  public boolean isSet() {
    return set;
  }

  /** Sets this event and wakes all the tasks that wait for it, in the order they came. */
  public void set() {
    if (!set) {
      waiters.wakeAll(); // first: another thread than the loop's is refused here
      set = true;
    }
  }

  /**
   * Takes {@link #set} back, so that {@link #await} waits again. Tasks that were woken already return
   * from theirs all the same.
   */
  public void clear() {
    set = false;
  }

  /**
   * Waits until this event is set; returns at once if it is (asyncio's {@code wait}).
   *
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled while it waits
   * @throws IllegalStateException if it has to wait and the caller is not a task, or is one of another
   *     loop than the tasks that waited before
   */
  public void await() {
    if (!set) {
      waiters.await(waiters.join(this));
    }
  }

  /** Describes its state and how many wait. */
  @Override
  public String toString() {
    return "AsyncEvent[" + (set ? "set" : "unset") + waiters.describe("waiters") + "]";
  }
}
