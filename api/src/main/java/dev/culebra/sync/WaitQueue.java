// SPDX-License-Identifier: Apache-2.0
package dev.culebra.sync;

import dev.culebra.LoopFuture;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the tasks that wait for something, in the order they came.
 *
 * <p>Each is a future. It is <em>pending</em>; or <em>woken</em>, with a result; or <em>cancelled</em>.
 * The latter two stay in line until their task has its next step, so that nobody overtakes a task that
 * is about to run. A task that was woken may still be cancelled before that step: its future says woken,
 * and its wait throws. Whoever uses this must then pass the wake-up on.
 */
final class WaitQueue {

  private final LoopBinding binding;
  private final ArrayDeque<LoopFuture<@Nullable Void>> waiters = new ArrayDeque<>(1);

  WaitQueue(LoopBinding binding) {
    this.binding = binding;
  }

  /**
   * Puts the calling task in line.
   *
   * @param owner what it is to wait for, for messages
   * @return its place, to be given to {@link #await} or {@link #awaitRemoved}
   */
  LoopFuture<@Nullable Void> join(Object owner) {
    LoopFuture<@Nullable Void> place = binding.bind(owner).createFuture();
    waiters.add(place);
    return place;
  }

  /** Waits until the task in this place is woken. However that ends, the place is given up. */
  void await(LoopFuture<@Nullable Void> place) {
    try {
      park(place);
    } finally {
      waiters.removeFirstOccurrence(place);
    }
  }

  /** The same where only {@link #wakeAndRemove} wakes: a task that was woken has left the line. */
  void awaitRemoved(LoopFuture<@Nullable Void> place) {
    try {
      park(place);
    } catch (Throwable t) {
      waiters.removeFirstOccurrence(place);
      throw t;
    }
  }

  private static void park(LoopFuture<@Nullable Void> place) {
    try {
      place.await();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("a place in line is woken or cancelled, it never fails", e);
    }
  }

  /** Wakes the first task in line, unless it is woken or cancelled already and has yet to run. */
  void wakeHead() {
    LoopFuture<@Nullable Void> head = waiters.peek();
    if (head != null && !head.done()) {
      head.setResult(null);
    }
  }

  /**
   * Wakes those that came first among those that are not woken yet.
   *
   * @param most how many to wake at most
   * @return how many were woken
   */
  int wake(int most) {
    int woken = 0;
    if (!waiters.isEmpty()) {
      for (LoopFuture<@Nullable Void> place : waiters) {
        if (woken >= most) {
          break;
        }
        if (!place.done()) {
          place.setResult(null);
          woken++;
        }
      }
    }
    return woken;
  }

  void wakeAll() {
    wake(Integer.MAX_VALUE);
  }

  /** Wakes the first task that can be woken, and takes it out of the line; false if there is none. */
  boolean wakeAndRemove() {
    for (LoopFuture<@Nullable Void> place; (place = waiters.peek()) != null; waiters.remove()) {
      if (!place.done()) {
        place.setResult(null); // first: another thread than the loop's is refused here
        waiters.remove();
        return true;
      }
    }
    return false;
  }

  /** Whether a newcomer would overtake somebody. */
  boolean isWaiting() {
    if (!waiters.isEmpty()) {
      for (LoopFuture<@Nullable Void> place : waiters) {
        if (!place.cancelled()) {
          return true;
        }
      }
    }
    return false;
  }

  /** Tells how many are in line, if any, to end the description of an object. */
  String describe(String label) {
    return waiters.isEmpty() ? "" : ", " + label + ":" + waiters.size();
  }
}
