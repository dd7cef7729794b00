// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import dev.culebra.internal.loop.CallGraphs;
import dev.culebra.internal.loop.Gathering;
import dev.culebra.internal.loop.Runs;
import dev.culebra.internal.net.SocketLoop;
import dev.culebra.net.ConnectOptions;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamHandler;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
 * <p><b>Threading</b>: all but {@link #run} must be called on a loop: from a task, or, where nothing is
 * waited for, from a callback.
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
