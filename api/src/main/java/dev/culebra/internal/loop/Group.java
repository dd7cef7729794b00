// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Awaitable;
import dev.culebra.ExceptionContext;
import dev.culebra.ExceptionGroup;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.TaskGroup;
import dev.culebra.TaskOptions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for all tasks that a body makes, and ends all when one fails: asyncio's {@code TaskGroup}.
 *
 * <p>Aborting the group cancels its parent, the task that runs the body, once. That request is taken back
 * when all tasks have ended; what is left of the parent's count is others' and passes.
 */
public final class Group implements TaskGroup {

  private final SelectorLoop loop;
  private final LoopTask<?> parent;
  private final Set<Task<?>> tasks = new LinkedHashSet<>();
  private final List<Throwable> failures = new ArrayList<>();
  private @Nullable LoopFuture<@Nullable Void> allDone;

  /** The first failure that says that the JVM is broken. */
  private @Nullable Throwable fatal;

  private @Nullable Throwable bodyFailure;

  /** What passes if there is no failure. */
  private @Nullable CancellationException cancellation;

  private boolean exiting;
  private boolean aborting;
  private boolean parentCancelled;

  private Group(SelectorLoop loop) {
    this.loop = loop;
    this.parent = loop.requireTask();
  }

  public static <T extends @Nullable Object> T run(SelectorLoop loop, Body<T> body)
      throws ExceptionGroup {
    Objects.requireNonNull(body, "body");
    Group group = new Group(loop);
    T result;
    try {
      result = body.run(group);
    } catch (Throwable t) {
      group.bodyFailed(t);
      group.exit();
      throw new AssertionError("a failed body fails its group", t);
    }
    group.exit();
    return result;
  }

  // ---- tasks

  @Override
  public <T extends @Nullable Object> Task<T> createTask(Awaitable<T> body, TaskOptions options) {
    checkMayCreate();
    return adopt(loop.createTask(body, options));
  }

  private void checkMayCreate() {
    if (exiting && tasks.isEmpty()) {
      throw new IllegalStateException(
          "this TaskGroup is finished: make tasks within its body, or in tasks of the group");
    }
    if (aborting) {
      throw new IllegalStateException(
          "this TaskGroup is shutting down, because a task or its body has failed or was cancelled");
    }
  }

  /** A task that has run to its end as it was made is dealt with at once. */
  private <T extends @Nullable Object> Task<T> adopt(Task<T> task) {
    if (task.done()) {
      taskDone(task);
    } else {
      tasks.add(task);
      task.addDoneCallback(new OnBehalf(parent, this::taskDone));
    }
    return task;
  }

  private void taskDone(LoopFuture<?> done) {
    Task<?> task = (Task<?>) done;
    tasks.remove(task);
    if (tasks.isEmpty() && allDone != null) {
      Futures.release(allDone);
    }
    Throwable failure = task.cancelled() ? null : task.exception();
    if (failure != null) {
      taskFailed(task, failure);
    }
  }

  private void taskFailed(Task<?> task, Throwable failure) {
    addFailure(failure);
    if (parent.done()) {
      loop.callExceptionHandler(
          ExceptionContext.of("a task of a TaskGroup failed after the group's end", failure)
              .withFuture(task));
    } else if (!aborting && !parentCancelled) {
      abort();
      parentCancelled = true;
      parent.cancel();
    }
  }

  private void addFailure(Throwable failure) {
    failures.add(failure);
    if (fatal == null && Failures.isFatal(failure)) {
      fatal = failure;
    }
  }

  private void abort() {
    aborting = true;
    for (Task<?> task : tasks) {
      task.cancel();
    }
  }

  // ---- the end of the body

  private void bodyFailed(Throwable thrown) {
    exiting = true;
    if (parent.isCancellation(thrown)) {
      cancellation = asCancellation(thrown);
    } else {
      bodyFailure = thrown;
      if (fatal == null && Failures.isFatal(thrown)) {
        fatal = thrown;
      }
    }
    if (!aborting) {
      abort();
    }
  }

  /** The interrupt that ended a wait outside the loop is its task's cancellation. */
  private static CancellationException asCancellation(Throwable thrown) {
    if (thrown instanceof CancellationException itself) {
      return itself;
    }
    CancellationException cancelled = new CancellationException(thrown.getMessage());
    cancelled.initCause(thrown);
    return cancelled;
  }

  private void exit() throws ExceptionGroup {
    exiting = true;
    awaitTasks();
    if (fatal != null) {
      throw Rethrow.<RuntimeException>sneaky(fatal);
    }
    if (parentCancelled) {
      parent.uncancel();
    }
    if (cancellation != null && failures.isEmpty()) {
      throw cancellation;
    }
    if (bodyFailure != null) {
      failures.add(bodyFailure);
    }
    if (!failures.isEmpty()) {
      if (parent.cancelling() > 0) {
        parent.uncancel(); // others' request stands, and is delivered where the parent next waits
        parent.cancel();
      }
      throw new ExceptionGroup("unhandled errors in a TaskGroup", failures);
    }
  }

  /** Waits for all, however often the parent is cancelled meanwhile, unless the loop is closed. */
  private void awaitTasks() {
    while (!tasks.isEmpty() && !loop.isClosed()) {
      LoopFuture<@Nullable Void> waiter = loop.createFuture();
      allDone = waiter;
      try {
        waiter.await();
      } catch (CancellationException e) {
        if (!aborting) {
          cancellation = e;
          abort();
        }
      } catch (Exception e) {
        throw Rethrow.<RuntimeException>sneaky(e); // cannot be: the waiter has no failure
      }
      allDone = null;
    }
  }

  @Override
  public String toString() {
    return "TaskGroup[tasks="
        + tasks.size()
        + ", failures="
        + failures.size()
        + (aborting ? ", shutting down" : "")
        + "]";
  }
}
