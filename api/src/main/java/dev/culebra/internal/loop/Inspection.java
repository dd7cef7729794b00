// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.ExceptionContext;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Looks into a loop, for the test kit. To be used where the loop's turn is, or while it does not run. */
public final class Inspection {

  private Inspection() {}

  /** Whether the calling thread runs this loop, or a task of it. */
  public static boolean isCurrent(SelectorLoop loop) {
    return loop.isCurrent();
  }

  /** Whether a task is neither done nor waiting on the loop. Asked while the loop has the turn. */
  public static boolean hasTaskBlockedOutside(SelectorLoop loop) {
    return loop.tasks.anyRunning();
  }

  /** The timers that are set, the earliest first. */
  public static List<String> timers(SelectorLoop loop) {
    return loop.timers.describe();
  }

  /** How many servers, connections and the like are open. */
  public static int openResources(SelectorLoop loop) {
    return loop.resources.size();
  }

  /** Has the loop keep the failures that nobody has looked at, for {@link #takeUnretrieved}. */
  public static void keepUnretrieved(SelectorLoop loop) {
    loop.unretrieved = Collections.synchronizedSet(new LinkedHashSet<>());
  }

  /** Takes the failures that nobody has looked at so far, in order; nobody else will report them. */
  public static List<ExceptionContext> takeUnretrieved(SelectorLoop loop) {
    Set<Unretrieved> kept = Objects.requireNonNull(loop.unretrieved, "not kept");
    List<Unretrieved> all;
    synchronized (kept) {
      all = List.copyOf(kept);
    }
    return all.stream().map(Unretrieved::take).filter(Objects::nonNull).toList();
  }
}
