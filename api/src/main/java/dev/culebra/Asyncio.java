// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import dev.culebra.internal.loop.Chains;
import dev.culebra.internal.loop.Gathering;
import dev.culebra.internal.loop.Runs;
import dev.culebra.internal.net.SocketLoop;
import dev.culebra.net.ConnectOptions;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamHandler;
import dev.culebra.spi.AnyThread;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
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
   * cancelled and awaited first.
   *
   * @param <T> the type of the result
   * @param body what to run
   * @return its result
   * @throws IllegalStateException if the caller is on a loop already
   * @throws Exception what it failed with
   */
  public static <T extends @Nullable Object> T run(Awaitable<T> body) throws Exception {
    return Runs.run(body);
  }

  /**
   * Makes a loop, runs a body without a result on it as a task, and closes the loop.
   *
   * @param body what to run
   * @throws IllegalStateException if the caller is on a loop already
   * @throws Exception what it failed with
   */
  public static void run(AwaitableAction body) throws Exception {
    Runs.run(body.asAwaitable());
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
    return SocketLoop.currentTask();
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
   * Runs several awaitables at once.
   *
   * @param <T> the type of their results
   * @param awaitables futures and tasks as they are, anything else as new tasks
   * @return a future of their results, in the order of the arguments. The first failure is its failure,
   *     and the others go on; cancelling it cancels them all
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public static <T extends @Nullable Object> LoopFuture<List<T>> gather(
      Awaitable<? extends T>... awaitables) {
    return gather(List.of(awaitables));
  }

  /**
   * Runs several awaitables at once.
   *
   * @param <T> the type of their results
   * @param awaitables futures and tasks as they are, anything else as new tasks
   * @return a future of their results, in the order of the list. The first failure is its failure, and
   *     the others go on; cancelling it cancels them all
   */
  public static <T extends @Nullable Object> LoopFuture<List<T>> gather(
      List<? extends Awaitable<? extends T>> awaitables) {
    return Gathering.of(SocketLoop.running(), awaitables);
  }

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
    Objects.requireNonNull(job, "job");
    Asyncio.<@Nullable Void>toThread(() -> {
      job.await();
      return null;
    });
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
}
