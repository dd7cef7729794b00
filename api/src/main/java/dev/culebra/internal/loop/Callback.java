// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.ExceptionContext;
import dev.culebra.Handle;
import org.jspecify.annotations.Nullable;

/** Runs a user's callback once, unless it is cancelled before. */
final class Callback implements Handle, Ready {

  private final SelectorLoop loop;
  private @Nullable Runnable action;
  private boolean cancelled;

  Callback(SelectorLoop loop, Runnable action) {
    this.loop = loop;
    this.action = action;
  }

  @Override
  public void cancel() {
    if (action != null) {
      action = null;
      cancelled = true;
    }
  }

  @Override
  public boolean cancelled() {
    return cancelled;
  }

  @Override
  public void run() {
    Runnable todo = action;
    if (todo != null) {
      action = null;
      runGuarded(loop, this, todo);
    }
  }

  /** Runs an action; what it throws goes to the exception handler, what is fatal ends the run. */
  // whatever a callback throws must not end the loop
  static void runGuarded(SelectorLoop loop, Handle handle, Runnable action) {
    try {
      action.run();
    } catch (Throwable t) {
      loop.callExceptionHandler(
          ExceptionContext.of("Exception in callback " + SelectorLoop.describe(action), t)
              .withHandle(handle));
    }
  }

  /** Whether a failure says that the JVM itself is broken, as asyncio's SystemExit escapes the loop. */
  static boolean isFatal(Throwable t) {
    return t instanceof VirtualMachineError && !(t instanceof StackOverflowError);
  }
}
