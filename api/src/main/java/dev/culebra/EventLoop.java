// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import dev.culebra.internal.loop.SelectorLoop;
import dev.culebra.internal.net.Children;
import dev.culebra.net.LowLevelLoop;
import dev.culebra.net.Networking;
import dev.culebra.process.ProcessOptions;
import dev.culebra.process.SubprocessConnection;
import dev.culebra.process.SubprocessProtocol;
import dev.culebra.spi.AnyThread;
import dev.culebra.spi.LoopThread;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs callbacks and tasks, one at a time, and waits for timers and sockets when none is ready
 * (asyncio's AbstractEventLoop). What it does with connections and servers is in {@link Networking},
 * and what it does with sockets and descriptors in {@link LowLevelLoop}.
 *
 * <p>Programs seldom make one: {@link Asyncio#run} makes, runs and closes it. Make one with {@link
 * LoopPolicy#newEventLoop}.
 *
 * <p><b>Threading</b>: only what bears {@link AnyThread} may be called from other threads while the loop
 * runs, {@link #callSoonThreadsafe} for one. Debug mode ({@link #setDebug}) finds most other calls out.
 *
 * <p><b>Lifecycle</b>: a loop may be run many times, one run after another, until it is closed. {@link
 * #close} is the one end of all that it holds.
 *
 * <p><b>Errors</b>: every scheduling method throws {@link IllegalStateException} once the loop is
 * closed; only {@link #execute} throws what {@link Executor} names for that, {@link
 * java.util.concurrent.RejectedExecutionException}. A callback that throws does not end the loop: the
 * exception handler gets what it threw. Only a {@link VirtualMachineError} other than a stack overflow
 * ends the run, which throws it.
 */
@LoopThread
public interface EventLoop extends Networking, LowLevelLoop, AutoCloseable, Executor {

  /**
   * Runs the loop until {@link #stop} is called. The calling thread carries the loop; if it is a virtual
   * thread, or the mode is {@link TaskMode#CARRIED} and the backend {@code nio}, a platform thread is
   * made for that and the caller waits for it. In {@link TaskMode#CARRIED} mode callbacks run on a virtual
   * thread of the loop's, and do not see the caller's thread-locals.
   *
   * @throws IllegalStateException if this loop is running or closed, or the caller is on a loop already
   * @throws java.io.UncheckedIOException if the poller breaks; all that waits for a socket is closed
   */
  void runForever();

  /**
   * Runs the loop until an awaitable is done.
   *
   * @param <T> the type of the result
   * @param awaitable a future or task of this loop, or a body that is made a task of
   * @return its result
   * @throws IllegalArgumentException if it is a future of another loop
   * @throws IllegalStateException as {@link #runForever}, or if the loop was stopped before it was done
   * @throws Exception what it failed with
   */
  <T extends @Nullable Object> T runUntilComplete(Awaitable<T> awaitable) throws Exception;

  /**
   * Has the loop stop: the callbacks that are ready now still run, what they add waits for the next
   * run. Before a run, it makes that run a single iteration that does not wait.
   */
  void stop();

  /**
   * Tells whether the loop runs now.
   *
   * @return whether it is in {@link #runForever} or {@link #runUntilComplete}
   */
  @AnyThread
  boolean isRunning();

  /**
   * Tells whether {@link #close} was called.
   *
   * @return whether the loop is closed
   */
  @AnyThread
  boolean isClosed();

  /**
   * Closes the loop and all that it holds: callbacks that wait are dropped, tasks that are not done are
   * cancelled and unwound, sockets are closed. The default executor is shut down, but its jobs are not
   * waited for. Idempotent.
   *
   * @throws IllegalStateException if the loop runs
   */
  @Override
  void close();

  /**
   * Schedules a callback for the next iteration, after those that are scheduled already. It runs in a
   * copy of the context in force now.
   *
   * @param callback what to run
   * @return a handle to cancel it with
   */
  default Handle callSoon(Runnable callback) {
    return callSoon(callback, null);
  }

  /**
   * Schedules a callback for the next iteration, after those that are scheduled already.
   *
   * @param callback what to run
   * @param context what it runs in; null for a copy of the context in force now
   * @return a handle to cancel it with
   */
  Handle callSoon(Runnable callback, @Nullable Context context);

  /**
   * Schedules a callback from any thread, and wakes the loop if it waits. It runs in a copy of the
   * context in force now.
   *
   * @param callback what to run, on the loop
   * @return a handle, which may be used on the loop alone
   */
  @AnyThread
  default Handle callSoonThreadsafe(Runnable callback) {
    return callSoonThreadsafe(callback, null);
  }

  /**
   * Schedules a callback from any thread, and wakes the loop if it waits.
   *
   * <p>It runs once if the loop makes another iteration, and never when the loop is closed: what is
   * scheduled while {@link #close} is under way is refused or dropped.
   *
   * @param callback what to run, on the loop
   * @param context what it runs in; null for a copy of the context in force now
   * @return a handle, which may be used on the loop alone
   * @throws IllegalStateException if the loop is closed
   */
  @AnyThread
  Handle callSoonThreadsafe(Runnable callback, @Nullable Context context);

  /**
   * Schedules a callback for later. Callbacks due at the same time run in the order they were set. It
   * never runs early, and never before this method returns. It runs in a copy of the context in force
   * now.
   *
   * @param delay how long to wait at least; zero or negative means the next iteration
   * @param callback what to run
   * @return a handle to cancel it with
   */
  default TimerHandle callLater(Duration delay, Runnable callback) {
    return callLater(delay, callback, null);
  }

  /**
   * Schedules a callback for later, as {@link #callLater(Duration, Runnable)}.
   *
   * @param delay how long to wait at least; zero or negative means the next iteration
   * @param callback what to run
   * @param context what it runs in; null for a copy of the context in force now
   * @return a handle to cancel it with
   */
  TimerHandle callLater(Duration delay, Runnable callback, @Nullable Context context);

  /**
   * Schedules a callback for a time on the loop's own clock. It runs in a copy of the context in force
   * now.
   *
   * @param when a time as {@link #time} tells it
   * @param callback what to run
   * @return a handle to cancel it with
   */
  default TimerHandle callAt(Duration when, Runnable callback) {
    return callAt(when, callback, null);
  }

  /**
   * Schedules a callback for a time on the loop's own clock.
   *
   * @param when a time as {@link #time} tells it
   * @param callback what to run
   * @param context what it runs in; null for a copy of the context in force now
   * @return a handle to cancel it with
   */
  TimerHandle callAt(Duration when, Runnable callback, @Nullable Context context);

  /**
   * The time on the loop's monotonic clock, which has nothing to do with the wall's.
   *
   * @return the time since an origin of its own
   */
  @AnyThread
  Duration time();

  /**
   * Makes a future of this loop.
   *
   * @param <T> the type of its result
   * @return a future that is not done
   */
  <T extends @Nullable Object> LoopFuture<T> createFuture();

  /**
   * Makes a task of a body. It starts in a later iteration, unless the task factory starts it at once.
   *
   * @param <T> the type of the result
   * @param body what to run
   * @return the task
   */
  default <T extends @Nullable Object> Task<T> createTask(Awaitable<T> body) {
    return createTask(body, TaskOptions.DEFAULT);
  }

  /**
   * Makes a task of a body that has no result.
   *
   * @param body what to run
   * @return the task
   */
  default Task<@Nullable Void> createTask(AwaitableAction body) {
    return createTask(body, TaskOptions.DEFAULT);
  }

  /**
   * Makes a task of a body.
   *
   * @param <T> the type of the result
   * @param body what to run
   * @param options its name, its context, and whether it starts at once
   * @return the task
   */
  <T extends @Nullable Object> Task<T> createTask(Awaitable<T> body, TaskOptions options);

  /**
   * Makes a task of a body that has no result.
   *
   * @param body what to run
   * @param options its name, its context, and whether it starts at once
   * @return the task
   */
  default Task<@Nullable Void> createTask(AwaitableAction body, TaskOptions options) {
    return this.<@Nullable Void>createTask(
        Objects.requireNonNull(body, "body").asAwaitable(), options);
  }

  /**
   * Sets what makes the tasks of {@link #createTask}.
   *
   * @param factory the factory; null goes back to {@link TaskFactory#DEFAULT}
   */
  void setTaskFactory(@Nullable TaskFactory factory);

  /**
   * What makes the tasks of {@link #createTask}.
   *
   * @return the factory that was set, or {@link TaskFactory#DEFAULT}
   */
  TaskFactory getTaskFactory();

  /**
   * Runs a command as a callback of this loop, so that the loop may be given wherever the JDK asks for an
   * {@link Executor}. As {@link #callSoonThreadsafe}, without a handle.
   *
   * @param command what to run, on the loop
   * @throws java.util.concurrent.RejectedExecutionException if the loop is closed
   */
  @Override
  @AnyThread
  void execute(Runnable command);

  /**
   * Makes a view of this loop for code that asks for a {@link ScheduledExecutorService}: what it is given
   * runs as callbacks of the loop, and so must not block. All of its methods may be called from any
   * thread.
   *
   * <p><b>Waiting</b>: on this loop, {@code get}, {@code invokeAll}, {@code invokeAny} and {@code
   * awaitTermination} throw {@link IllegalStateException} where they would stop the loop that they wait
   * for: in a callback, and in {@link TaskMode#BATON} mode in a task. {@link Asyncio#wrapFuture} waits
   * everywhere.
   *
   * <p><b>Lifecycle</b>: shutting it down ends the view, neither the loop nor other views. As with {@link
   * java.util.concurrent.ScheduledThreadPoolExecutor}, delayed tasks still run then, periodic ones are
   * cancelled; {@code shutdownNow} cancels all that wait, and interrupts nothing. Once the loop is closed
   * what waits is cancelled, and what comes is rejected.
   *
   * <p><b>Errors</b>: what a command given to {@code execute} throws goes to the exception handler; all
   * else is in the task's future, and a periodic task that throws runs no more.
   *
   * @return a new view
   */
  @AnyThread
  ScheduledExecutorService asScheduledExecutor();

  /**
   * Runs a job that blocks in a thread of an executor. Unlike {@link Asyncio#toThread}, it does not run in
   * the caller's context.
   *
   * <p>Cancelling the future keeps a job that still waits for a thread from running. A job that runs is
   * not interrupted: it goes on, and nobody learns how it ends.
   *
   * @param <T> the type of the result
   * @param executor what runs the job; null for the default executor, which gives each job a virtual
   *     thread that does not run on a loop
   * @param job what to run
   * @return a future of its result, or of what it throws; it is cancelled if that is a {@link
   *     java.util.concurrent.CancellationException}
   * @throws IllegalStateException if the loop is closed, or if the default executor is wanted and {@link
   *     #shutdownDefaultExecutor} was called
   * @throws java.util.concurrent.RejectedExecutionException if the executor takes no more jobs
   */
  <T extends @Nullable Object> LoopFuture<T> runInExecutor(
      @Nullable Executor executor, Callable<T> job);

  /**
   * Sets the executor that {@link #runInExecutor} takes for null, and {@link Asyncio#toThread} always:
   * one of platform threads, say, for jobs that compute, since such a job does not leave the JDK's few
   * carriers of virtual threads to others.
   *
   * @param executor the executor, which is shut down with this loop. One that was in use before is not
   */
  void setDefaultExecutor(ExecutorService executor);

  /**
   * Has the default executor take no more jobs, and waits until those that it has are done. Call it from a
   * task.
   *
   * @param timeout how long to wait at most, null for as long as it takes. After it a warning is logged,
   *     and jobs that are not done go on alone
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled
   * @throws IllegalStateException if the caller is not a task of this loop
   */
  void shutdownDefaultExecutor(@Nullable Duration timeout);

  /**
   * Sets what is told of failures that nobody awaits.
   *
   * @param handler the handler; null goes back to {@link #defaultExceptionHandler}
   */
  void setExceptionHandler(@Nullable ExceptionHandler handler);

  /**
   * What is told of failures that nobody awaits.
   *
   * @return what was set, null for the default
   */
  @Nullable ExceptionHandler getExceptionHandler();

  /**
   * Tells the exception handler of a failure.
   *
   * @param context what happened
   */
  void callExceptionHandler(ExceptionContext context);

  /**
   * Logs a failure as an error.
   *
   * @param context what happened
   */
  void defaultExceptionHandler(ExceptionContext context);

  /**
   * Runs a callback whenever the process gets a signal (asyncio's {@code add_signal_handler}). It runs as
   * any other callback, in the context that holds now, once for each signal that the system delivers,
   * until it is removed, replaced by another, or the loop is closed; then whoever handled the signal
   * before has it back. A loop that is not running runs it when it next does. Several loops may ask for
   * the same signal, and each is told.
   *
   * <p>Of SIGHUP, SIGINT and SIGTERM the JVM goes on to ignore what the process was started to ignore, as
   * by nohup(1), and no callback runs. {@link Asyncio#run} handles {@link PosixSignal#SIGINT} itself; a handler that is added in the run
   * takes its place.
   *
   * @param signal which signal
   * @param callback what to do
   * @throws IllegalArgumentException if the signal cannot be handled, does not exist on this system, or is
   *     one that the JVM needs
   * @throws UnsupportedOperationException if the JVM lacks the module {@code jdk.unsupported}
   * @throws IllegalStateException if the loop is closed
   */
  void addSignalHandler(PosixSignal signal, Runnable callback);

  /**
   * Undoes {@link #addSignalHandler}. A signal that came and whose callback has not run yet is dropped.
   *
   * @param signal which signal
   * @return whether there was a callback
   */
  boolean removeSignalHandler(PosixSignal signal);

  /**
   * Switches debug mode on or off (asyncio's {@code set_debug}). New loops are in debug mode if the JVM
   * was started with {@code -Dculebra.debug=true}; no environment variable is looked at. In debug mode,
   *
   * <ul>
   *   <li>what may be called on the loop alone throws {@link IllegalStateException} in other threads
   *       while the loop runs;
   *   <li>callbacks and task steps that take {@link #setSlowCallbackDuration} or longer are logged as
   *       warnings, with the stack that they had meanwhile;
   *   <li>handles, futures and tasks remember where they were made, and say so in their {@code
   *       toString()} and in {@link ExceptionContext#sourceTraceback};
   *   <li>tasks that wait while there is nothing left to wake them are logged, once, as a warning, after
   *       ten times that duration;
   *   <li>looking up a host name is logged if it takes as long as a slow callback.
   * </ul>
   *
   * @param debug whether this loop is to be in debug mode
   */
  void setDebug(boolean debug);

  /**
   * Tells whether this loop is in debug mode (asyncio's {@code get_debug}).
   *
   * @return what {@link #setDebug} has set, or what the system property {@code culebra.debug} said when
   *     the loop was made
   */
  @AnyThread
  boolean getDebug();

  /**
   * Sets what is slow in debug mode (asyncio's {@code slow_callback_duration}).
   *
   * @param duration how long a callback or a task step takes at least to be logged; zero logs them all
   * @throws IllegalArgumentException if it is negative
   */
  @AnyThread
  void setSlowCallbackDuration(Duration duration);

  /**
   * Tells what is slow in debug mode (asyncio's {@code slow_callback_duration}).
   *
   * @return 100 milliseconds, unless set
   */
  @AnyThread
  Duration getSlowCallbackDuration();

  /**
   * Starts a program, whose pipes a protocol is told of (asyncio's {@code subprocess_exec}). Call it from
   * a task. {@link Asyncio#createSubprocessExec} is easier.
   *
   * @param <P> the protocol's type
   * @param protocolFactory makes what is told
   * @param command the program, which is looked for on the PATH, and its arguments
   * @param options how to start it; asyncio's default is {@link ProcessOptions#PIPED}
   * @return the process, whose protocol has had its {@code connectionMade}
   * @throws IOException if it cannot be started, with the program's name; nothing is left of it
   * @throws IllegalArgumentException if there is no program, or a null character in an argument
   * @throws UnsupportedOperationException if the backend cannot do what the options say
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled; the process is
   *     killed
   */
  default <P extends SubprocessProtocol> SubprocessConnection<P> subprocessExec(
      Supplier<P> protocolFactory, List<String> command, ProcessOptions options)
      throws IOException {
    return Children.start(SelectorLoop.of(this), protocolFactory, command, options);
  }

  /**
   * Has the system's shell run a line, and a protocol told of its pipes (asyncio's {@code
   * subprocess_shell}). Call it from a task.
   *
   * @param <P> the protocol's type
   * @param protocolFactory makes what is told
   * @param command what the shell is to run; whoever builds it of parts has to quote them
   * @param options how to start the shell
   * @return the process, whose protocol has had its {@code connectionMade}
   * @throws IOException if the shell cannot be started; nothing is left of it
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled; the process is
   *     killed
   */
  default <P extends SubprocessProtocol> SubprocessConnection<P> subprocessShell(
      Supplier<P> protocolFactory, String command, ProcessOptions options) throws IOException {
    return subprocessExec(protocolFactory, Children.shell(command), options);
  }

  /**
   * The name of the backend that this loop runs on.
   *
   * @return such as {@code "epoll"}
   */
  @AnyThread
  String backend();

  /**
   * How this loop's tasks get to run.
   *
   * @return carried by the loop, or by passing a baton
   */
  @AnyThread
  TaskMode taskMode();
}
