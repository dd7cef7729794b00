// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says how {@link Asyncio#run} and {@link Runner} make a loop and run on it (the keyword arguments of
 * {@code asyncio.run}).
 *
 * @param debug whether the loop is in debug mode; the default, null, leaves that to the loop, which is if
 *     {@code -Dculebra.debug=true}
 * @param loopFactory makes the loop, which {@code run} closes; the default, null, has the {@link
 *     LoopPolicy} in force make it
 * @param handleSigint whether SIGINT cancels the main task; the default is true. See {@link Runner}
 */
public record RunOptions(
    @Nullable Boolean debug,
    @Nullable Supplier<? extends EventLoop> loopFactory,
    boolean handleSigint) {

  /** What holds where nothing else is said. */
  public static final RunOptions DEFAULT = new RunOptions(null, null, true);

  /**
   * These options with debug mode on, off, or left to the loop.
   *
   * @param value true, false, or null to leave it to the loop
   * @return the new options
   */
  public RunOptions withDebug(@Nullable Boolean value) {
    return new RunOptions(value, loopFactory, handleSigint);
  }

  /**
   * These options with another source of the loop.
   *
   * @param value makes a new loop, by {@link LoopPolicy#newEventLoop}; null means the policy in force
   * @return the new options
   */
  public RunOptions withLoopFactory(@Nullable Supplier<? extends EventLoop> value) {
    return new RunOptions(debug, value, handleSigint);
  }

  /**
   * These options with SIGINT handled or left alone.
   *
   * @param value whether SIGINT cancels the main task
   * @return the new options
   */
  public RunOptions withHandleSigint(boolean value) {
    return new RunOptions(debug, loopFactory, value);
  }
}
