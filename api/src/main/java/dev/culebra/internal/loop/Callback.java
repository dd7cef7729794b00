// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Context;
import dev.culebra.ExceptionContext;
import dev.culebra.Handle;
import org.jspecify.annotations.Nullable;

/** Runs a user's callback once, unless it is cancelled before. */
final class Callback implements Handle, Ready {

  private static final Runnable CANCELLED = Callback::doNothing;

  private final SelectorLoop loop;
  private Surroundings surroundings;

  /** Null once it has run. */
  private @Nullable Runnable action;

  Callback(SelectorLoop loop, Runnable action, Surroundings surroundings) {
    this.loop = loop;
    this.action = action;
    this.surroundings = surroundings;
  }

  private static void doNothing() {}

  @Override
  public void cancel() {
    loop.checkThread();
    if (action != null) {
      action = CANCELLED;
    }
  }

  @Override
  public boolean cancelled() {
    return action == CANCELLED;
  }

  @Override
  public Context getContext() {
    LoopContext context = surroundings.asContext();
    surroundings = context;
    return context;
  }

  /** What it runs, or itself if there is nothing left to run. */
  Object subject() {
    Runnable todo = action;
    return todo == null || todo == CANCELLED ? this : todo;
  }

  @Override
  public void run() {
    Runnable todo = action;
    if (todo != null && todo != CANCELLED) {
      action = null;
      runGuarded(loop, this, todo, surroundings);
    }
  }

  /** Runs an action; what it throws goes to the exception handler, what is fatal ends the run. */
  // whatever a callback throws must not end the loop
  static void runGuarded(
      SelectorLoop loop, Handle handle, Runnable action, Surroundings surroundings) {
    loop.enter(surroundings);
    try {
      action.run();
    } catch (Throwable t) {
      loop.callExceptionHandler(
          ExceptionContext.of("Exception in callback " + Failures.describe(action), t)
              .withHandle(handle)
              .withSourceTraceback(TracedAction.originOf(action)));
    }
  }

  @Override
  public String toString() {
    return "Handle[" + (cancelled() ? "cancelled" : describe(action)) + "]";
  }

  /** What a handle is to run, and where it was made if that was noted. */
  static String describe(@Nullable Runnable action) {
    return action == null
        ? "has run"
        : Failures.describe(action) + Stacks.place(", created at ", TracedAction.originOf(action));
  }
}
