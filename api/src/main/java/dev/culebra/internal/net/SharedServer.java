// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.EventLoop;
import dev.culebra.ExceptionContext;
import dev.culebra.internal.loop.Chains;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.spi.AnyThread;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Is a server of several loops, each of which has a part of its connections.
 *
 * <p>Either each part listens, at the same port; or one of them does, the acceptor, and hands what it
 * accepts over to all in turn. If the acceptor's loop ends, another listens in its place.
 *
 * <p>A socket that is handed over while the receiving loop ends:
 *
 * <pre>
 *   the acceptor                          the receiver's thread, its loop being closed
 *   arrivals.add(socket)                  over = true
 *   over? empty the queue                 empty the queue
 *
 *   whoever comes second empties the queue, and closes what is in it
 * </pre>
 */
@AnyThread
final class SharedServer implements Server {

  /** Makes a server on a loop that does not accept yet. Called in a task of that loop. */
  interface Opening {

    /**
     * Opens it.
     *
     * @param known where the others listen; null for the first
     */
    SocketServer open(SocketLoop loop, @Nullable List<SocketAddress> known) throws IOException;
  }

  private final Members members;
  private final boolean eachListens;
  private final Function<SocketLoop, Supplier<? extends BaseProtocol>> protocols;
  private final ServerOptions options;
  private final Opening opening;

  /** All parts: one for each member, and one more for each that took the acceptor's place. */
  private final List<Part> parts = new CopyOnWriteArrayList<>();

  private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
  private final AtomicBoolean inServeForever = new AtomicBoolean();
  private volatile List<SocketAddress> addresses = List.of();
  private volatile List<Part> receivers = List.of();
  private volatile @Nullable GroupMember acceptor;
  private volatile boolean serving;
  private volatile boolean closed;

  /** Touched by the acceptor's loop, one after the other. */
  private int turn;

  SharedServer(
      Members members,
      boolean eachListens,
      Function<SocketLoop, Supplier<? extends BaseProtocol>> protocols,
      ServerOptions options,
      Opening opening) {
    this.members = members;
    this.eachListens = eachListens;
    this.protocols = protocols;
    this.options = options;
    this.opening = opening;
  }

  /** What one loop has of this server. */
  private static final class Part {

    final GroupMember member;
    final SocketServer server;

    /** Done when it is closed and its last connection is gone, or its loop has ended. */
    final CompletableFuture<@Nullable Void> gone = new CompletableFuture<>();

    private final Queue<StreamSocket> arrivals = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean announced = new AtomicBoolean();
    private volatile boolean over;

    Part(GroupMember member, SocketServer server) {
      this.member = member;
      this.server = server;
      server.whenGone(() -> gone.complete(null));
      member.whenEnded(this::end);
    }

    void post(Runnable action) {
      member.loop().callSoonThreadsafeUnlessClosed(action);
    }

    /** Takes a socket over from another loop, or refuses it. */
    boolean take(StreamSocket socket) {
      if (!member.isAlive()) {
        return false;
      }
      arrivals.add(socket);
      if (over) {
        closeArrivals();
      } else if (!announced.getAndSet(true)) {
        post(this::serveArrivals);
      }
      return true;
    }

    private void serveArrivals() {
      announced.set(false);
      for (StreamSocket socket; (socket = arrivals.poll()) != null; ) {
        server.serveForeign(socket);
      }
    }

    private void end() {
      over = true;
      closeArrivals();
      gone.complete(null);
    }

    private void closeArrivals() {
      for (StreamSocket socket; (socket = arrivals.poll()) != null; ) {
        socket.close();
      }
    }
  }

  // ---- opening

  /** Opens a part on each member, and returns when all listen. */
  void open(List<GroupMember> alive) throws IOException {
    List<Part> opened = new ArrayList<>();
    for (GroupMember member : alive) {
      boolean first = opened.isEmpty();
      opened.add(await(Chains.submit(
          () -> {
            Part part = first || eachListens
                ? listening(member, first ? null : addresses)
                : receiving(member);
            if (first) {
              addresses = part.server.addresses();
            }
            return part;
          },
          member.loop())));
    }
    receivers = List.copyOf(opened);
    if (!eachListens) {
      acceptor = alive.get(0);
    }
    if (options.startServing()) {
      startServing();
    }
    GroupMember accepting = acceptor;
    if (accepting != null
        && accepting.ended().isDone()) { // before anybody could know whom to replace
      replaceAcceptor(accepting);
    }
  }

  /** A part that listens. In a task of the member. */
  private Part listening(GroupMember member, @Nullable List<SocketAddress> known)
      throws IOException {
    Part part = added(new Part(member, opening.open(member.loop(), known)));
    if (!eachListens) {
      part.server.handOverTo(socket -> handOver(member, socket));
    }
    return part;
  }

  private Part receiving(GroupMember member) throws IOException {
    SocketLoop loop = member.loop();
    return added(new Part(
        member,
        loop.createServerAt(protocols.apply(loop), List.of(), options.withStartServing(false))));
  }

  /** Whoever comes second, this or {@link #close}, closes it. */
  private Part added(Part part) {
    parts.add(part);
    if (closed) {
      part.server.close();
    }
    return part;
  }

  private static <T extends @Nullable Object> T await(CompletableFuture<T> future)
      throws IOException {
    try {
      return Chains.awaitAnywhere(future);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** What waits throws one thing for a cancelled task and an interrupted thread. */
  private static CancellationException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    CancellationException cancelled = new CancellationException("interrupted");
    cancelled.initCause(e);
    return cancelled;
  }

  // ---- handing over

  private void handOver(GroupMember from, StreamSocket socket) {
    List<Part> all = receivers;
    for (int i = 0; i < all.size(); i++) {
      Part part = all.get(Math.floorMod(turn++, all.size()));
      if (part.member == from) {
        part.server.serve(socket);
        return;
      }
      if (part.take(socket)) {
        return;
      }
    }
    socket.close(); // the loops are ending, this one too
  }

  /** In the thread of the member, whose loop is closed. */
  void hasEnded(GroupMember member) {
    if (closed) {
      return;
    }
    if (parts.stream().noneMatch(part -> part.member.isAlive())) {
      end.completeExceptionally(members.allEnded());
    } else if (member == acceptor) {
      replaceAcceptor(member);
    }
  }

  private synchronized void replaceAcceptor(GroupMember lost) {
    GroupMember next = receivers.stream()
        .map(part -> part.member)
        .filter(GroupMember::isAlive)
        .findFirst()
        .orElse(null);
    if (acceptor != lost || next == null || closed) {
      return;
    }
    acceptor = next;
    CompletableFuture<?> ignored = Chains.submit(
            () -> {
              Part part = listening(next, addresses);
              if (serving && !closed) {
                part.server.startServing();
              }
              return part;
            },
            next.loop())
        .whenComplete((part, failure) -> {
          if (failure instanceof Exception && !(failure instanceof CancellationException)) {
            next.loop()
                .callExceptionHandler(ExceptionContext.of(
                    "nobody accepts connections at " + addresses
                        + " any more: their loop has ended, and another cannot listen there",
                    failure));
          }
        });
  }

  // ---- the server

  /** The first of them. */
  @Override
  public EventLoop getLoop() {
    return parts.get(0).member.loop();
  }

  @Override
  public List<SocketAddress> addresses() {
    return closed ? List.of() : addresses;
  }

  @Override
  public void startServing() {
    if (closed) {
      throw new IllegalStateException("the server is closed");
    }
    serving = true;
    for (Part part : parts) {
      part.post(() -> {
        if (!closed) {
          part.server.startServing();
        }
      });
    }
  }

  @Override
  public void serveForever() {
    if (!inServeForever.compareAndSet(false, true)) {
      throw new IllegalStateException("another task is in serveForever() of this server");
    }
    try {
      startServing();
      awaitEnd();
    } finally {
      inServeForever.set(false);
    }
  }

  private void awaitEnd() {
    try {
      await(end.copy());
    } catch (CancellationException e) {
      close();
      awaitClosed();
      throw e;
    } catch (IOException e) {
      throw new AssertionError("an end is not one of a connection", e);
    }
    awaitClosed();
    throw new CancellationException("the server was closed");
  }

  @Override
  public boolean isServing() {
    return serving && !closed;
  }

  @Override
  public void close() {
    closed = true;
    parts.forEach(part -> part.post(part.server::close));
    members.forget(this);
    end.complete(null);
  }

  @Override
  public void closeClients() {
    parts.forEach(part -> part.post(part.server::closeClients));
  }

  @Override
  public void abortClients() {
    parts.forEach(part -> part.post(part.server::abortClients));
  }

  @Override
  public void awaitClosed() {
    for (int i = 0; i < parts.size(); i++) { // one may be added meanwhile
      try {
        await(parts.get(i).gone.copy());
      } catch (IOException e) {
        throw new AssertionError("an end is not one of a connection", e);
      }
    }
  }

  @Override
  public String toString() {
    return "Server[" + addresses() + " of " + parts.size() + " loops]";
  }
}
