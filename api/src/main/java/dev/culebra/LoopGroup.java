// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import dev.culebra.internal.net.Members;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamHandler;
import dev.culebra.spi.AnyThread;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs several loops, each in a platform thread of its own, and has them share servers: one process then
 * uses all cores. asyncio has no such thing.
 *
 * <p>A loop is single-threaded, and what runs on it needs no locks; a group is several such worlds side by
 * side. A connection stays with one loop for its life, but handlers and protocol factories of a shared
 * server are called by all of them at once, so that what they have in common must be thread-safe. Programs
 * that one core suffices for are simpler with {@link Asyncio#run} alone.
 *
 * <pre>{@code
 * run(() -> {
 *   try (LoopGroup group = LoopGroup.open();
 *       Server server = group.startServer(EchoServer::serve, List.of("127.0.0.1"), 8000, ServerOptions.DEFAULT)) {
 *     server.serveForever(); // until Ctrl+C, which cancels this task
 *   }
 * });
 * }</pre>
 *
 * <p><b>Threading</b>: all methods may be called from any thread, from tasks of any loop too. Those that
 * wait park a task, as all else that waits, and block a thread. Not for callbacks, except for {@link
 * #loops}, {@link #next}, {@link #submit}, {@link #submitToEach}, {@link #shutdown}, {@link #isTerminated}
 * and {@link #failures}, which do not wait.
 *
 * <p><b>Lifecycle</b>: the loops run from {@link #open} on. {@link #close}, or {@link #shutdown} without
 * waiting, ends servers, tasks and loops. A loop that is stopped by itself, or whose poller breaks, is
 * closed and leaves the group; the others go on, and take over what it accepted connections for.
 *
 * <p><b>Errors</b>: a loop that breaks tells its exception handler, and {@link #failures}.
 */
@AnyThread
public final class LoopGroup implements AutoCloseable {

  private final Members members;

  private LoopGroup(Members members) {
    this.members = members;
  }

  /**
   * Runs a loop for each processor.
   *
   * @return the group, which the caller closes
   * @throws BackendUnavailableException if the backend cannot run here
   * @throws java.io.UncheckedIOException if the system refuses, for one when no descriptor is left
   */
  public static LoopGroup open() {
    return open(LoopGroupOptions.DEFAULT);
  }

  /**
   * Runs some loops.
   *
   * @param loops how many, 1 to 1024
   * @return the group, which the caller closes
   * @throws IllegalArgumentException if the number is out of that range
   * @throws BackendUnavailableException if the backend cannot run here
   * @throws java.io.UncheckedIOException if the system refuses, for one when no descriptor is left
   */
  public static LoopGroup open(int loops) {
    return open(LoopGroupOptions.DEFAULT.withLoops(loops));
  }

  /**
   * Runs some loops.
   *
   * @param options how many, who makes them, and how they share ports
   * @return the group, which the caller closes
   * @throws BackendUnavailableException if the backend cannot run here
   * @throws java.io.UncheckedIOException if the system refuses, for one when no descriptor is left
   */
  public static LoopGroup open(LoopGroupOptions options) {
    return new LoopGroup(Members.open(Objects.requireNonNull(options, "options")));
  }

  // ---- loops and work

  /**
   * The loops, those that have ended among them.
   *
   * @return all loops, always in the same order
   */
  public List<EventLoop> loops() {
    return members.loops();
  }

  /**
   * Chooses a loop, each in turn but for those that have ended.
   *
   * @return a loop, for {@link EventLoop#callSoonThreadsafe} or {@link Asyncio#runCoroutineThreadsafe}
   * @throws IllegalStateException if the group is shut down, or all of its loops have ended
   */
  public EventLoop next() {
    return members.next();
  }

  /**
   * Runs a body as a task of the next loop, as by {@link Asyncio#runCoroutineThreadsafe}.
   *
   * @param <T> the type of the result
   * @param body what to run
   * @return a future that ends as the task does; cancelling it cancels the task, and it is cancelled if the
   *     loop ends before
   * @throws IllegalStateException if the group is shut down, or all of its loops have ended
   */
  public <T extends @Nullable Object> CompletableFuture<T> submit(Awaitable<T> body) {
    return members.submit(body);
  }

  /**
   * Runs a body without a result as a task of the next loop, as {@link #submit(Awaitable)}.
   *
   * @param body what to run
   * @return a future that ends as the task does
   * @throws IllegalStateException if the group is shut down, or all of its loops have ended
   */
  public CompletableFuture<@Nullable Void> submit(AwaitableAction body) {
    return members.submit(Objects.requireNonNull(body, "body").asAwaitable());
  }

  /**
   * Runs a body once on each loop, as a task of it: to start something that each of them is to have.
   *
   * @param <T> the type of the result
   * @param body what to run; {@link Asyncio#getRunningLoop} tells it where it is
   * @return a future for each loop that has not ended, as of {@link #submit(Awaitable)}
   * @throws IllegalStateException if the group is shut down, or all of its loops have ended
   */
  public <T extends @Nullable Object> List<CompletableFuture<T>> submitToEach(Awaitable<T> body) {
    return members.submitToEach(body);
  }

  /**
   * Runs a body without a result once on each loop, as {@link #submitToEach(Awaitable)}.
   *
   * @param body what to run
   * @return a future for each loop that has not ended
   * @throws IllegalStateException if the group is shut down, or all of its loops have ended
   */
  public List<CompletableFuture<@Nullable Void>> submitToEach(AwaitableAction body) {
    return members.submitToEach(Objects.requireNonNull(body, "body").asAwaitable());
  }

  // ---- servers

  /**
   * Listens at the addresses of several hosts, for all loops, and makes a protocol for each connection.
   *
   * <p>The server may be used from any thread. Its {@code close} returns at once, as always; {@code
   * awaitClosed} waits until no loop listens or has a connection any more. A port that another program has
   * is refused, even if that would share it, unless {@link ServerOptions#reusePort} says that it may.
   *
   * @param protocolFactory makes a {@link dev.culebra.net.Protocol} or {@link
   *     dev.culebra.net.BufferedProtocol}, on the loop that the connection is for
   * @param hosts names or literal addresses; none means all interfaces
   * @param port 1 to 65535, or 0 to let the system choose one for each address, the same for all loops
   * @param options how to listen
   * @return the server
   * @throws java.net.BindException if an address is taken
   * @throws IOException if it fails otherwise; no socket is left open
   * @throws IllegalStateException if the group is shut down, all of its loops have ended, or this is called
   *     by a callback
   */
  public Server createServer(
      Supplier<? extends BaseProtocol> protocolFactory,
      List<String> hosts,
      int port,
      ServerOptions options)
      throws IOException {
    Objects.requireNonNull(protocolFactory, "protocolFactory");
    return members.createServer(loop -> protocolFactory, hosts, port, options);
  }

  /**
   * Listens at the addresses of several hosts, for all loops, and serves each connection by a task of one of
   * them, as {@link #createServer}.
   *
   * @param handler serves a connection; it runs on all loops at once
   * @param hosts names or literal addresses; none means all interfaces
   * @param port 1 to 65535, or 0 to let the system choose one for each address, the same for all loops
   * @param options how to listen
   * @return the server
   * @throws java.net.BindException if an address is taken
   * @throws IOException if it fails otherwise; no socket is left open
   * @throws IllegalStateException if the group is shut down, all of its loops have ended, or this is called
   *     by a callback
   */
  public Server startServer(
      StreamHandler handler, List<String> hosts, int port, ServerOptions options)
      throws IOException {
    return members.startServer(handler, hosts, port, options);
  }

  /**
   * Listens at a Unix socket and makes a protocol for each connection. One loop accepts them and hands them
   * over in turn; otherwise this is as {@link #createServer}.
   *
   * @param protocolFactory makes a {@link dev.culebra.net.Protocol} or {@link
   *     dev.culebra.net.BufferedProtocol}, on the loop that the connection is for
   * @param address a {@link java.net.UnixDomainSocketAddress}, or on Linux's native backend an {@link
   *     dev.culebra.net.AbstractSocketAddress}
   * @param options how to listen; what concerns ports and TCP has no meaning here
   * @return the server
   * @throws java.net.BindException if another file is in the way, or the name is taken
   * @throws IOException if it fails otherwise; no socket is left open
   * @throws UnsupportedOperationException if the backend does not know this kind of address
   * @throws IllegalStateException if the group is shut down, all of its loops have ended, or this is called
   *     by a callback
   */
  public Server createUnixServer(
      Supplier<? extends BaseProtocol> protocolFactory,
      SocketAddress address,
      ServerOptions options)
      throws IOException {
    Objects.requireNonNull(protocolFactory, "protocolFactory");
    return members.createUnixServer(loop -> protocolFactory, address, options);
  }

  /**
   * Listens at a Unix socket and serves each connection by a task, as {@link #createUnixServer}.
   *
   * @param handler serves a connection; it runs on all loops at once
   * @param address a {@link java.net.UnixDomainSocketAddress}, or on Linux's native backend an {@link
   *     dev.culebra.net.AbstractSocketAddress}
   * @param options how to listen; what concerns ports and TCP has no meaning here
   * @return the server
   * @throws java.net.BindException if another file is in the way, or the name is taken
   * @throws IOException if it fails otherwise; no socket is left open
   * @throws UnsupportedOperationException if the backend does not know this kind of address
   * @throws IllegalStateException if the group is shut down, all of its loops have ended, or this is called
   *     by a callback
   */
  public Server startUnixServer(StreamHandler handler, SocketAddress address, ServerOptions options)
      throws IOException {
    return members.startUnixServer(handler, address, options);
  }

  // ---- the end

  /**
   * What loops of this group broke of; their exception handlers have been told.
   *
   * @return nothing as long as all went well
   */
  public List<Throwable> failures() {
    return members.failures();
  }

  /**
   * Ends the group without waiting for it: servers are closed, then on each loop the tasks that are left
   * are cancelled and awaited, those that fail are reported, and the loop is closed. Idempotent.
   */
  public void shutdown() {
    members.shutdown();
  }

  /**
   * Tells whether all loops have ended.
   *
   * @return whether the last of them is closed
   */
  public boolean isTerminated() {
    return members.isTerminated();
  }

  /**
   * Waits until all loops have ended, by {@link #shutdown} or by themselves.
   *
   * @param timeout how long to wait at most
   * @return whether they have
   * @throws InterruptedException if the calling thread is interrupted; a task is rather cancelled
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled
   * @throws IllegalStateException if this is called on a loop of this group, or by a callback
   */
  public boolean awaitTermination(Duration timeout) throws InterruptedException {
    return members.awaitTermination(timeout);
  }

  /**
   * Ends the group as {@link #shutdown} does, and waits for it. An interrupt is kept for later. Idempotent.
   *
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled; the loops end all
   *     the same
   * @throws IllegalStateException if this is called on a loop of this group, or by a callback
   */
  @Override
  public void close() {
    members.close();
  }

  @Override
  public String toString() {
    return "LoopGroup" + members.loops();
  }
}
