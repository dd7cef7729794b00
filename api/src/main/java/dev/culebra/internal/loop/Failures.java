// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.ExceptionContext;
import dev.culebra.ExceptionHandler;
import dev.culebra.LoopFuture;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells the user's exception handler, or else the log, of failures that nobody awaits. */
final class Failures {

  private static final System.Logger LOG = System.getLogger("dev.culebra");

  private final LoopSettings loop;
  private @Nullable ExceptionHandler handler;

  Failures(LoopSettings loop) {
    this.loop = loop;
  }

  void setHandler(@Nullable ExceptionHandler newHandler) {
    handler = newHandler;
  }

  @Nullable ExceptionHandler handler() {
    return handler;
  }

  // a handler that fails must not end the loop either
  void report(ExceptionContext reported) {
    ExceptionContext context = withOrigin(reported);
    ExceptionHandler told = handler;
    if (told == null) {
      log(context);
      return;
    }
    try {
      inContextOf(context.future(), () -> told.handle(loop, context));
    } catch (Throwable t) {
      if (isFatal(t)) {
        loop.fail(t);
      }
      log(context);
      log(ExceptionContext.of("Unhandled error in exception handler", t));
    }
  }

  private static ExceptionContext withOrigin(ExceptionContext context) {
    return context.sourceTraceback() == null && context.future() instanceof Promise<?> future
        ? context.withSourceTraceback(future.origin())
        : context;
  }

  /** A callback's context is in force where it fails; a task's is to be too, wherever that is told. */
  private static void inContextOf(@Nullable LoopFuture<?> future, Runnable call) {
    if (future instanceof LoopTask<?> task) {
      task.getContext().during(call);
    } else {
      call.run();
    }
  }

  void log(ExceptionContext context) {
    StringBuilder text = new StringBuilder(context.message());
    appendPart(text, "future", context.future());
    appendPart(text, "handle", context.handle());
    appendPart(text, "protocol", context.protocol());
    appendPart(text, "transport", context.transport());
    List<StackTraceElement> source = context.sourceTraceback();
    if (source != null && !source.isEmpty()) {
      text.append(System.lineSeparator()).append("created").append(Stacks.lines(source));
    }
    log(System.Logger.Level.ERROR, text.toString(), context.exception());
  }

  /** Never throws: even the logger may, for want of a descriptor or because of a toString(). */
  static void log(System.Logger.Level level, String text, @Nullable Throwable thrown) {
    try {
      LOG.log(level, text, thrown);
    } catch (Throwable t) {
      System.err.println("culebra: "
          + text
          + (thrown == null ? "" : ": " + describe(thrown))
          + " (and the logger failed: "
          + describe(t)
          + ")");
    }
  }

  private static void appendPart(StringBuilder line, String name, @Nullable Object part) {
    if (part != null) {
      line.append(System.lineSeparator()).append(name).append(": ").append(describe(part));
    }
  }

  /** What an object says of itself, or its class if it cannot. */
  static String describe(Object object) {
    try {
      return String.valueOf(object);
    } catch (Throwable t) {
      return object.getClass().getName();
    }
  }

  /** Whether a failure says that the JVM itself is broken, as asyncio's SystemExit escapes the loop. */
  static boolean isFatal(Throwable t) {
    return t instanceof VirtualMachineError && !(t instanceof StackOverflowError);
  }
}
