// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Awaitable;
import dev.culebra.Context;
import dev.culebra.ExceptionContext;
import dev.culebra.Task;
import dev.culebra.TaskOptions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Makes a loop's tasks and holds them until they are done. */
final class LiveTasks {

  private static final AtomicLong NUMBERS = new AtomicLong();

  private final SelectorLoop loop;
  private final Set<LoopTask<?>> tasks = new LinkedHashSet<>();

  LiveTasks(SelectorLoop loop) {
    this.loop = loop;
  }

  /** Makes a task, which has run its first step if it starts eagerly. */
  <T extends @Nullable Object> LoopTask<T> make(Awaitable<T> body, TaskOptions options) {
    String name = options.name();
    Context context = options.context();
    LoopTask<T> task = new LoopTask<>(
        loop,
        Objects.requireNonNull(body, "body"),
        name != null ? name : "Task-" + NUMBERS.incrementAndGet(),
        context != null ? LoopContext.of(context) : new LoopContext(LoopContext.capture()));
    tasks.add(task);
    if (Boolean.TRUE.equals(options.eagerStart()) && loop.isCurrent()) {
      task.startEagerly();
    } else {
      loop.enqueue(task);
    }
    return task;
  }

  void forget(LoopTask<?> task) {
    tasks.remove(task);
  }

  boolean isEmpty() {
    return tasks.isEmpty();
  }

  int size() {
    return tasks.size();
  }

  List<Task<?>> list() {
    return List.copyOf(tasks);
  }

  /** Whether one is neither done nor waiting on the loop; asked while the loop has the turn. */
  boolean anyRunning() {
    return tasks.stream().anyMatch(LoopTask::isRunning);
  }

  /**
   * The tasks that wait, if all do, each on a future; none if there is one that something else may wake:
   * it is about to run, or blocked outside the loop, or waits for time or for a socket.
   */
  List<LoopTask<?>> waitingOnFutures() {
    return tasks.stream().allMatch(task -> task.waitingOn() instanceof Promise)
        ? List.copyOf(tasks)
        : List.of();
  }

  /** Ends what is left because the loop is closed; called in the turn of the loop. */
  void unwind() {
    for (LoopTask<?> task : List.copyOf(tasks)) {
      loop.callExceptionHandler(
          ExceptionContext.of("Task was destroyed but it is pending!", null).withFuture(task));
      task.unwind();
      loop.threads.yieldToTasks();
    }
  }
}
