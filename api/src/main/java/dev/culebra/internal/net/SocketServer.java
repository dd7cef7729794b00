// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.EventLoop;
import dev.culebra.ExceptionContext;
import dev.culebra.LoopFuture;
import dev.culebra.internal.loop.Watch;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.TlsOptions;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.Poller;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Accepts connections on its sockets and makes a transport and a protocol of each. */
final class SocketServer implements Server {

  private static final System.Logger LOG = System.getLogger("dev.culebra");

  private static final Duration ACCEPT_RETRY_DELAY = Duration.ofSeconds(1);

  /** How many connections of one listener are taken before others have their turn. */
  private static final int MAX_ACCEPTS = 100;

  private final SocketLoop loop;
  private final Supplier<? extends BaseProtocol> protocolFactory;
  private final ServerOptions options;
  private final List<Listener> listeners = new ArrayList<>();
  private final Set<SocketTransport> clients = new LinkedHashSet<>();
  private final Set<TlsHandshake> handshakes = new LinkedHashSet<>();
  private final Waiters closeWaiters;
  private final Runnable closer = this::closeListeners;

  private final Runnable whenClosed;

  private Runnable whenGone = () -> {};
  private @Nullable Consumer<StreamSocket> taker;
  private boolean serving;
  private boolean closed;
  private @Nullable LoopFuture<@Nullable Void> forever;

  SocketServer(
      SocketLoop loop,
      Supplier<? extends BaseProtocol> protocolFactory,
      List<ListenerSocket> sockets,
      ServerOptions options,
      Runnable whenClosed)
      throws IOException {
    this.loop = loop;
    this.whenClosed = whenClosed;
    this.protocolFactory = protocolFactory;
    this.options = options;
    this.closeWaiters = new Waiters(loop);
    for (ListenerSocket socket : sockets) {
      listeners.add(new Listener(socket));
    }
    loop.own(closer);
  }

  /** One listening socket. */
  private final class Listener extends Watch {

    private final ListenerSocket socket;
    final SocketAddress address;

    /** Whether no connection has come since an accept failed: that has been reported. */
    private boolean failing;

    Listener(ListenerSocket socket) throws IOException {
      super(SocketServer.this.loop);
      this.socket = socket;
      this.address = Objects.requireNonNull(socket.localAddress(), "not bound");
    }

    void start() {
      try {
        loop.poller().register(socket, Poller.READ, this);
      } catch (IOException e) {
        backOff(e);
      }
    }

    /** Takes what waits, up to a bound, so that a flood leaves others their turn. */
    @Override
    protected void onReadable() {
      try {
        for (int left = Math.min(options.backlog(), MAX_ACCEPTS); left > 0 && !closed; left--) {
          StreamSocket client = socket.accept();
          if (client == null) {
            return;
          }
          failing = false;
          accepted(client);
        }
      } catch (IOException e) {
        backOff(e);
      }
    }

    @Override
    protected void onWritable() {}

    @Override
    protected void broken(Throwable thrown) {
      backOff(new IOException("accept failed", thrown));
    }

    /**
     * Out of descriptors or memory. The connection still waits, so the socket stays readable: to try
     * again at once would spin. Tries again after a second, and reports only the first failure until an
     * accept succeeds: a server that is out of descriptors for an hour is one event.
     */
    private void backOff(IOException e) {
      if (closed) {
        return;
      }
      if (!failing) {
        failing = true;
        report(e);
      }
      loop.poller().deregister(socket);
      loop.callLater(ACCEPT_RETRY_DELAY, () -> {
        if (!closed) {
          start();
        }
      });
    }

    private void report(IOException e) {
      loop.callExceptionHandler(ExceptionContext.of(
          "accept at " + address + " failed; trying again in " + ACCEPT_RETRY_DELAY.toSeconds()
              + " s",
          e));
    }

    void close() {
      socket.close();
    }
  }

  // ---- as a part of a server that several loops share

  /** Has what is accepted given to somebody else, who may give it back to {@link #serve}. */
  void handOverTo(Consumer<StreamSocket> taker) {
    this.taker = taker;
  }

  /** Has an action run when this is closed and its last connection is gone. */
  void whenGone(Runnable action) {
    whenGone = action;
  }

  /** Serves what another loop's poller has accepted. */
  void serveForeign(StreamSocket client) {
    if (closed) {
      client.close();
      return;
    }
    try {
      serve(loop.poller().adopt(client));
    } catch (IOException | RuntimeException e) {
      client.close();
      loop.callExceptionHandler(
          ExceptionContext.of("Error on taking over an accepted connection", e));
    }
  }

  // ---- connections

  private void accepted(StreamSocket client) {
    Consumer<StreamSocket> other = taker;
    if (other == null) {
      serve(client);
    } else {
      other.accept(client);
    }
  }

  // whatever the factory throws costs this client only
  void serve(StreamSocket client) {
    try {
      if (options.keepAlive() && client.localAddress() instanceof InetSocketAddress) {
        client.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      }
      if (options.tls() == null) {
        start(client);
      } else {
        shakeHands(client, options.tls());
      }
    } catch (Throwable t) {
      notServed(client, t);
    }
  }

  private void start(StreamSocket client) throws IOException {
    new SocketTransport(loop, client, protocolFactory.get(), this).start(() -> {});
  }

  private void shakeHands(StreamSocket client, TlsOptions tls) {
    TlsHandshake handshake = new TlsHandshake(
        loop,
        new TlsSocket(client, TlsEngines.server(tls), tls, loop.records()),
        this::handshakeDone);
    handshakes.add(handshake);
    handshake.takeSocket();
  }

  // whatever the factory throws costs this client only
  private void handshakeDone(TlsHandshake handshake, @Nullable Exception failure) {
    TlsSocket client = handshake.socket();
    try {
      if (failure == null) {
        start(client);
      } else {
        client.close();
        handshakeFailed(handshake, failure);
      }
    } catch (Throwable t) {
      notServed(client, t);
    }
    handshakes.remove(handshake);
    wakeIfGone();
  }

  /** As in asyncio, what peers do wrong is reported in debug mode only: a port in the open is probed. */
  private void handshakeFailed(TlsHandshake handshake, Exception failure) {
    if (loop.getDebug() || !(failure instanceof IOException)) {
      loop.callExceptionHandler(
          ExceptionContext.of("Error on transport creation for incoming connection", failure));
    } else {
      LOG.log(System.Logger.Level.DEBUG, () -> handshake + " failed at " + this, failure);
    }
  }

  private void notServed(StreamSocket client, Throwable failure) {
    client.close();
    loop.callExceptionHandler(
        ExceptionContext.of("Error on transport creation for incoming connection", failure));
  }

  void attach(SocketTransport client) {
    clients.add(client);
  }

  void detach(SocketTransport client) {
    clients.remove(client);
    wakeIfGone();
  }

  private boolean isIdle() {
    return clients.isEmpty() && handshakes.isEmpty();
  }

  private void wakeIfGone() {
    if (closed && isIdle()) {
      closeWaiters.wakeAll();
      whenGone.run();
    }
  }

  @Override
  public EventLoop getLoop() {
    return loop;
  }

  @Override
  public List<SocketAddress> addresses() {
    return closed
        ? List.of()
        : listeners.stream().map(listener -> listener.address).toList();
  }

  @Override
  public void startServing() {
    loop.checkThread();
    if (closed) {
      throw new IllegalStateException("the server is closed");
    }
    if (!serving) {
      serving = true;
      listeners.forEach(Listener::start);
    }
  }

  @Override
  public void serveForever() {
    if (forever != null) {
      throw new IllegalStateException("another task is in serveForever() of this server");
    }
    startServing();
    LoopFuture<@Nullable Void> cancelledAtEnd = loop.createFuture();
    forever = cancelledAtEnd;
    try {
      cancelledAtEnd.await();
    } catch (CancellationException e) {
      close();
      awaitClosed();
      throw e;
    } catch (Exception e) {
      throw new AssertionError("it is only ever cancelled", e);
    } finally {
      forever = null;
    }
  }

  @Override
  public boolean isServing() {
    return serving && !closed;
  }

  @Override
  public void close() {
    loop.checkThread();
    if (closed) {
      return;
    }
    closeListeners();
    loop.release(closer);
    if (forever != null) {
      forever.cancel();
    }
    wakeIfGone();
  }

  private void closeListeners() {
    closed = true;
    listeners.forEach(Listener::close);
    whenClosed.run();
  }

  @Override
  public void closeClients() {
    loop.checkThread();
    List.copyOf(clients).forEach(SocketTransport::close);
    abandonHandshakes();
  }

  @Override
  public void abortClients() {
    loop.checkThread();
    List.copyOf(clients).forEach(SocketTransport::abort);
    abandonHandshakes();
  }

  private void abandonHandshakes() {
    List.copyOf(handshakes).forEach(TlsHandshake::abandon);
  }

  @Override
  public void awaitClosed() {
    while (!closed || !isIdle()) {
      closeWaiters.await();
    }
  }

  @Override
  public String toString() {
    return "Server[" + addresses() + ", " + (clients.size() + handshakes.size()) + " connections]";
  }
}
