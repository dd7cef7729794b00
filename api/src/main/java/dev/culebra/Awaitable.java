// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

/**
 * Produces a result that a task can wait for: a body of code, a future or a task.
 *
 * <p>Where Python passes an un-awaited coroutine {@code f()}, pass the lambda {@code () -> f()}. For a
 * body without a result there is {@link AwaitableAction}.
 *
 * @param <T> the type of the result
 */
@FunctionalInterface
public interface Awaitable<T extends @org.jspecify.annotations.Nullable Object> {

  /**
   * Waits for the result. The calling task gives the loop to others while it waits.
   *
   * @return the result
   * @throws Exception the original failure of what was awaited
   * @throws java.util.concurrent.CancellationException if it, or the calling task, was cancelled
   */
  T await() throws Exception;
}
