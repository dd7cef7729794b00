// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import org.jspecify.annotations.Nullable;

/** Stands for what a parked task waits for. */
public interface Waitable {

  /**
   * Ends a task's wait because the task is being cancelled.
   *
   * @param task the task, which is parked on this
   * @param message the cancellation's message
   * @return true if this was itself cancelled and wakes the task; false if it has forgotten the task,
   *     which the caller must wake
   */
  boolean cancelWait(LoopTask<?> task, @Nullable String message);

  /**
   * Tells, after {@link #cancelWait} has returned false, whether this still has the task and is about to
   * wake it, so that the caller must not.
   *
   * @return whether the task is to wait on
   */
  default boolean wakesSoon() {
    return false;
  }
}
