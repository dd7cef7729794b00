// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

/** Receives the failures that nobody awaits (asyncio's {@code set_exception_handler}). */
@FunctionalInterface
public interface ExceptionHandler {

  /**
   * Called on the loop for each failure. What it throws itself is logged.
   *
   * @param loop the loop it happened on
   * @param context what happened
   */
  void handle(EventLoop loop, ExceptionContext context);
}
