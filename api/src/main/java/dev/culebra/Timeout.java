// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import dev.culebra.spi.LoopThread;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Limits the time that a body of code may take (asyncio's Timeout).
 *
 * <p>Make one with {@link Asyncio#timeout} or {@link Asyncio#timeoutAt}. To limit a single awaitable,
 * {@link Asyncio#waitFor} is shorter. Where Python writes {@code async with timeout(3):}, the body is an
 * argument, because nothing that Java closes can turn one exception into another:
 *
 * <pre>{@code
 * String answer = timeout(Duration.ofSeconds(3)).run(() -> ask());
 * }</pre>
 *
 * <p>When the time has come, the task that runs the body is cancelled. The {@link
 * java.util.concurrent.CancellationException} that leaves the body is replaced by a {@link
 * TimeoutException}, whose cause it becomes, unless somebody else has asked for the task's cancellation
 * too: then it passes. A body that catches it and returns, or that never waits, returns its result.
 *
 * <p><b>Errors</b>: another exception than a cancellation passes, too. If the time had come, it carries a
 * {@link TimeoutException} as a suppressed one, where Python has its context.
 */
@LoopThread
public interface Timeout {

  /**
   * Runs a body in the calling task under this limit, once.
   *
   * @param <T> the type of the result
   * @param body what to run
   * @return its result
   * @throws TimeoutException if the time had come and the body ended by that cancellation
   * @throws java.util.concurrent.CancellationException if the calling task was cancelled otherwise
   * @throws IllegalStateException if the caller is not a task, or this limit has run a body already
   * @throws Exception what the body failed with
   */
  <T extends @Nullable Object> T run(Awaitable<T> body) throws TimeoutException, Exception;

  /**
   * Runs a body without a result in the calling task under this limit, once.
   *
   * @param body what to run
   * @throws TimeoutException if the time had come and the body ended by that cancellation
   * @throws java.util.concurrent.CancellationException if the calling task was cancelled otherwise
   * @throws IllegalStateException if the caller is not a task, or this limit has run a body already
   * @throws Exception what the body failed with
   */
  default void run(AwaitableAction body) throws TimeoutException, Exception {
    this.<@Nullable Void>run(() -> {
      body.await();
      return null;
    });
  }

  /**
   * When the time will have come, on the loop's clock.
   *
   * @return a time as {@link EventLoop#time} tells it, null if there is no limit
   */
  @Nullable Duration when();

  /**
   * Moves the limit, while the body runs.
   *
   * @param when the new time, as {@link EventLoop#time} tells it; one that has passed means the next
   *     iteration; null lifts the limit
   * @throws IllegalStateException if the body does not run, or the time has come already
   */
  void reschedule(@Nullable Duration when);

  /**
   * Tells whether the time came while the body ran.
   *
   * @return whether the body's task was cancelled by this limit
   */
  boolean expired();
}
