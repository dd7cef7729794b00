// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import dev.culebra.internal.loop.ContextMap;
import dev.culebra.internal.loop.LoopContext;
import dev.culebra.spi.AnyThread;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds the values of {@link ContextVar}s for a strand of work (contextvars.Context, PEP 567).
 *
 * <p>Programs seldom handle one. Every task has a context of its own, a copy of its maker's; every
 * callback runs in a copy of what held when it was scheduled; every thread that is no loop's has one.
 * What code sets is seen by what runs in the same context, and by copies that are made later.
 *
 * <p><b>Threading</b>: a context may be handed to another thread, but two must not run in it at once.
 *
 * <p><b>Implementation notes</b>: a copy costs one object, whatever is in it; setting a variable copies
 * the values.
 */
@AnyThread
public interface Context {

  /**
   * Makes a context without values (contextvars.Context()).
   *
   * @return a new context
   */
  static Context empty() {
    return new LoopContext(ContextMap.EMPTY);
  }

  /**
   * Copies the context that the calling code runs in (contextvars.copy_context()).
   *
   * @return a new context with the same values
   */
  static Context copyContext() {
    return LoopContext.current().copy();
  }

  /**
   * Copies this context.
   *
   * @return a new context with the same values
   */
  Context copy();

  /**
   * Runs a body in this context: what it sets stays here, and its caller's variables are as before.
   *
   * @param <T> the type of the result
   * @param body what to run; in a task it may wait
   * @return its result
   * @throws IllegalStateException if code runs in this context by {@code run} already
   * @throws Exception what the body throws
   */
  <T extends @Nullable Object> T run(Awaitable<T> body) throws Exception;

  /**
   * Runs a body without a result in this context.
   *
   * @param body what to run; in a task it may wait
   * @throws IllegalStateException if code runs in this context by {@code run} already
   * @throws Exception what the body throws
   */
  default void run(AwaitableAction body) throws Exception {
    run(body.asAwaitable());
  }

  /**
   * The value that a variable has in this context.
   *
   * @param <T> the type of the variable
   * @param variable the variable
   * @return its value, null if it was never set here; its default does not count
   */
  <T> @Nullable T get(ContextVar<T> variable);

  /**
   * Tells whether a variable was set in this context.
   *
   * @param variable the variable
   * @return whether it has a value here, its default not counted
   */
  default boolean contains(ContextVar<?> variable) {
    return get(variable) != null;
  }

  /**
   * The variables that have a value in this context.
   *
   * @return the variables, as they are now
   */
  Set<ContextVar<?>> variables();
}
