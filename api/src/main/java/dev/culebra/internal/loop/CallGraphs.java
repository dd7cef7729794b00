// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.FutureCallGraph;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Follows the way from a future to those that wait for it, as it is now. */
public final class CallGraphs {

  private CallGraphs() {}

  /** The graph of the current task; null in a callback. */
  public static @Nullable FutureCallGraph capture() {
    Task<?> current = LoopTask.current();
    return current == null ? null : capture(current);
  }

  public static FutureCallGraph capture(LoopFuture<?> future) {
    Objects.requireNonNull(future, "future");
    SelectorLoop.of(future.getLoop()).checkThread();
    return capture(future, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  /** Tasks may wait for each other in a circle, which ends where it began. */
  private static FutureCallGraph capture(LoopFuture<?> future, Set<LoopFuture<?>> path) {
    List<FutureCallGraph> awaitedBy = new ArrayList<>();
    if (path.add(future)) {
      if (future instanceof Promise<?> promise) {
        promise.awaitedBy().forEach(awaiter -> awaitedBy.add(capture(awaiter, path)));
      }
      path.remove(future);
    }
    List<StackTraceElement> stack = future instanceof Task<?> task ? task.getStack() : List.of();
    return new FutureCallGraph(future, stack, List.copyOf(awaitedBy));
  }

  /** The graph as text, indented as asyncio does it. */
  public static String format(FutureCallGraph graph) {
    StringBuilder text = new StringBuilder();
    append(text, graph, "");
    return text.toString();
  }

  private static void append(StringBuilder text, FutureCallGraph graph, String indent) {
    LoopFuture<?> future = graph.future();
    if (!text.isEmpty()) {
      text.append(System.lineSeparator());
    }
    text.append(indent).append("* ").append(name(future));
    if (!graph.callStack().isEmpty()) {
      appendLine(text, indent, "  + Call stack:");
      graph.callStack().forEach(frame -> appendLine(text, indent, "  |   at " + frame));
    }
    if (!graph.awaitedBy().isEmpty()) {
      appendLine(text, indent, "  + Awaited by:");
      graph.awaitedBy().forEach(awaiter -> append(text, awaiter, indent + "     "));
    }
  }

  private static void appendLine(StringBuilder text, String indent, String line) {
    text.append(System.lineSeparator()).append(indent).append(line);
  }

  private static String name(LoopFuture<?> future) {
    String id = "id=0x" + Integer.toHexString(System.identityHashCode(future)) + ")";
    return future instanceof Task<?> task
        ? "Task(name='" + task.getName() + "', " + id
        : "Future(" + id;
  }
}
