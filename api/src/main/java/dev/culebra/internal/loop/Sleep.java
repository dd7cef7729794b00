// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Wakes a task when its time has come: one object for each sleep, and no future. As in asyncio, the
 * timer is one entry of the ready queue, and the task's step the next.
 */
final class Sleep extends Deadline implements Waitable, Ready {

  private final LoopTask<?> task;
  private boolean ended;

  private Sleep(LoopTask<?> task, long deadlineNanos) {
    super(deadlineNanos);
    this.task = task;
  }

  /** Parks a task for a time, or for one iteration if that is none. */
  static void sleep(LoopTask<?> task, Duration duration) {
    if (duration.isZero() || duration.isNegative()) {
      task.yieldToLoop();
    } else {
      Sleep sleep = new Sleep(task, task.loop.loopTime.deadlineAfter(duration));
      task.loop.timers.add(sleep);
      task.parkOn(sleep);
    }
  }

  @Override
  void due() {
    task.loop.enqueue(this);
  }

  /** The task may have been cancelled since it was due, and wait for something else. */
  @Override
  public void run() {
    if (!ended) {
      ended = true;
      task.wake();
    }
  }

  @Override
  public boolean cancelWait(LoopTask<?> sleeper, @Nullable String message) {
    ended = true;
    sleeper.loop.timers.remove(this);
    return false;
  }

  @Override
  public String toString() {
    return "Sleep[" + task.getName() + "]";
  }
}
