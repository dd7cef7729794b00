// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import java.util.concurrent.CancellationException;

/**
 * Tells that {@code run} ended because of SIGINT, as by Ctrl+C (KeyboardInterrupt). Its cause is the
 * cancellation that ended the main task.
 *
 * <p>It is thrown by {@link Asyncio#run} and {@link Runner#run} only, once nothing of the main task is
 * left to run; tasks see a plain {@link CancellationException} instead. It is one itself, so that code
 * which takes a cancelled run for no failure takes this for none. Code that catches all exceptions, to
 * log them or to try again, should catch and rethrow this one before: whoever pressed Ctrl+C wants the
 * program to end. (In Python, {@code except Exception} does not catch it; here {@code catch
 * (Exception e)} does.)
 *
 * <p>If nothing catches it in the thread that called {@code run}, the process ends as it does for a SIGINT
 * that nobody handles: shutdown hooks run, there is no stack trace, and the exit status is 130. That is
 * so unless the thread has an uncaught-exception handler of its own; the program's default one is told
 * first.
 */
public class KeyboardInterruptException extends CancellationException {

  private static final long serialVersionUID = 1L;

  /** Makes one. */
  public KeyboardInterruptException() {
    super("interrupted by SIGINT");
  }
}
