// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs what a handle was made for, and remembers where that was; made in debug mode. */
record TracedAction(Runnable action, List<StackTraceElement> origin) implements Runnable {

  @Override
  public void run() {
    action.run();
  }

  /** Where an action was given to the loop; null if nobody took note. */
  static @Nullable List<StackTraceElement> originOf(@Nullable Runnable action) {
    return action instanceof TracedAction traced ? traced.origin : null;
  }

  @Override
  public String toString() {
    return action.toString();
  }
}
