// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.ExceptionContext;
import dev.culebra.ExceptionHandler;
import org.jspecify.annotations.Nullable;

/** Tells the user's exception handler, or else the log, of failures that nobody awaits. */
final class Failures {

  private static final System.Logger LOG = System.getLogger("dev.culebra");

  private final SelectorLoop loop;
  private @Nullable ExceptionHandler handler;

  Failures(SelectorLoop loop) {
    this.loop = loop;
  }

  void setHandler(@Nullable ExceptionHandler newHandler) {
    handler = newHandler;
  }

  @Nullable ExceptionHandler handler() {
    return handler;
  }

  // a handler that fails must not end the loop either
  void report(ExceptionContext context) {
    ExceptionHandler told = handler;
    if (told == null) {
      log(context);
      return;
    }
    try {
      told.handle(loop, context);
    } catch (Throwable t) {
      if (isFatal(t)) {
        loop.fail(t);
      }
      log(context);
      log(ExceptionContext.of("Unhandled error in exception handler", t));
    }
  }

  /** Never throws: even the logger may, for want of a descriptor or because of a toString(). */
  void log(ExceptionContext context) {
    try {
      StringBuilder line = new StringBuilder(context.message());
      appendPart(line, "future", context.future());
      appendPart(line, "handle", context.handle());
      appendPart(line, "protocol", context.protocol());
      appendPart(line, "transport", context.transport());
      LOG.log(System.Logger.Level.ERROR, line.toString(), context.exception());
    } catch (Throwable t) {
      Throwable reported = context.exception();
      System.err.println("culebra: "
          + context.message()
          + (reported == null ? "" : ": " + describe(reported))
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
