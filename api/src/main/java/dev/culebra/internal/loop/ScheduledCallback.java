// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.TimerHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Runs a user's callback once when its time has come, unless it is cancelled before. */
final class ScheduledCallback extends Deadline implements TimerHandle, Ready {

  private final SelectorLoop loop;
  private @Nullable Runnable action;
  private boolean cancelled;

  ScheduledCallback(SelectorLoop loop, long deadlineNanos, Runnable action) {
    super(deadlineNanos);
    this.loop = loop;
    this.action = action;
  }

  @Override
  void due() {
    loop.enqueue(this);
  }

  @Override
  public void cancel() {
    if (action != null) {
      action = null;
      cancelled = true;
      loop.timers.remove(this);
    }
  }

  @Override
  public boolean cancelled() {
    return cancelled;
  }

  @Override
  public Duration when() {
    return Duration.ofNanos(deadlineNanos - loop.originNanos);
  }

  @Override
  public void run() {
    Runnable todo = action;
    if (todo != null) {
      action = null;
      Callback.runGuarded(loop, this, todo);
    }
  }

  @Override
  public String toString() {
    return "TimerHandle[when="
        + when()
        + ", "
        + (action != null ? SelectorLoop.describe(action) : cancelled ? "cancelled" : "done")
        + "]";
  }
}
