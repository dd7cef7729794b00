// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Context;
import dev.culebra.Handle;

/** Runs a user's callback whenever it is told to, until it is cancelled. */
public final class RepeatingCallback implements Handle, Ready {

  private final SelectorLoop loop;
  private final Runnable action;
  private final LoopContext context = new LoopContext(LoopContext.capture());
  private boolean queued;
  private boolean cancelled;

  RepeatingCallback(SelectorLoop loop, Runnable action) {
    this.loop = loop;
    this.action = action;
  }

  /** Gives it a turn, unless it has one already. Called while the loop polls, too. */
  public void enqueue() {
    if (!queued && !cancelled) {
      queued = true;
      loop.enqueue(this);
    }
  }

  @Override
  public void run() {
    queued = false;
    if (!cancelled) {
      Callback.runGuarded(loop, this, action, context);
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
  }

  @Override
  public boolean cancelled() {
    return cancelled;
  }

  @Override
  public Context getContext() {
    return context;
  }

  @Override
  public String toString() {
    return "Handle[" + (cancelled ? "cancelled" : Callback.describe(action)) + "]";
  }
}
