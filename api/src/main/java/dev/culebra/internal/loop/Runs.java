// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Awaitable;
import dev.culebra.Context;
import dev.culebra.EventLoop;
import dev.culebra.ExceptionContext;
import dev.culebra.KeyboardInterruptException;
import dev.culebra.LoopFuture;
import dev.culebra.LoopPolicy;
import dev.culebra.RunOptions;
import dev.culebra.Task;
import dev.culebra.TaskOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Runs bodies on one loop, which the first of them makes, up to its tidy end: asyncio's Runner. */
public final class Runs {

  private final RunOptions options;
  /** How long jobs of the default executor may still take at the end; asyncio's figure. */
  private static final Duration EXECUTOR_PATIENCE = Duration.ofMinutes(5);

  private @Nullable SelectorLoop loop;
  private @Nullable Context context;
  private boolean closed;

  /** Makes no loop yet. */
  public Runs(RunOptions options) {
    this.options = Objects.requireNonNull(options, "options");
  }

  /** One body from the loop's beginning to its end. */
  public static <T extends @Nullable Object> T once(Awaitable<T> body, RunOptions options)
      throws Exception {
    requireNoLoopHere("run()");
    Runs runs = new Runs(options);
    T result;
    try {
      result = runs.run(body, null);
    } catch (Throwable t) {
      runs.closeAfter(t);
      throw t;
    }
    runs.close();
    return result;
  }

  /** What goes wrong at the end must not hide what went wrong before: a broken loop breaks again. */
  private void closeAfter(Throwable failure) {
    try {
      close();
    } catch (Throwable t) {
      if (t != failure) {
        failure.addSuppressed(t);
      }
    }
  }

  private static void requireNoLoopHere(String caller) {
    if (Scope.current().loop != null) {
      throw new IllegalStateException(caller
          + " cannot be called from a running event loop: call the body, or createTask(body)");
    }
  }

  /** The loop, which is made now if it is not yet there. */
  public SelectorLoop loop() {
    if (closed) {
      throw new IllegalStateException("Runner is closed: make a new one");
    }
    SelectorLoop present = loop;
    if (present == null) {
      present = newLoop();
      loop = present;
      context = Context.copyContext();
      if (options.debug() != null) {
        present.setDebug(options.debug());
      }
    }
    return present;
  }

  private SelectorLoop newLoop() {
    EventLoop made = options.loopFactory() == null
        ? LoopPolicy.get().newEventLoop()
        : options.loopFactory().get();
    if (made instanceof SelectorLoop fresh) {
      return fresh;
    }
    if (made != null) {
      made.close();
    }
    throw new IllegalStateException("a "
        + (options.loopFactory() == null ? "LoopPolicy" : "loop factory")
        + " must return a loop that LoopPolicy.newEventLoop() made, not " + made);
  }

  /**
   * Runs a body as the main task, which SIGINT and an interrupt of this thread cancel.
   *
   * @param ownContext what it runs in; null for the context that all runs share
   */
  public <T extends @Nullable Object> T run(Awaitable<T> body, @Nullable Context ownContext)
      throws Exception {
    Objects.requireNonNull(body, "body");
    requireNoLoopHere("Runner.run()");
    SelectorLoop present = loop();
    LoopTask<T> main = mainTask(present, body, ownContext != null ? ownContext : context);
    Interruption interruption = new Interruption(present, main);
    interruption.begin(options.handleSigint());
    T result;
    try {
      result = present.runUntilComplete(main);
    } catch (CancellationException e) {
      interruption.end();
      throw interruption.outcomeOf(e);
    } catch (Throwable t) {
      endAfter(t, interruption);
      throw t;
    }
    interruption.end();
    return result;
  }

  private static void endAfter(Throwable failure, Interruption interruption) {
    try {
      interruption.end();
    } catch (KeyboardInterruptException e) {
      e.addSuppressed(failure);
      throw e;
    }
  }

  /** A task as it is; a future is awaited by a new one. */
  private static <T extends @Nullable Object> LoopTask<T> mainTask(
      SelectorLoop loop, Awaitable<T> body, @Nullable Context context) {
    if (loop.isRunning()) {
      throw new IllegalStateException(
          "this Runner runs in another thread: use one for each thread");
    }
    if (body instanceof LoopFuture<T> future
        && loop.ensureFuture(future) instanceof LoopTask<T> task) {
      return task;
    }
    return (LoopTask<T>) loop.createTask(body, TaskOptions.DEFAULT.withContext(context));
  }

  /** Ends the loop: the tasks that are left are cancelled and awaited. Idempotent. */
  public void close() {
    SelectorLoop present = loop;
    if (present == null || closed) {
      closed = true;
      return;
    }
    if (Scope.current().loop != null || present.isRunning()) {
      throw new IllegalStateException(
          "Runner.close() cannot be called from a running event loop, nor while this Runner runs");
    }
    closed = true;
    end(present);
  }

  /** Ends a loop that does not run: the tasks that are left are cancelled and awaited. */
  public static void end(SelectorLoop loop) {
    try (loop) {
      cancelAllTasks(loop);
      if (loop.isClosed()) {
        return; // by the program
      }
      runToTheEnd(loop, () -> null); // where asyncio shuts down its async generators
      runToTheEnd(loop, () -> {
        if (loop.defaultExecutor.isUsed()) {
          loop.shutdownDefaultExecutor(EXECUTOR_PATIENCE);
        }
        return null;
      });
    }
  }

  /** Also turns the loop: what is ready or due by now still runs, as in asyncio. */
  private static void runToTheEnd(SelectorLoop loop, Awaitable<@Nullable Void> body) {
    try {
      loop.runUntilComplete(body);
    } catch (Exception e) {
      throw Rethrow.<RuntimeException>sneaky(e);
    }
  }

  /** Cancels the tasks that are left, lets them end, and reports those that failed at it. */
  private static void cancelAllTasks(SelectorLoop loop) {
    List<Task<?>> left = loop.liveTasks();
    if (left.isEmpty()) {
      return;
    }
    left.forEach(Task::cancel);
    try {
      loop.runUntilComplete(Gathering.<@Nullable Object>outcomes(loop, left));
    } catch (Exception e) {
      throw Rethrow.<RuntimeException>sneaky(e); // the loop broke; outcomes do not fail
    }
    for (Task<?> task : left) {
      if (!task.cancelled() && task.exception() != null) {
        loop.callExceptionHandler(
            ExceptionContext.of("unhandled exception during run() shutdown", task.exception())
                .withFuture(task));
      }
    }
  }
}
