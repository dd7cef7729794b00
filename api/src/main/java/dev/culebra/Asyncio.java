// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import dev.culebra.internal.loop.CallGraphs;
import dev.culebra.internal.loop.Chains;
import dev.culebra.internal.loop.Completions;
import dev.culebra.internal.loop.Gathering;
import dev.culebra.internal.loop.Group;
import dev.culebra.internal.loop.LoopTask;
import dev.culebra.internal.loop.Runs;
import dev.culebra.internal.loop.Shield;
import dev.culebra.internal.loop.TimeLimit;
import dev.culebra.internal.loop.WaitFor;
import dev.culebra.internal.loop.Waiting;
import dev.culebra.internal.net.Children;
import dev.culebra.internal.net.SocketLoop;
import dev.culebra.net.AsyncDatagramSocket;
import dev.culebra.net.ConnectOptions;
import dev.culebra.net.DatagramOptions;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamHandler;
import dev.culebra.net.StreamWriter;
import dev.culebra.process.AsyncProcess;
import dev.culebra.process.ProcessOptions;
import dev.culebra.spi.AnyThread;
import java.io.IOException;
import java.io.PrintStream;
import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Does what the functions of Python's asyncio module do, under their names in camel case. Meant to be
 * imported statically:
 *
 * <pre>{@code
 * import static dev.culebra.Asyncio.*;
 *
 * String answer = run(() -> {
 *     sleep(Duration.ofSeconds(2));
 *     return "done!";
 * });
 * }</pre>
 *
 * <p><b>Threading</b>: all but {@link #run}, {@link #runCoroutineThreadsafe}, {@link #isFuture} and {@link
 * #newEventLoop} must be called on a loop: from a task, or, where nothing is waited for, from a callback.
 */
public final class Asyncio {

  private Asyncio() {}

  /**
   * Makes a loop, runs a body on it as a task, and closes the loop: the tasks that are left are
   * cancelled and awaited first. SIGINT and an interrupt of this thread cancel the body: see {@link
   * Runner}, which runs several bodies on one loop.
   *
   * @param <T> the type of the result
   * @param body what to run
   * @return its result
   * @throws KeyboardInterruptException if SIGINT ended it
   * @throws InterruptedException if an interrupt of this thread ended it
   * @throws IllegalStateException if the caller is on a loop already
   * @throws Exception what it failed with
   */
  public static <T extends @Nullable Object> T run(Awaitable<T> body) throws Exception {
    return Runs.once(body, RunOptions.DEFAULT);
  }

  /**
   * Makes a loop, runs a body without a result on it as a task, and closes the loop.
   *
   * @param body what to run
   * @throws KeyboardInterruptException if SIGINT ended it
   * @throws InterruptedException if an interrupt of this thread ended it
   * @throws IllegalStateException if the caller is on a loop already
   * @throws Exception what it failed with
   */
  public static void run(AwaitableAction body) throws Exception {
    run(body, RunOptions.DEFAULT);
  }

  /**
   * Makes a loop as options say, runs a body on it as a task, and closes the loop.
   *
   * @param <T> the type of the result
   * @param body what to run
   * @param options how to make the loop, and how to run
   * @return its result
   * @throws KeyboardInterruptException if SIGINT ended it
   * @throws InterruptedException if an interrupt of this thread ended it
   * @throws IllegalStateException if the caller is on a loop already
   * @throws Exception what it failed with
   */
  public static <T extends @Nullable Object> T run(Awaitable<T> body, RunOptions options)
      throws Exception {
    return Runs.once(body, options);
  }

  /**
   * Makes a loop as options say, runs a body without a result on it as a task, and closes the loop.
   *
   * @param body what to run
   * @param options how to make the loop, and how to run
   * @throws KeyboardInterruptException if SIGINT ended it
   * @throws InterruptedException if an interrupt of this thread ended it
   * @throws IllegalStateException if the caller is on a loop already
   * @throws Exception what it failed with
   */
  public static void run(AwaitableAction body, RunOptions options) throws Exception {
    Runs.once(body.asAwaitable(), options);
  }

  /**
   * Waits, and gives the loop to others meanwhile.
   *
   * @param delay how long to wait at least; zero or negative means one iteration of the loop
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled
   */
  public static void sleep(Duration delay) {
    SocketLoop.running().sleep(delay);
  }

  /**
   * Waits, and gives the loop to others meanwhile.
   *
   * @param <T> the type of the result
   * @param delay how long to wait at least; zero or negative means one iteration of the loop
   * @param result what to return
   * @return {@code result}
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled
   */
  public static <T extends @Nullable Object> T sleep(Duration delay, T result) {
    sleep(delay);
    return result;
  }

  /**
   * Makes a task of a body, on the loop that the caller runs on.
   *
   * @param <T> the type of the result
   * @param body what to run
   * @return the task, which starts in a later iteration
   */
  public static <T extends @Nullable Object> Task<T> createTask(Awaitable<T> body) {
    return SocketLoop.running().createTask(body);
  }

  /**
   * Makes a task of a body without a result, on the loop that the caller runs on.
   *
   * @param body what to run
   * @return the task, which starts in a later iteration
   */
  public static Task<@Nullable Void> createTask(AwaitableAction body) {
    return SocketLoop.running().createTask(body);
  }

  /**
   * Makes a task of a body, on the loop that the caller runs on.
   *
   * @param <T> the type of the result
   * @param body what to run
   * @param options its name, its context, and whether it starts at once
   * @return the task
   */
  public static <T extends @Nullable Object> Task<T> createTask(
      Awaitable<T> body, TaskOptions options) {
    return SocketLoop.running().createTask(body, options);
  }

  /**
   * Makes a task of a body without a result, on the loop that the caller runs on.
   *
   * @param body what to run
   * @param options its name, its context, and whether it starts at once
   * @return the task
   */
  public static Task<@Nullable Void> createTask(AwaitableAction body, TaskOptions options) {
    return SocketLoop.running().createTask(body, options);
  }

  /**
   * Makes a named task of a body, on the loop that the caller runs on.
   *
   * @param <T> the type of the result
   * @param body what to run
   * @param name the task's name, and its thread's
   * @return the task
   */
  public static <T extends @Nullable Object> Task<T> createTask(Awaitable<T> body, String name) {
    return createTask(body, TaskOptions.DEFAULT.withName(name));
  }

  /**
   * Makes a named task of a body without a result, on the loop that the caller runs on.
   *
   * @param body what to run
   * @param name the task's name, and its thread's
   * @return the task
   */
  public static Task<@Nullable Void> createTask(AwaitableAction body, String name) {
    return createTask(body, TaskOptions.DEFAULT.withName(name));
  }

  /**
   * The task that the caller runs in.
   *
   * @return the task, null in a callback
   * @throws IllegalStateException if the caller is on no loop
   */
  public static @Nullable Task<?> currentTask() {
    return LoopTask.current();
  }

  /**
   * The tasks of the loop that the caller runs on which are not done.
   *
   * @return the tasks, in the order they were made
   * @throws IllegalStateException if the caller is on no loop
   */
  public static Set<Task<?>> allTasks() {
    return allTasks(SocketLoop.running());
  }

  /**
   * The tasks of a loop that are not done. Call it on that loop, or while it does not run.
   *
   * @param loop the loop
   * @return the tasks, in the order they were made
   */
  public static Set<Task<?>> allTasks(EventLoop loop) {
    return new LinkedHashSet<>(SocketLoop.of(loop).liveTasks());
  }

  /**
   * Tells where the current task is and who waits for it (asyncio's {@code capture_call_graph}).
   *
   * @return the graph; null in a callback
   * @throws IllegalStateException if the caller is on no loop
   */
  public static @Nullable FutureCallGraph captureCallGraph() {
    return CallGraphs.capture();
  }

  /**
   * Tells where a future or task is and who waits for it (asyncio's {@code capture_call_graph}). Call it
   * on the future's loop, or while that does not run.
   *
   * @param future the future or task
   * @return the graph
   */
  public static FutureCallGraph captureCallGraph(LoopFuture<?> future) {
    return CallGraphs.capture(future);
  }

  /**
   * Tells in words what {@link #captureCallGraph()} does (asyncio's {@code format_call_graph}).
   *
   * @return the current task's graph, of several lines; empty in a callback
   * @throws IllegalStateException if the caller is on no loop
   */
  public static String formatCallGraph() {
    FutureCallGraph graph = captureCallGraph();
    return graph == null ? "" : CallGraphs.format(graph);
  }

  /**
   * Tells in words what {@link #captureCallGraph(LoopFuture)} does (asyncio's {@code
   * format_call_graph}).
   *
   * @param future the future or task
   * @return its graph, of several lines
   */
  public static String formatCallGraph(LoopFuture<?> future) {
    return CallGraphs.format(captureCallGraph(future));
  }

  /**
   * Prints the current task's call graph to the standard output (asyncio's {@code print_call_graph}).
   *
   * @throws IllegalStateException if the caller is on no loop
   */
  public static void printCallGraph() {
    System.out.println(formatCallGraph());
  }

  /**
   * Prints the call graph of a future or task (asyncio's {@code print_call_graph}). Call it on the
   * future's loop, or while that does not run.
   *
   * @param future the future or task
   * @param out where to
   */
  public static void printCallGraph(LoopFuture<?> future, PrintStream out) {
    out.println(formatCallGraph(future));
  }

  // ---- combinators

  /**
   * Runs several awaitables at once. If one fails the others go on; to end them all, use {@link
   * #taskGroup}.
   *
   * @param <T> the type of their results
   * @param awaitables as {@link #gather(List)} takes them
   * @return a future as {@link #gather(List)} returns it
   * @throws IllegalArgumentException if one is a future of another loop
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public static <T extends @Nullable Object> LoopFuture<List<T>> gather(
      Awaitable<? extends T>... awaitables) {
    return gather(List.of(awaitables));
  }

  /**
   * Runs several awaitables at once. If one fails the others go on; to end them all, use {@link
   * #taskGroup}.
   *
   * <p>The first failure is the future's, and those that follow it are not reported. The cancellation of
   * one awaitable is a failure, too, and does not cancel the future. Cancelling the future cancels all
   * that are not done; the first that ends by it ends the future, which fails with that {@link
   * java.util.concurrent.CancellationException} (CPython's {@code gather} does so, while its
   * documentation has it wait for all; {@link #gatherOutcomes(List)} does wait).
   *
   * @param <T> the type of their results
   * @param awaitables futures and tasks as they are, anything else as new tasks, one for each time it is
   *     given. A body without a result is given by {@link AwaitableAction#asAwaitable}, or as a task
   * @return a future of their results, in the order of the list; it is done already if all of them are
   * @throws IllegalArgumentException if one is a future of another loop; none is started then
   */
  public static <T extends @Nullable Object> LoopFuture<List<T>> gather(
      List<? extends Awaitable<? extends T>> awaitables) {
    return Gathering.of(SocketLoop.running(), awaitables);
  }

  /**
   * Runs several awaitables at once and tells how each ended: {@link #gather(Awaitable[])} with {@code
   * return_exceptions=True}.
   *
   * @param <T> the type of their results
   * @param awaitables as {@link #gather(List)} takes them
   * @return a future as {@link #gatherOutcomes(List)} returns it
   * @throws IllegalArgumentException if one is a future of another loop
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public static <T extends @Nullable Object> LoopFuture<List<Outcome<T>>> gatherOutcomes(
      Awaitable<? extends T>... awaitables) {
    return gatherOutcomes(List.of(awaitables));
  }

  /**
   * Runs several awaitables at once and tells how each ended: {@link #gather(List)} with {@code
   * return_exceptions=True}.
   *
   * <p>The future is done when all are. Cancelling it cancels all that are not done, and once all have
   * ended it fails with a {@link java.util.concurrent.CancellationException}.
   *
   * @param <T> the type of their results
   * @param awaitables as {@link #gather(List)} takes them
   * @return a future of their outcomes, in the order of the list; it is done already if all of them are
   * @throws IllegalArgumentException if one is a future of another loop; none is started then
   */
  public static <T extends @Nullable Object> LoopFuture<List<Outcome<T>>> gatherOutcomes(
      List<? extends Awaitable<? extends T>> awaitables) {
    return Gathering.outcomes(SocketLoop.running(), awaitables);
  }

  /**
   * Waits until all futures are done, however they end. Call it qualified, as {@code Asyncio.wait(…)}: a
   * static import is hidden by {@link Object#wait()}.
   *
   * @param <T> the type of their results
   * @param futures futures and tasks of the caller's loop
   * @return all of them, done
   * @throws IllegalArgumentException if there are none, or one is of another loop
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled
   */
  public static <T extends @Nullable Object> WaitResult<T> wait(
      Collection<? extends LoopFuture<? extends T>> futures) {
    return wait(futures, null, ReturnWhen.ALL_COMPLETED);
  }

  /**
   * Waits until all futures are done, however they end, or a time has passed.
   *
   * @param <T> the type of their results
   * @param futures futures and tasks of the caller's loop
   * @param timeout how long to wait at most; zero or negative means an iteration of the loop; null
   *     means no limit
   * @return which are done and which are not
   * @throws IllegalArgumentException if there are none, or one is of another loop
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled
   */
  public static <T extends @Nullable Object> WaitResult<T> wait(
      Collection<? extends LoopFuture<? extends T>> futures, @Nullable Duration timeout) {
    return wait(futures, timeout, ReturnWhen.ALL_COMPLETED);
  }

  /**
   * Waits until some futures are done, or a time has passed. It neither throws what they fail with, nor
   * cancels those that are left, nor throws when time is up.
   *
   * @param <T> the type of their results
   * @param futures futures and tasks of the caller's loop
   * @param timeout how long to wait at most; zero or negative means an iteration of the loop; null
   *     means no limit
   * @param returnWhen what to wait for
   * @return which are done and which are not
   * @throws IllegalArgumentException if there are none, or one is of another loop
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled
   */
  public static <T extends @Nullable Object> WaitResult<T> wait(
      Collection<? extends LoopFuture<? extends T>> futures,
      @Nullable Duration timeout,
      ReturnWhen returnWhen) {
    return Waiting.run(SocketLoop.running(), futures, timeout, returnWhen);
  }

  /**
   * Runs awaitables at once and gives them as they get done (as_completed).
   *
   * @param <T> the type of their results
   * @param awaitables as {@link #asCompleted(Collection, Duration)} takes them
   * @return as {@link #asCompleted(Collection, Duration)} returns it
   * @throws IllegalArgumentException if one is a future of another loop
   */
  public static <T extends @Nullable Object> Iterable<LoopFuture<T>> asCompleted(
      Collection<? extends Awaitable<T>> awaitables) {
    return asCompleted(awaitables, null);
  }

  /**
   * Runs awaitables at once and gives them as they get done (as_completed, in the form of an async
   * iterator).
   *
   * <pre>{@code
   * for (LoopFuture<Page> download : asCompleted(downloads)) {
   *     show(download.await()); // does not wait: it is done
   * }
   * }</pre>
   *
   * <p>All start with this call. The iterable can be gone through once; several tasks may share the work.
   * A task that is cancelled while it waits for the next future leaves it to others.
   *
   * @param <T> the type of their results
   * @param awaitables futures and tasks, which are given as they are, and anything else as new tasks. A
   *     future that is given twice comes once
   * @param timeout how long after this call to wait at most, null for no limit. After it the iterator's
   *     {@code next()} throws, for each future that was not done, a {@link
   *     java.util.concurrent.TimeoutException}, which it does not declare; the futures go on
   * @return futures that are done, in the order in which they got done; its iterator's {@code next()}
   *     waits for one
   * @throws IllegalArgumentException if one is a future of another loop; none is started then
   */
  public static <T extends @Nullable Object> Iterable<LoopFuture<T>> asCompleted(
      Collection<? extends Awaitable<T>> awaitables, @Nullable Duration timeout) {
    return Completions.of(SocketLoop.running(), awaitables, timeout);
  }

  /**
   * Waits for one awaitable, but not for longer than a time (wait_for). To wait on while the caller gives
   * up, give it {@link #shield} of a task.
   *
   * <p>When the time has passed, what is awaited is cancelled, and its cleanup is waited for. If it goes
   * on and returns nevertheless, its result is returned.
   *
   * @param <T> the type of the result
   * @param awaitable a future or task, or a body, which runs in the calling task
   * @param timeout how long; null means no limit. If it is zero or negative, the result of a future that
   *     is done is returned, and anything else is cancelled at once: a body never starts
   * @return its result
   * @throws TimeoutException if the time has passed
   * @throws java.util.concurrent.CancellationException if it, or the calling task, was cancelled
   * @throws IllegalStateException if the caller is not a task
   * @throws Exception what it failed with
   */
  public static <T extends @Nullable Object> T waitFor(
      Awaitable<T> awaitable, @Nullable Duration timeout) throws TimeoutException, Exception {
    return WaitFor.run(SocketLoop.running(), awaitable, timeout);
  }

  /**
   * Runs a body without a result, but not for longer than a time (wait_for).
   *
   * @param body what to run, in the calling task
   * @param timeout as for {@link #waitFor(Awaitable, Duration)}
   * @throws TimeoutException if the time has passed
   * @throws java.util.concurrent.CancellationException if the calling task was cancelled
   * @throws IllegalStateException if the caller is not a task
   * @throws Exception what it failed with
   */
  public static void waitFor(AwaitableAction body, @Nullable Duration timeout)
      throws TimeoutException, Exception {
    Asyncio.<@Nullable Void>waitFor(Objects.requireNonNull(body, "body").asAwaitable(), timeout);
  }

  /**
   * Keeps an awaitable from being cancelled along with those who wait for it.
   *
   * @param <T> the type of the result
   * @param awaitable a future or task, or a body, which is made a task
   * @return a future that ends as the awaitable does; cancelling it leaves the awaitable alone. The
   *     awaitable itself if it is a future that is done
   * @throws IllegalArgumentException if it is a future of another loop
   */
  public static <T extends @Nullable Object> LoopFuture<T> shield(Awaitable<T> awaitable) {
    return Shield.of(SocketLoop.running(), awaitable);
  }

  /**
   * Keeps a body without a result from being cancelled along with those who wait for it.
   *
   * @param body what to run, as a task
   * @return a future that ends as the task does; cancelling it leaves the task alone
   */
  public static LoopFuture<@Nullable Void> shield(AwaitableAction body) {
    return Asyncio.<@Nullable Void>shield(Objects.requireNonNull(body, "body").asAwaitable());
  }

  /**
   * Makes a limit for the time that a body of code may take: {@code timeout(d).run(() -> …)}.
   *
   * @param delay how long, from this call on; zero or negative means that the body is cancelled where it
   *     first waits; null means no limit
   * @return the limit, for one body
   */
  public static Timeout timeout(@Nullable Duration delay) {
    return TimeLimit.after(SocketLoop.running(), delay);
  }

  /**
   * Makes a limit for the time that a body of code may take (timeout_at).
   *
   * @param when until when, as {@link EventLoop#time} tells it; a time that has passed means that the
   *     body is cancelled where it first waits; null means no limit
   * @return the limit, for one body
   */
  public static Timeout timeoutAt(@Nullable Duration when) {
    return TimeLimit.at(SocketLoop.running(), when);
  }

  /**
   * Runs a body that makes tasks, and waits for them all (TaskGroup); if one fails, the others are
   * cancelled. Where the compiler finds a call ambiguous, write the parameter's type: {@code taskGroup(
   * (TaskGroup group) -> …)}.
   *
   * @param <T> the type of the result
   * @param body what to run, in the calling task
   * @return its result, once all tasks are done
   * @throws ExceptionGroup if a task or the body failed: all failures, the body's last
   * @throws java.util.concurrent.CancellationException if the calling task was cancelled, and nothing
   *     failed
   * @throws IllegalStateException if the caller is not a task
   */
  @SuppressWarnings("overloads") // a lambda in braces shows whether it has a result
  public static <T extends @Nullable Object> T taskGroup(TaskGroup.Body<T> body)
      throws ExceptionGroup {
    return Group.run(SocketLoop.running(), body);
  }

  /**
   * Runs a body without a result that makes tasks, and waits for them all (TaskGroup); if one fails, the
   * others are cancelled.
   *
   * @param body what to run, in the calling task
   * @throws ExceptionGroup if a task or the body failed: all failures, the body's last
   * @throws java.util.concurrent.CancellationException if the calling task was cancelled, and nothing
   *     failed
   * @throws IllegalStateException if the caller is not a task
   */
  @SuppressWarnings("overloads") // a lambda in braces shows whether it has a result
  public static void taskGroup(TaskGroup.Action body) throws ExceptionGroup {
    Objects.requireNonNull(body, "body");
    Asyncio.<@Nullable Void>taskGroup(group -> {
      body.run(group);
      return null;
    });
  }

  // ---- threads and other futures

  /**
   * Runs a job that blocks in a thread of the default executor, in a copy of the caller's context, and
   * waits for it; other tasks run meanwhile. To have it run beside the caller, make a task of the call.
   *
   * <p>If the calling task is cancelled a job that runs is not interrupted: it goes on, and nobody learns
   * how it ends.
   *
   * @param <T> the type of the result
   * @param job what to run
   * @return its result
   * @throws IllegalStateException if the caller is not a task, or {@link
   *     EventLoop#shutdownDefaultExecutor} was called
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled
   * @throws Exception what the job threw
   */
  public static <T extends @Nullable Object> T toThread(Callable<T> job) throws Exception {
    return Chains.toThread(SocketLoop.running(), job);
  }

  /**
   * Runs a job without a result in a thread of the default executor, in a copy of the caller's context,
   * and waits for it; other tasks run meanwhile.
   *
   * @param job what to run; it is not on the loop, and so may wait for nothing of the loop's
   * @throws IllegalStateException if the caller is not a task, or {@link
   *     EventLoop#shutdownDefaultExecutor} was called
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled
   * @throws Exception what the job threw
   */
  public static void toThread(AwaitableAction job) throws Exception {
    Awaitable<@Nullable Void> body = Objects.requireNonNull(job, "job").asAwaitable();
    Asyncio.<@Nullable Void>toThread(body::await);
  }

  /**
   * Runs a body as a task of a loop that runs in another thread.
   *
   * @param <T> the type of the result
   * @param body what to run
   * @param loop where to run it
   * @return a future that ends as the task does; if no task can be made, with the reason. Cancelling it
   *     cancels the task; it is cancelled if the loop is closed before the task is done. Waiting for it on
   *     the loop itself is refused as by {@link LoopFuture#toCompletableFuture}
   * @throws IllegalStateException if the loop is closed
   */
  @AnyThread
  public static <T extends @Nullable Object> CompletableFuture<T> runCoroutineThreadsafe(
      Awaitable<T> body, EventLoop loop) {
    return Chains.submit(body, loop);
  }

  /**
   * Makes a stage of the JDK's awaitable on the loop that the caller runs on: the answer of {@code
   * HttpClient.sendAsync}, for one.
   *
   * @param <T> the type of the result
   * @param stage any stage, done or not
   * @return a future that ends as the stage does, by way of the loop, with the failure as it was thrown,
   *     without the {@link java.util.concurrent.CompletionException} around it. Cancelling it cancels the
   *     stage
   */
  public static <T extends @Nullable Object> LoopFuture<T> wrapFuture(CompletionStage<T> stage) {
    return Chains.wrap(SocketLoop.running(), stage);
  }

  /**
   * Makes a future of the JDK's awaitable on the loop that the caller runs on.
   *
   * @param <T> the type of the result
   * @param future any future, done or not
   * @return a future that ends as the other does, as by {@link #wrapFuture(CompletionStage)}
   */
  public static <T extends @Nullable Object> LoopFuture<T> wrapFuture(CompletableFuture<T> future) {
    return Chains.wrap(SocketLoop.running(), (CompletionStage<T>) future);
  }

  /**
   * Makes a future of the JDK's awaitable on the loop that the caller runs on. Unless it is done, or a
   * {@link CompletionStage} as well, a thread of the default executor waits for it.
   *
   * @param <T> the type of the result
   * @param future any future, done or not
   * @return a future that ends as the other does, by way of the loop, with the failure as it was thrown,
   *     without the {@link java.util.concurrent.ExecutionException} around it. Cancelling it cancels the
   *     other, without an interrupt
   * @throws IllegalStateException if a thread must wait for it and {@link
   *     EventLoop#shutdownDefaultExecutor} was called
   */
  public static <T extends @Nullable Object> LoopFuture<T> wrapFuture(Future<T> future) {
    return Chains.wrap(SocketLoop.running(), future);
  }

  /**
   * Makes a task of a body; a future or task is returned as it is.
   *
   * @param <T> the type of the result
   * @param awaitable a body, future or task
   * @return a future of its result
   */
  public static <T extends @Nullable Object> LoopFuture<T> ensureFuture(Awaitable<T> awaitable) {
    return awaitable instanceof LoopFuture<T> future ? future : createTask(awaitable);
  }

  /**
   * Tells whether something is a future or task of a loop.
   *
   * @param object anything
   * @return whether it is a {@link LoopFuture}; the JDK's futures are none
   */
  @AnyThread
  public static boolean isFuture(@Nullable Object object) {
    return object instanceof LoopFuture;
  }

  /**
   * Makes a loop by the policy in force, which the caller closes.
   *
   * @return an open loop that does not run
   * @throws BackendUnavailableException if the backend cannot run here
   */
  @AnyThread
  public static EventLoop newEventLoop() {
    return LoopPolicy.get().newEventLoop();
  }

  // ---- the loop and its connections

  /**
   * The loop that the caller runs on.
   *
   * @return the loop
   * @throws IllegalStateException if the caller is neither a task nor a callback of one
   */
  public static EventLoop getRunningLoop() {
    return SocketLoop.running();
  }

  /**
   * Listens, and serves each connection by a task of its own.
   *
   * @param handler serves one connection
   * @param host a name or literal address, whose addresses are listened at, but for those that are
   *     not this host's; null means all interfaces
   * @param port 1 to 65535, or 0 to let the system choose
   * @return the server
   * @throws java.net.BindException if an address is taken
   * @throws IOException if it fails otherwise
   */
  public static Server startServer(StreamHandler handler, @Nullable String host, int port)
      throws IOException {
    return startServer(handler, host, port, ServerOptions.DEFAULT);
  }

  /**
   * Listens, and serves each connection by a task of its own.
   *
   * @param handler serves one connection
   * @param host a name or literal address; null means all interfaces
   * @param port 1 to 65535, or 0 to let the system choose
   * @param options how to listen
   * @return the server
   * @throws java.net.BindException if an address is taken
   * @throws IOException if it fails otherwise
   */
  public static Server startServer(
      StreamHandler handler, @Nullable String host, int port, ServerOptions options)
      throws IOException {
    return SocketLoop.running()
        .startServer(handler, host == null ? List.of() : List.of(host), port, options);
  }

  /**
   * Connects to a host.
   *
   * @param host a name or literal address; its addresses are tried in turn
   * @param port 1 to 65535
   * @return the two ends of the stream
   * @throws java.net.ConnectException if it is refused
   * @throws IOException if it fails otherwise
   */
  public static StreamConnection openConnection(String host, int port) throws IOException {
    return openConnection(host, port, ConnectOptions.DEFAULT);
  }

  /**
   * Connects to a host.
   *
   * @param host a name or literal address; its addresses are tried in turn
   * @param port 1 to 65535
   * @param options how to connect
   * @return the two ends of the stream
   * @throws java.net.ConnectException if it is refused
   * @throws IOException if it fails otherwise
   */
  public static StreamConnection openConnection(String host, int port, ConnectOptions options)
      throws IOException {
    return SocketLoop.running().openConnection(host, port, options);
  }

  /**
   * Listens at a Unix socket, and serves each connection by a task of its own.
   *
   * @param handler serves one connection
   * @param address a {@link java.net.UnixDomainSocketAddress}, or on Linux's native backend an {@link
   *     dev.culebra.net.AbstractSocketAddress}
   * @return the server
   * @throws java.net.BindException if another file is in the way, or the name is taken
   * @throws IOException if it fails otherwise
   */
  public static Server startUnixServer(StreamHandler handler, SocketAddress address)
      throws IOException {
    return startUnixServer(handler, address, ServerOptions.DEFAULT);
  }

  /**
   * Listens at a Unix socket, and serves each connection by a task of its own.
   *
   * @param handler serves one connection
   * @param address a {@link java.net.UnixDomainSocketAddress}, or on Linux's native backend an {@link
   *     dev.culebra.net.AbstractSocketAddress}
   * @param options how to listen
   * @return the server
   * @throws java.net.BindException if another file is in the way, or the name is taken
   * @throws IOException if it fails otherwise
   */
  public static Server startUnixServer(
      StreamHandler handler, SocketAddress address, ServerOptions options) throws IOException {
    return SocketLoop.running().startUnixServer(handler, address, options);
  }

  /**
   * Connects to a Unix socket.
   *
   * @param address a {@link java.net.UnixDomainSocketAddress}, or on Linux's native backend an {@link
   *     dev.culebra.net.AbstractSocketAddress}
   * @return the two ends of the stream
   * @throws IOException if there is no such socket, or nobody listens
   */
  public static StreamConnection openUnixConnection(SocketAddress address) throws IOException {
    return openUnixConnection(address, ConnectOptions.DEFAULT);
  }

  /**
   * Connects to a Unix socket.
   *
   * @param address a {@link java.net.UnixDomainSocketAddress}, or on Linux's native backend an {@link
   *     dev.culebra.net.AbstractSocketAddress}
   * @param options how to connect
   * @return the two ends of the stream
   * @throws IOException if there is no such socket, or nobody listens
   */
  public static StreamConnection openUnixConnection(SocketAddress address, ConnectOptions options)
      throws IOException {
    return SocketLoop.running().openUnixConnection(address, options);
  }

  /**
   * Reads a FIFO as a stream. One that nobody writes yet is silent until somebody does.
   *
   * @param fifo a FIFO or a character device
   * @return a reader, and a way to close it; the writer refuses to write
   * @throws IllegalArgumentException if it is another kind of file
   * @throws UnsupportedOperationException on the backend nio: the JDK opens a FIFO blocking only
   * @throws IOException if it cannot be opened
   */
  public static StreamConnection openReadPipe(Path fifo) throws IOException {
    return SocketLoop.running().openReadPipe(fifo);
  }

  /**
   * Reads a descriptor as a stream, for one 0, the standard input. It is made non-blocking, also for those
   * who share its open file, and belongs to the stream from now on.
   *
   * @param fd a pipe, FIFO, stream socket or character device
   * @return a reader, and a way to close it; the writer refuses to write
   * @throws IllegalArgumentException if it is anything else, or not open for reading
   * @throws UnsupportedOperationException on the backend nio
   * @throws IOException if it fails otherwise
   */
  public static StreamConnection openReadPipe(int fd) throws IOException {
    return SocketLoop.running().openReadPipe(fd);
  }

  /**
   * Reads one end of a {@link java.nio.channels.Pipe} as a stream. It is made non-blocking and belongs to
   * the stream from now on.
   *
   * @param channel a pipe's source, or a connected socket channel
   * @return a reader, and a way to close it; the writer refuses to write
   * @throws IllegalArgumentException if it is another kind of channel
   * @throws UnsupportedOperationException on native backends
   * @throws IOException if it fails otherwise
   */
  public static StreamConnection openReadPipe(SelectableChannel channel) throws IOException {
    return SocketLoop.running().openReadPipe(channel);
  }

  /**
   * Writes to a FIFO as a stream.
   *
   * @param fifo a FIFO that somebody reads, or a character device
   * @return a writer
   * @throws IllegalArgumentException if it is another kind of file
   * @throws UnsupportedOperationException on the backend nio: the JDK opens a FIFO blocking only
   * @throws IOException if it cannot be opened, or nobody reads it
   */
  public static StreamWriter openWritePipe(Path fifo) throws IOException {
    return SocketLoop.running().openWritePipe(fifo);
  }

  /**
   * Writes to a descriptor as a stream. It is made non-blocking, also for those who share its open file,
   * and belongs to the stream from now on.
   *
   * @param fd a pipe, FIFO, stream socket or character device
   * @return a writer
   * @throws IllegalArgumentException if it is anything else, or not open for writing
   * @throws UnsupportedOperationException on the backend nio
   * @throws IOException if it fails otherwise
   */
  public static StreamWriter openWritePipe(int fd) throws IOException {
    return SocketLoop.running().openWritePipe(fd);
  }

  /**
   * Writes to one end of a {@link java.nio.channels.Pipe} as a stream. It is made non-blocking and belongs
   * to the stream from now on.
   *
   * @param channel a pipe's sink, or a connected socket channel
   * @return a writer
   * @throws IllegalArgumentException if it is another kind of channel
   * @throws UnsupportedOperationException on native backends
   * @throws IOException if it fails otherwise
   */
  public static StreamWriter openWritePipe(SelectableChannel channel) throws IOException {
    return SocketLoop.running().openWritePipe(channel);
  }

  /**
   * Opens an endpoint for datagrams, UDP, for tasks to send and receive with. asyncio has only the
   * protocol style of it, {@link EventLoop#createDatagramEndpoint}.
   *
   * @param options what to bind and connect to: at least one address, or a family
   * @return the socket, which the caller closes
   * @throws java.net.UnknownHostException if a host's name is not known
   * @throws java.net.BindException if the local address is taken or not a local one
   * @throws IOException if it fails otherwise; no socket is left open
   * @throws IllegalArgumentException if there is neither an address nor a family, or the addresses have
   *     no family in common
   */
  public static AsyncDatagramSocket openDatagramEndpoint(DatagramOptions options)
      throws IOException {
    return SocketLoop.running().openDatagramEndpoint(options);
  }

  /**
   * Starts a program (asyncio's {@code create_subprocess_exec}). Its three streams are the caller's.
   *
   * @param command the program, which is looked for on the PATH, and its arguments
   * @return the process
   * @throws IOException if it cannot be started, with the program's name
   * @throws IllegalArgumentException if there is no program, or a null character in an argument
   */
  public static AsyncProcess createSubprocessExec(String... command) throws IOException {
    return createSubprocessExec(List.of(command), ProcessOptions.DEFAULT);
  }

  /**
   * Starts a program (asyncio's {@code create_subprocess_exec}).
   *
   * @param command the program, which is looked for on the PATH, and its arguments
   * @param options what its streams are, and more
   * @return the process
   * @throws IOException if it cannot be started, with the program's name; nothing is left of it
   * @throws IllegalArgumentException if there is no program, or a null character in an argument
   * @throws UnsupportedOperationException if the backend cannot do what the options say
   * @throws CancellationException if the calling task is cancelled; the process is killed
   */
  public static AsyncProcess createSubprocessExec(List<String> command, ProcessOptions options)
      throws IOException {
    return Children.start(SocketLoop.running(), command, options);
  }

  /**
   * Has the system's shell run a line (asyncio's {@code create_subprocess_shell}). Its three streams are
   * the caller's.
   *
   * @param command what the shell is to run; whoever builds it of parts has to quote them
   * @return the process
   * @throws IOException if the shell cannot be started
   */
  public static AsyncProcess createSubprocessShell(String command) throws IOException {
    return createSubprocessShell(command, ProcessOptions.DEFAULT);
  }

  /**
   * Has the system's shell run a line (asyncio's {@code create_subprocess_shell}).
   *
   * @param command what the shell is to run; whoever builds it of parts has to quote them
   * @param options what its streams are, and more
   * @return the process
   * @throws IOException if the shell cannot be started; nothing is left of it
   * @throws UnsupportedOperationException if the backend cannot do what the options say
   * @throws CancellationException if the calling task is cancelled; the process is killed
   */
  public static AsyncProcess createSubprocessShell(String command, ProcessOptions options)
      throws IOException {
    return Children.start(SocketLoop.running(), Children.shell(command), options);
  }
}
