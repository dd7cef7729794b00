// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.EventLoop;
import dev.culebra.ExceptionContext;
import dev.culebra.ExceptionHandler;
import dev.culebra.LoopFuture;
import dev.culebra.PosixSignal;
import dev.culebra.TaskFactory;
import dev.culebra.spi.AnyThread;
import dev.culebra.spi.LoopThread;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a loop's user sets: what makes its tasks, what is told of failures, debug mode, and what
 * runs jobs that block.
 */
@LoopThread
abstract class LoopSettings implements EventLoop {

  final Failures failures = new Failures(this);
  final DefaultExecutor defaultExecutor = new DefaultExecutor(this);
  private final SignalHandlers signalHandlers = new SignalHandlers(self());
  private TaskFactory taskFactory = TaskFactory.DEFAULT;

  private SelectorLoop self() {
    return SelectorLoop.of(this);
  }

  /** Ends the run: it throws what broke the loop. */
  abstract void fail(Throwable fatal);

  abstract Debugging debugging();

  /** Refuses a call by another thread than runs this loop: in debug mode for all, else by assertion. */
  public abstract void checkThread();

  @Override
  public final void setTaskFactory(@Nullable TaskFactory factory) {
    taskFactory = factory == null ? TaskFactory.DEFAULT : factory;
  }

  @Override
  public final TaskFactory getTaskFactory() {
    return taskFactory;
  }

  @Override
  public final void setExceptionHandler(@Nullable ExceptionHandler handler) {
    failures.setHandler(handler);
  }

  @Override
  public final @Nullable ExceptionHandler getExceptionHandler() {
    return failures.handler();
  }

  @Override
  public final void callExceptionHandler(ExceptionContext context) {
    Throwable reported = context.exception();
    if (isRunning() && reported != null && Failures.isFatal(reported)) {
      fail(reported);
    }
    failures.report(context);
  }

  @Override
  public final void defaultExceptionHandler(ExceptionContext context) {
    failures.log(context);
  }

  @Override
  public final void setDebug(boolean debug) {
    checkThread();
    debugging().set(debug);
  }

  @Override
  @AnyThread
  public final boolean getDebug() {
    return debugging().on;
  }

  @Override
  @AnyThread
  public final void setSlowCallbackDuration(Duration duration) {
    debugging().setSlow(duration);
  }

  @Override
  @AnyThread
  public final Duration getSlowCallbackDuration() {
    return debugging().slow();
  }

  @Override
  public final void addSignalHandler(PosixSignal signal, Runnable callback) {
    Objects.requireNonNull(signal, "signal");
    Objects.requireNonNull(callback, "callback");
    self().checkOpen();
    checkThread();
    signalHandlers.add(signal, callback);
  }

  @Override
  public final boolean removeSignalHandler(PosixSignal signal) {
    Objects.requireNonNull(signal, "signal");
    checkThread();
    return signalHandlers.remove(signal);
  }

  // ---- executors

  @Override
  public final void execute(Runnable command) {
    Objects.requireNonNull(command, "command");
    if (isClosed()) {
      throw new RejectedExecutionException("Event loop is closed; make another one");
    }
    self().callSoonThreadsafeUnlessClosed(command);
  }

  @Override
  public final ScheduledExecutorService asScheduledExecutor() {
    return new LoopScheduler(self());
  }

  @Override
  public final <T extends @Nullable Object> LoopFuture<T> runInExecutor(
      @Nullable Executor executor, Callable<T> job) {
    Objects.requireNonNull(job, "job");
    self().checkOpen();
    return ExecutorJob.start(self(), executor == null ? defaultExecutor.get() : executor, job);
  }

  @Override
  public final void setDefaultExecutor(ExecutorService executor) {
    self().checkOpen();
    defaultExecutor.set(executor);
  }

  @Override
  public final void shutdownDefaultExecutor(@Nullable Duration timeout) {
    defaultExecutor.shutDown(timeout);
  }
}
