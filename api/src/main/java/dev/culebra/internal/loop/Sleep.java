// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import org.jspecify.annotations.Nullable;

/** Wakes a task when its time has come: one object for each sleep, and no future. */
final class Sleep extends Deadline implements Waitable {

  private final LoopTask<?> task;

  Sleep(LoopTask<?> task, long deadlineNanos) {
    super(deadlineNanos);
    this.task = task;
  }

  @Override
  void due() {
    task.wake();
  }

  @Override
  public boolean cancelWait(LoopTask<?> sleeper, @Nullable String message) {
    sleeper.loop.timers.remove(this);
    return false;
  }

  @Override
  public String toString() {
    return "Sleep[" + task.getName() + "]";
  }
}
