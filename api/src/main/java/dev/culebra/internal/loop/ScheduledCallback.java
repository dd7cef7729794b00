// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Context;
import dev.culebra.TimerHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Runs a user's callback once when its time has come, unless it is cancelled before. */
final class ScheduledCallback extends Deadline implements TimerHandle, Ready {

  private final SelectorLoop loop;
  private Surroundings surroundings;
  private @Nullable Runnable action;
  private boolean cancelled;

  ScheduledCallback(
      SelectorLoop loop, long deadlineNanos, Runnable action, Surroundings surroundings) {
    super(deadlineNanos);
    this.loop = loop;
    this.action = action;
    this.surroundings = surroundings;
  }

  @Override
  void due() {
    loop.enqueue(this);
  }

  @Override
  public void cancel() {
    loop.checkThread();
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
  public Context getContext() {
    LoopContext context = surroundings.asContext();
    surroundings = context;
    return context;
  }

  @Override
  public Duration when() {
    return loop.loopTime.sinceOrigin(deadlineNanos);
  }

  /** What it runs, or itself if there is nothing left to run. */
  Object subject() {
    Runnable todo = action;
    return todo == null ? this : todo;
  }

  @Override
  public void run() {
    Runnable todo = action;
    if (todo != null) {
      action = null;
      Callback.runGuarded(loop, this, todo, surroundings);
    }
  }

  @Override
  public String toString() {
    String state = cancelled ? "cancelled" : Callback.describe(action);
    return "TimerHandle[when=" + when() + ", " + state + "]";
  }
}
