// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import dev.culebra.internal.loop.SelectorLoop;
import dev.culebra.spi.LoopThread;
import org.jspecify.annotations.Nullable;

/**
 * Makes a loop's tasks (asyncio's {@code set_task_factory}): to name them, to wrap their bodies, to
 * start them eagerly.
 *
 * <p>A factory of one's own changes the body or the options and leaves the making to {@link #DEFAULT}.
 */
@LoopThread
public interface TaskFactory {

  /** Makes plain tasks, whose first step runs in a later iteration unless the options say otherwise. */
  TaskFactory DEFAULT = new TaskFactory() {
    @Override
    public <T extends @Nullable Object> Task<T> newTask(
        EventLoop loop, Awaitable<T> body, TaskOptions options) {
      return SelectorLoop.of(loop).newTask(body, options);
    }

    @Override
    public String toString() {
      return "TaskFactory.DEFAULT";
    }
  };

  /**
   * Makes tasks whose first step runs at once, unless the options say otherwise (asyncio's {@code
   * eager_task_factory}). A task that never waits is done when {@code createTask} returns.
   */
  TaskFactory EAGER = new TaskFactory() {
    @Override
    public <T extends @Nullable Object> Task<T> newTask(
        EventLoop loop, Awaitable<T> body, TaskOptions options) {
      return DEFAULT.newTask(
          loop, body, options.eagerStart() == null ? options.withEagerStart(true) : options);
    }

    @Override
    public String toString() {
      return "TaskFactory.EAGER";
    }
  };

  /**
   * Makes a task.
   *
   * @param <T> the type of the result
   * @param loop the loop that it is to run on
   * @param body what it is to run
   * @param options what {@code createTask} was given
   * @return the task
   */
  <T extends @Nullable Object> Task<T> newTask(
      EventLoop loop, Awaitable<T> body, TaskOptions options);
}
