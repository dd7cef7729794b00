// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import dev.culebra.spi.LoopThread;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Holds tasks together: none outlives the body of code that made them, and if one fails, all end
 * (asyncio's TaskGroup).
 *
 * <p>{@link Asyncio#taskGroup} makes one. To let the others go on when one fails, use {@link
 * Asyncio#gather} or {@link Asyncio#wait}.
 *
 * <pre>{@code
 * taskGroup(group -> {
 *     group.createTask(() -> fetch(first));
 *     group.createTask(() -> fetch(second));
 * });
 * // here both are done
 * }</pre>
 *
 * <p>The first task that fails, or the body if it fails, aborts the group: all that are not done are
 * cancelled, and so is the body, where it waits. Once all have ended, an {@link ExceptionGroup} of all
 * failures is thrown. A task that is cancelled alone, or ends by a {@link
 * java.util.concurrent.CancellationException}, does not abort the group. If the task that runs the body
 * is cancelled from outside, the group is aborted and the cancellation passes, unless there were failures:
 * then they are thrown, and the cancellation comes where the task next waits.
 *
 * <p><b>Errors</b>: an {@link Error} is a failure like any other, but for a {@link VirtualMachineError}
 * that is no stack overflow: it is thrown bare, as Python's SystemExit.
 */
@LoopThread
public interface TaskGroup {

  /**
   * Makes tasks and may wait for them.
   *
   * @param <T> the type of the result
   */
  @FunctionalInterface
  interface Body<T extends @Nullable Object> {

    /**
     * Runs the body.
     *
     * @param group makes tasks
     * @return its result
     * @throws Exception its failure, which aborts the group
     */
    T run(TaskGroup group) throws Exception;
  }

  /** Makes tasks and may wait for them, without a result. */
  @FunctionalInterface
  interface Action {

    /**
     * Runs the body.
     *
     * @param group makes tasks
     * @throws Exception its failure, which aborts the group
     */
    void run(TaskGroup group) throws Exception;
  }

  /**
   * Makes a task of this group. Tasks of the group may do so too, as long as it has tasks.
   *
   * @param <T> the type of the result
   * @param body what to run
   * @return the task
   * @throws IllegalStateException if this group is being aborted, or is over
   */
  default <T extends @Nullable Object> Task<T> createTask(Awaitable<T> body) {
    return createTask(body, TaskOptions.DEFAULT);
  }

  /**
   * Makes a task without a result, of this group.
   *
   * @param body what to run
   * @return the task
   * @throws IllegalStateException if this group is being aborted, or is over
   */
  default Task<@Nullable Void> createTask(AwaitableAction body) {
    return createTask(body, TaskOptions.DEFAULT);
  }

  /**
   * Makes a task of this group. Tasks of the group may do so too, as long as it has tasks.
   *
   * @param <T> the type of the result
   * @param body what to run
   * @param options its name, its context, and whether it starts at once
   * @return the task
   * @throws IllegalStateException if this group is being aborted, or is over
   */
  <T extends @Nullable Object> Task<T> createTask(Awaitable<T> body, TaskOptions options);

  /**
   * Makes a task without a result, of this group.
   *
   * @param body what to run
   * @param options its name, its context, and whether it starts at once
   * @return the task
   * @throws IllegalStateException if this group is being aborted, or is over
   */
  default Task<@Nullable Void> createTask(AwaitableAction body, TaskOptions options) {
    return this.<@Nullable Void>createTask(
        Objects.requireNonNull(body, "body").asAwaitable(), options);
  }
}
