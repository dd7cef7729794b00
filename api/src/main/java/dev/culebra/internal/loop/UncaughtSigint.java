// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.KeyboardInterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Has the JVM do for SIGINT what it had been kept from, if nobody catches the {@link
 * KeyboardInterruptException} that stands for it: the process ends, with the status 130 and without a
 * stack trace.
 *
 * <p>All other exceptions of the thread go where they would have gone. A thread that has a handler of its
 * own keeps it.
 */
final class UncaughtSigint implements Thread.UncaughtExceptionHandler {

  private final ThreadGroup group;
  private final Signals.Handling sigint;

  private UncaughtSigint(ThreadGroup group, Signals.Handling sigint) {
    this.group = group;
    this.sigint = sigint;
  }

  static void watch(Thread thread, Signals.Handling sigint) {
    @Nullable ThreadGroup group = thread.getThreadGroup();
    Thread.UncaughtExceptionHandler present = thread.getUncaughtExceptionHandler();
    if (group != null && (present == group || present instanceof UncaughtSigint)) {
      thread.setUncaughtExceptionHandler(new UncaughtSigint(group, sigint));
    }
  }

  @Override
  public void uncaughtException(Thread thread, Throwable thrown) {
    if (!(thrown instanceof KeyboardInterruptException)) {
      group.uncaughtException(thread, thrown);
      return;
    }
    Thread.UncaughtExceptionHandler programs = Thread.getDefaultUncaughtExceptionHandler();
    if (programs != null) {
      programs.uncaughtException(thread, thrown);
    }
    sigint.passOn();
  }
}
