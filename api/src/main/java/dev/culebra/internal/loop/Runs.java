// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Awaitable;
import dev.culebra.EventLoop;
import dev.culebra.ExceptionContext;
import dev.culebra.LoopPolicy;
import dev.culebra.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs one body on a loop made for it, from the loop's beginning to its tidy end. */
public final class Runs {

  private Runs() {}

  public static <T extends @Nullable Object> T run(Awaitable<T> body) throws Exception {
    if (Scope.current().loop != null) {
      throw new IllegalStateException(
          "run() cannot be called from a running event loop: call the body, or createTask(body)");
    }
    try (SelectorLoop loop = newLoop()) {
      T result;
      try {
        result = loop.runUntilComplete(body);
      } catch (Throwable t) {
        endAfter(t, loop);
        throw t;
      }
      cancelAllTasks(loop);
      return result;
    }
  }

  /** What goes wrong at the end must not hide what went wrong before: a broken loop breaks again. */
  private static void endAfter(Throwable failure, SelectorLoop loop) {
    try {
      cancelAllTasks(loop);
    } catch (Throwable t) {
      if (t != failure) {
        failure.addSuppressed(t);
      }
    }
  }

  private static SelectorLoop newLoop() {
    EventLoop made = LoopPolicy.get().newEventLoop();
    if (made instanceof SelectorLoop loop) {
      return loop;
    }
    made.close();
    throw new IllegalStateException(
        "a LoopPolicy must return a loop that LoopPolicy.newEventLoop() made, not " + made);
  }

  /** Cancels the tasks that are left, lets them end, and reports those that failed at it. */
  private static void cancelAllTasks(SelectorLoop loop) throws Exception {
    List<Task<?>> left = loop.liveTasks();
    if (left.isEmpty()) {
      return;
    }
    left.forEach(Task::cancel);
    loop.runUntilComplete(Gathering.<@Nullable Object>outcomes(loop, left));
    for (Task<?> task : left) {
      if (!task.cancelled() && task.exception() != null) {
        loop.callExceptionHandler(
            ExceptionContext.of("unhandled exception during run() shutdown", task.exception())
                .withFuture(task));
      }
    }
  }
}
