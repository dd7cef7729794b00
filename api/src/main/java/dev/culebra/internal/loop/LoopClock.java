// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.spi.AnyThread;
import java.util.function.LongSupplier;

/**
 * Tells a loop the time, and how long to wait when it has nothing to do. A test's clock moves on
 * instead of having the loop wait.
 */
@FunctionalInterface
public interface LoopClock extends LongSupplier {

  /** The clock of every loop that is not tested. */
  LoopClock SYSTEM = System::nanoTime;

  /** The time in nanoseconds, as {@link System#nanoTime} has it. */
  @Override
  @AnyThread
  long getAsLong();

  /**
   * Read once. Not negative: before the loop calls {@link #waitNanos}, it makes sure that there is
   * nothing to do, and for that looks at its sockets, for so long in real time if it has any open.
   * Negative: it does not.
   */
  default long settleNanos() {
    return -1;
  }

  /**
   * Called when the loop is about to wait.
   *
   * @param timeoutNanos how long it would wait for its next timer; negative if it has none
   * @return how long it is to wait; 0 to look again at once; negative to wait without limit
   */
  default long waitNanos(long timeoutNanos) {
    return timeoutNanos;
  }

  /** Something that will come back to the loop goes on elsewhere until {@link #release}. */
  @AnyThread
  default void hold() {}

  /** What {@link #hold} announced has come back, or will not. */
  @AnyThread
  default void release() {}
}
