// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import org.jspecify.annotations.Nullable;

/** Does something that a task can wait for and that has no result: an {@link Awaitable} of nothing. */
@FunctionalInterface
public interface AwaitableAction {

  /**
   * Does it. The calling task gives the loop to others while it waits.
   *
   * @throws Exception the original failure of what was done
   * @throws java.util.concurrent.CancellationException if it, or the calling task, was cancelled
   */
  void await() throws Exception;

  /**
   * This as an awaitable, for what takes one.
   *
   * @return an awaitable whose result is null
   */
  default Awaitable<@Nullable Void> asAwaitable() {
    return () -> {
      await();
      return null;
    };
  }
}
