// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells where code is, or where something was made, as its author sees it: without our own frames. */
final class Stacks {

  /** As much as asyncio keeps: what is made often must not cost much to trace. */
  private static final int ORIGIN_DEPTH = 10;

  private static final int DEPTH = 100;

  private static final String INTERNAL = "dev.culebra.internal.";

  /** What users call is left out of an origin, whose first frame is to be the user's. */
  private static final Set<String> API =
      Set.of("dev.culebra", "dev.culebra.net", "dev.culebra.process", "dev.culebra.sync");

  private static final StackWalker WALKER = StackWalker.getInstance();

  private Stacks() {}

  /** Where the calling code makes something. */
  static List<StackTraceElement> origin() {
    return WALKER.walk(frames -> frames
        .map(StackWalker.StackFrame::toStackTraceElement)
        .dropWhile(frame -> isInternal(frame) || isApi(frame))
        .takeWhile(frame -> !isFirstOfLoop(frame))
        .filter(frame -> !isInternal(frame))
        .limit(ORIGIN_DEPTH)
        .toList());
  }

  /** Where a thread is; of a task's, without what parks it. */
  static List<StackTraceElement> of(Thread thread) {
    List<StackTraceElement> seen = new ArrayList<>();
    for (StackTraceElement frame : Arrays.asList(thread.getStackTrace())) {
      if (isFirstOfLoop(frame) || seen.size() == DEPTH) {
        break;
      }
      if (isPark(frame)) {
        seen.clear();
      } else if (!isInternal(frame)) {
        seen.add(frame);
      }
    }
    if (thread == Thread.currentThread()) {
      seen.removeIf(frame -> frame.getClassName().equals("java.lang.Thread")
          && frame.getMethodName().equals("getStackTrace"));
    }
    return List.copyOf(seen);
  }

  /** The place in a stack that a short message names, in front of which it sets some words. */
  static String place(String before, @Nullable List<StackTraceElement> stack) {
    return stack == null || stack.isEmpty() ? "" : before + stack.get(0);
  }

  /** A stack's lines, each after a line break and an indentation. */
  static String lines(List<StackTraceElement> stack) {
    StringBuilder lines = new StringBuilder();
    for (StackTraceElement frame : stack) {
      lines.append(System.lineSeparator()).append("    at ").append(frame);
    }
    return lines.toString();
  }

  private static boolean isPark(StackTraceElement frame) {
    return frame.getMethodName().equals("parkOn") && isOf(frame, LoopTask.class);
  }

  /** Below it there is nothing of the user's. */
  private static boolean isFirstOfLoop(StackTraceElement frame) {
    return switch (frame.getMethodName()) {
      case "runBody" -> isOf(frame, LoopTask.class);
      case "runGuarded" -> isOf(frame, Callback.class);
      case "run" -> isOf(frame, Watch.class);
      default -> false;
    };
  }

  private static boolean isOf(StackTraceElement frame, Class<?> type) {
    return frame.getClassName().equals(type.getName());
  }

  private static boolean isInternal(StackTraceElement frame) {
    String name = frame.getClassName();
    return name.startsWith(INTERNAL) || name.startsWith("dev.culebra.AwaitableAction");
  }

  private static boolean isApi(StackTraceElement frame) {
    String name = frame.getClassName();
    return API.contains(name.substring(0, Math.max(0, name.lastIndexOf('.'))));
  }
}
