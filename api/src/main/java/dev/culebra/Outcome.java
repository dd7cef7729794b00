// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells how one of several awaitables ended, where asyncio's {@code gather(return_exceptions=True)} puts
 * results and exceptions into one list.
 *
 * <pre>{@code
 * for (Outcome<Page> outcome : gatherOutcomes(downloads).await()) {
 *     switch (outcome) {
 *         case Outcome.Success<Page> page -> show(page.value());
 *         case Outcome.Failure<Page> failure -> log(failure.exception());
 *     }
 * }
 * }</pre>
 *
 * @param <T> the type of the result
 */
public sealed interface Outcome<T extends @Nullable Object> {

  /**
   * Holds a result.
   *
   * @param <T> the type of the result
   * @param value the result
   */
  record Success<T extends @Nullable Object>(T value) implements Outcome<T> {}

  /**
   * Holds what an awaitable failed with.
   *
   * @param <T> the type of the result that there is not
   * @param exception the failure; a {@link java.util.concurrent.CancellationException} if it was
   *     cancelled
   */
  record Failure<T extends @Nullable Object>(Throwable exception) implements Outcome<T> {

    /**
     * Makes one.
     *
     * @param exception the failure
     */
    public Failure {
      Objects.requireNonNull(exception, "exception");
    }
  }
}
