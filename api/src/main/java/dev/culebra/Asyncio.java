// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import dev.culebra.internal.loop.Gathering;
import dev.culebra.internal.loop.Runs;
import dev.culebra.internal.net.SocketLoop;
import dev.culebra.net.ConnectOptions;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
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
    Runs.<@Nullable Void>once(Runs.withoutResult(body), options);
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
