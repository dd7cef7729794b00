// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.Awaitable;
import dev.culebra.EventLoop;
import dev.culebra.LoopGroupOptions;
import dev.culebra.LoopPolicy;
import dev.culebra.internal.loop.Chains;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamHandler;
import dev.culebra.spi.AnyThread;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The loops of a group, what they are given to do, and their end. */
@AnyThread
public final class Members {

  private static final Duration FOR_EVER = Duration.ofDays(10_000);

  private final List<GroupMember> members;
  private final boolean sharePorts;
  private final AtomicInteger turn = new AtomicInteger();
  private final Set<SharedServer> servers = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> ended;
  private volatile boolean shutDown;

  private Members(List<GroupMember> members, boolean sharePorts) {
    this.members = members;
    this.sharePorts = sharePorts;
    this.ended = CompletableFuture.allOf(
        members.stream().map(GroupMember::ended).toArray(CompletableFuture<?>[]::new));
  }

  /** Makes all loops, or none, and starts their threads. */
  public static Members open(LoopGroupOptions options) {
    List<GroupMember> made = new ArrayList<>();
    try {
      while (made.size() < options.loops()) {
        SocketLoop loop = newLoop(options.loopFactory());
        if (made.stream().anyMatch(member -> member.loop() == loop)) {
          throw new IllegalStateException("the loop factory has returned the same loop twice");
        }
        made.add(new GroupMember(loop));
      }
    } catch (RuntimeException | Error e) {
      made.forEach(member -> member.loop().close());
      throw e;
    }
    Members members = new Members(List.copyOf(made), options.sharePorts());
    for (GroupMember member : made) {
      member.whenEnded(() -> members.hasEnded(member));
      member.start();
    }
    return members;
  }

  private static SocketLoop newLoop(@Nullable Supplier<? extends EventLoop> factory) {
    EventLoop made = factory == null ? LoopPolicy.get().newEventLoop() : factory.get();
    if (made instanceof SocketLoop loop && !loop.isRunning() && !loop.isClosed()) {
      return loop;
    }
    throw new IllegalStateException(
        "a loop factory must return a new loop that LoopPolicy.newEventLoop() made, not " + made);
  }

  private void hasEnded(GroupMember member) {
    for (SharedServer server : servers) {
      server.hasEnded(member);
    }
  }

  // ---- loops and work

  public List<EventLoop> loops() {
    return members.stream().<EventLoop>map(GroupMember::loop).toList();
  }

  public EventLoop next() {
    return nextMember().loop();
  }

  private GroupMember nextMember() {
    List<GroupMember> alive = alive();
    return alive.get(Math.floorMod(turn.getAndIncrement(), alive.size()));
  }

  /** Those that have not ended, one at least. */
  List<GroupMember> alive() {
    if (shutDown) {
      throw new IllegalStateException("the LoopGroup is closed; open another one");
    }
    List<GroupMember> alive = members.stream().filter(GroupMember::isAlive).toList();
    if (alive.isEmpty()) {
      throw allEnded();
    }
    return alive;
  }

  IllegalStateException allEnded() {
    List<Throwable> failures = failures();
    return new IllegalStateException(
        "all loops of the LoopGroup have ended", failures.isEmpty() ? null : failures.get(0));
  }

  public <T extends @Nullable Object> CompletableFuture<T> submit(Awaitable<T> body) {
    Objects.requireNonNull(body, "body");
    return Chains.submit(body, nextMember().loop());
  }

  public <T extends @Nullable Object> List<CompletableFuture<T>> submitToEach(Awaitable<T> body) {
    Objects.requireNonNull(body, "body");
    return alive().stream().map(member -> Chains.submit(body, member.loop())).toList();
  }

  // ---- servers

  public Server createServer(
      Function<SocketLoop, Supplier<? extends BaseProtocol>> protocols,
      List<String> hosts,
      int port,
      ServerOptions options)
      throws IOException {
    SocketLoop.requirePort(port, 0);
    List<String> names = List.copyOf(hosts);
    ServerOptions each =
        options.withStartServing(false).withReusePort(sharePorts || options.reusePort());
    boolean exclusive = sharePorts && port != 0 && !options.reusePort();
    return open(sharePorts, protocols, options, (loop, known) -> {
      if (known != null) {
        return loop.createServerAt(protocols.apply(loop), known, each);
      }
      if (exclusive) { // who has the port is told; with SO_REUSEPORT they would share it
        loop.createServer(protocols.apply(loop), names, port, each.withReusePort(false))
            .close();
      }
      return (SocketServer) loop.createServer(protocols.apply(loop), names, port, each);
    });
  }

  public Server startServer(
      StreamHandler handler, List<String> hosts, int port, ServerOptions options)
      throws IOException {
    Objects.requireNonNull(handler, "handler");
    return createServer(loop -> loop.serving(handler, options), hosts, port, options);
  }

  public Server createUnixServer(
      Function<SocketLoop, Supplier<? extends BaseProtocol>> protocols,
      SocketAddress address,
      ServerOptions options)
      throws IOException {
    UnixPaths.check(address);
    ServerOptions each = options.withStartServing(false);
    return open(false, protocols, options, (loop, known) ->
        (SocketServer) loop.createUnixServer(protocols.apply(loop), address, each));
  }

  public Server startUnixServer(StreamHandler handler, SocketAddress address, ServerOptions options)
      throws IOException {
    Objects.requireNonNull(handler, "handler");
    return createUnixServer(loop -> loop.serving(handler, options), address, options);
  }

  private Server open(
      boolean eachListens,
      Function<SocketLoop, Supplier<? extends BaseProtocol>> protocols,
      ServerOptions options,
      SharedServer.Opening opening)
      throws IOException {
    SharedServer server = new SharedServer(this, eachListens, protocols, options, opening);
    servers.add(server);
    try {
      server.open(alive());
    } catch (Throwable t) {
      server.close();
      throw t;
    }
    return server;
  }

  void forget(SharedServer server) {
    servers.remove(server);
  }

  // ---- the end

  public List<Throwable> failures() {
    return members.stream().map(GroupMember::failure).filter(Objects::nonNull).toList();
  }

  public void shutdown() {
    shutDown = true;
    servers.forEach(SharedServer::close);
    members.forEach(GroupMember::stop);
  }

  public boolean isTerminated() {
    return ended.isDone();
  }

  public boolean awaitTermination(Duration timeout) throws InterruptedException {
    checkMayWait();
    CompletableFuture<Void> wait = ended
        .copy()
        .orTimeout(
            timeout.compareTo(FOR_EVER) < 0 ? timeout.toMillis() : FOR_EVER.toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      Chains.awaitAnywhere(wait);
      return true;
    } catch (InterruptedException | RuntimeException e) {
      throw e;
    } catch (TimeoutException e) {
      return ended.isDone();
    } catch (Exception e) {
      throw new AssertionError("a loop's end does not fail", e);
    }
  }

  private void checkMayWait() {
    for (GroupMember member : members) {
      if (member.loop().isCurrent()) {
        throw new IllegalStateException(
            "a loop of the LoopGroup cannot wait for its own end: call shutdown(), which does not"
                + " wait");
      }
    }
  }

  public void close() {
    checkMayWait();
    shutdown();
    boolean interrupted = false;
    while (true) {
      try {
        Chains.awaitAnywhere(ended.copy());
        for (GroupMember member : members) {
          member.join();
        }
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (IllegalStateException e) { // a CancellationException, too
        throw e;
      } catch (Exception e) {
        throw new AssertionError("a loop's end does not fail", e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
