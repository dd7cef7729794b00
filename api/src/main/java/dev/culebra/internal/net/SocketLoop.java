// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.ExceptionContext;
import dev.culebra.LoopFuture;
import dev.culebra.internal.loop.LoopClock;
import dev.culebra.net.AbstractSocketAddress;
import dev.culebra.net.AsyncDatagramSocket;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.ConnectOptions;
import dev.culebra.net.Connection;
import dev.culebra.net.DatagramEndpoint;
import dev.culebra.net.DatagramOptions;
import dev.culebra.net.DatagramProtocol;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamHandler;
import dev.culebra.net.TlsOptions;
import dev.culebra.net.Transport;
import dev.culebra.spi.Backend;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.LoopThread;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** Adds sockets to the scheduling core: asyncio's {@code BaseSelectorEventLoop}. */
@LoopThread
public final class SocketLoop extends LowLevelSocketLoop {

  private static final int MAX_PORT = 65535;

  private final ChunkPool chunks = new ChunkPool();
  private final RecordPool records = new RecordPool();
  private final BatchPool batches = new BatchPool();

  private SocketLoop(Backend backend, LoopClock clock) {
    super(backend, clock);
  }

  /** Opens a loop on a backend; the caller closes it. */
  public static SocketLoop open(Backend backend) {
    return open(backend, LoopClock.SYSTEM);
  }

  /** Opens a loop on a backend and on a clock of its own; the caller closes it. */
  public static SocketLoop open(Backend backend, LoopClock clock) {
    return new SocketLoop(backend, clock);
  }

  /** The loop that the calling code runs on. */
  public static SocketLoop running() {
    return (SocketLoop) runningLoop();
  }

  @Override
  SocketLoop sockets() {
    return this;
  }

  ChunkPool chunks() {
    return chunks;
  }

  RecordPool records() {
    return records;
  }

  BatchPool batches() {
    return batches;
  }

  // ---- servers

  @Override
  public Server createServer(
      Supplier<? extends BaseProtocol> protocolFactory,
      List<String> hosts,
      int port,
      ServerOptions options)
      throws IOException {
    Objects.requireNonNull(protocolFactory, "protocolFactory");
    requirePort(port, 0);
    checkOpen();
    TlsEngines.check(options.tls());
    List<ListenerSocket> sockets = hosts.isEmpty() || hosts.contains("")
        ? List.of(listenAtAllInterfaces(port, options))
        : listenAt(resolveAll(hosts), port, options);
    return serverOn(sockets, protocolFactory, options, () -> {});
  }

  /** Listens where another loop does already; at no address, it serves what others accept. */
  SocketServer createServerAt(
      Supplier<? extends BaseProtocol> protocolFactory,
      List<SocketAddress> addresses,
      ServerOptions options)
      throws IOException {
    checkOpen();
    List<ListenerSocket> sockets = new ArrayList<>();
    try {
      for (SocketAddress address : addresses) {
        InetSocketAddress inet = (InetSocketAddress) address;
        sockets.add(listen(inet.getAddress(), inet.getPort(), options));
      }
    } catch (IOException | RuntimeException e) {
      sockets.forEach(ListenerSocket::close);
      throw e;
    }
    return serverOn(sockets, protocolFactory, options, () -> {});
  }

  SocketServer serverOn(
      List<ListenerSocket> sockets,
      Supplier<? extends BaseProtocol> protocolFactory,
      ServerOptions options,
      Runnable whenClosed)
      throws IOException {
    SocketServer server;
    try {
      server = new SocketServer(this, protocolFactory, sockets, options, whenClosed);
    } catch (IOException | RuntimeException e) {
      sockets.forEach(ListenerSocket::close);
      throw e;
    }
    if (options.startServing()) {
      server.startServing();
    }
    return server;
  }

  @Override
  public Server createUnixServer(
      Supplier<? extends BaseProtocol> protocolFactory,
      SocketAddress address,
      ServerOptions options)
      throws IOException {
    Objects.requireNonNull(protocolFactory, "protocolFactory");
    UnixPaths.check(address);
    checkOpen();
    TlsEngines.check(options.tls());
    ListenerSocket socket = poller().openListener(StandardProtocolFamily.UNIX);
    Object file;
    try {
      UnixPaths.removeStale(address); // not before there is a socket to take its place
      socket.bind(address, options.backlog());
      file = options.cleanupSocket() ? UnixPaths.identity(address) : null;
    } catch (UnsupportedAddressTypeException e) {
      socket.close();
      throw unknownAddress(address, e);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
    return serverOn(
        List.of(socket), protocolFactory, options, () -> UnixPaths.removeOwn(address, file));
  }

  private List<InetAddress> resolveAll(List<String> hosts) throws IOException {
    Set<InetAddress> addresses = new LinkedHashSet<>();
    for (String host : hosts) {
      addresses.addAll(Resolver.resolve(this, host));
    }
    // An IPv6 wildcard socket takes IPv4 too; a second one for IPv4 would find the port taken.
    if (addresses.stream().anyMatch(a -> a instanceof Inet6Address && a.isAnyLocalAddress())) {
      addresses.removeIf(a -> !(a instanceof Inet6Address) && a.isAnyLocalAddress());
    }
    return List.copyOf(addresses);
  }

  private ListenerSocket listenAtAllInterfaces(int port, ServerOptions options) throws IOException {
    try {
      return listen(InetAddress.ofLiteral("::"), port, options);
    } catch (BindException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException e) {
      return listen(InetAddress.ofLiteral("0.0.0.0"), port, options); // a host without IPv6
    }
  }

  private List<ListenerSocket> listenAt(
      List<InetAddress> addresses, int port, ServerOptions options) throws IOException {
    List<ListenerSocket> sockets = new ArrayList<>();
    IOException notLocal = null;
    try {
      for (InetAddress address : addresses) {
        try {
          sockets.add(listen(address, port, options));
        } catch (BindException e) {
          if (isLocal(address)) {
            throw e;
          }
          notLocal = e; // as asyncio: a name's address that is not this host's is passed over
        }
      }
    } catch (IOException | RuntimeException e) {
      sockets.forEach(ListenerSocket::close);
      throw e;
    }
    if (sockets.isEmpty()) {
      throw notLocal != null ? notLocal : new BindException("no address to listen at");
    }
    return sockets;
  }

  /** Tells EADDRNOTAVAIL, for which the JDK has no exception of its own, from EADDRINUSE and EACCES. */
  private static boolean isLocal(InetAddress address) throws SocketException {
    return address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null;
  }

  private ListenerSocket listen(InetAddress address, int port, ServerOptions options)
      throws IOException {
    ListenerSocket socket = poller().openListener(familyOf(address));
    try {
      socket.setOption(StandardSocketOptions.SO_REUSEADDR, options.reuseAddress());
      if (options.reusePort()) {
        socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      }
      socket.bind(new InetSocketAddress(address, port), options.backlog());
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  static ProtocolFamily familyOf(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? familyOf(inet.getAddress())
        : StandardProtocolFamily.UNIX;
  }

  static ProtocolFamily familyOf(InetAddress address) {
    return address instanceof Inet6Address
        ? StandardProtocolFamily.INET6
        : StandardProtocolFamily.INET;
  }

  static void requirePort(int port, int least) {
    if (port < least || port > MAX_PORT) {
      throw new IllegalArgumentException(
          "port must be between " + least + " and " + MAX_PORT + ", not " + port);
    }
  }

  // ---- connections

  @Override
  public <P extends BaseProtocol> Connection<P> createConnection(
      Supplier<P> protocolFactory, String host, int port, ConnectOptions options)
      throws IOException {
    Objects.requireNonNull(protocolFactory, "protocolFactory");
    Objects.requireNonNull(host, "host");
    requirePort(port, 1);
    checkOpen();
    requireTask();
    SSLEngine engine = TlsEngines.clientIfWanted(options.tls(), host, port);
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (InetAddress address :
        interleaved(Resolver.resolve(this, host, options.family()), options.interleave())) {
      addresses.add(new InetSocketAddress(address, port));
    }
    List<InetSocketAddress> local = resolved(options.localAddress());
    return started(
        secured(
            ConnectRace.connect(this, addresses, local, options.happyEyeballsDelay()),
            options.tls(),
            engine),
        protocolFactory);
  }

  /** What an address stands for, whose host may be a name; nothing for null. */
  private List<InetSocketAddress> resolved(@Nullable InetSocketAddress address)
      throws UnknownHostException {
    if (address == null) {
      return List.of();
    }
    return address.isUnresolved()
        ? getAddrInfo(address.getHostString(), address.getPort())
        : List.of(address);
  }

  @Override
  public List<InetSocketAddress> getAddrInfo(String host, int port) throws UnknownHostException {
    Objects.requireNonNull(host, "host");
    requirePort(port, 0);
    checkOpen();
    requireTask();
    return Resolver.resolve(this, host).stream()
        .map(address -> new InetSocketAddress(address, port))
        .toList();
  }

  @Override
  public String getNameInfo(InetAddress address) throws UnknownHostException {
    Objects.requireNonNull(address, "address");
    checkOpen();
    requireTask();
    return Resolver.nameOf(this, address);
  }

  @Override
  public <P extends BaseProtocol> Connection<P> createUnixConnection(
      Supplier<P> protocolFactory, SocketAddress address, ConnectOptions options)
      throws IOException {
    Objects.requireNonNull(protocolFactory, "protocolFactory");
    UnixPaths.check(address);
    if (options.localAddress() != null) {
      throw new IllegalArgumentException("a Unix socket has no local internet address");
    }
    checkOpen();
    requireTask();
    SSLEngine engine = TlsEngines.clientIfWanted(options.tls(), null, -1);
    try {
      StreamSocket socket = ConnectRace.connect(this, List.of(address), List.of(), null);
      return started(secured(socket, options.tls(), engine), protocolFactory);
    } catch (UnsupportedAddressTypeException e) {
      throw unknownAddress(address, e);
    }
  }

  private UnsupportedOperationException unknownAddress(SocketAddress address, Exception cause) {
    return new UnsupportedOperationException(
        "the backend " + backend() + " does not know addresses like " + address
            + (address instanceof AbstractSocketAddress ? "; epoll does" : ""),
        cause);
  }

  /** Puts addresses of the other family among those of the first one's: RFC 8305, section 4. */
  private static List<InetAddress> interleaved(List<InetAddress> addresses, int firstFamilyCount) {
    if (firstFamilyCount == 0 || addresses.isEmpty()) {
      return addresses;
    }
    ProtocolFamily family = familyOf(addresses.get(0));
    ArrayDeque<InetAddress> firsts = new ArrayDeque<>();
    ArrayDeque<InetAddress> others = new ArrayDeque<>();
    addresses.forEach(a -> (familyOf(a) == family ? firsts : others).add(a));
    List<InetAddress> mixed = new ArrayList<>();
    for (int i = 1; i < firstFamilyCount; i++) {
      if (firsts.size() > 1) {
        mixed.add(firsts.remove());
      }
    }
    while (!firsts.isEmpty() || !others.isEmpty()) {
      if (!firsts.isEmpty()) {
        mixed.add(firsts.remove());
      }
      if (!others.isEmpty()) {
        mixed.add(others.remove());
      }
    }
    return mixed;
  }

  /** Shakes hands, if there is an engine. */
  private StreamSocket secured(
      StreamSocket socket, @Nullable TlsOptions options, @Nullable SSLEngine engine)
      throws IOException {
    if (engine == null || options == null) {
      return socket;
    }
    TlsSocket secure = new TlsSocket(socket, engine, options, records);
    TlsHandshake.await(this, secure);
    return secure;
  }

  @Override
  public Transport startTls(
      Transport transport, BaseProtocol protocol, TlsOptions options, boolean serverSide)
      throws IOException {
    checkOpen();
    return TlsUpgrade.upgrade(this, transport, protocol, options, serverSide);
  }

  /** Makes a transport and a protocol of a connected socket, and waits for connectionMade. */
  <P extends BaseProtocol> Connection<P> started(StreamSocket socket, Supplier<P> protocolFactory)
      throws IOException {
    try {
      P protocol = protocolFactory.get();
      SocketTransport transport = new SocketTransport(this, socket, protocol, null);
      awaitStart(transport);
      return new Connection<>(transport, protocol);
    } catch (IOException | RuntimeException | Error e) {
      socket.close();
      throw e;
    }
  }

  void awaitStart(SocketTransport transport) {
    awaitStart(transport::start, transport::abort);
  }

  /** Starts a transport, and parks the calling task until its protocol knows. */
  void awaitStart(Consumer<Runnable> start, Runnable abort) {
    LoopFuture<@Nullable Void> started = createFuture();
    start.accept(() -> {
      if (!started.done()) {
        started.setResult(null);
      }
    });
    try {
      started.await();
    } catch (CancellationException e) {
      abort.run();
      throw e;
    } catch (Exception e) {
      throw new AssertionError("a start does not fail", e);
    }
  }

  // ---- datagrams

  @Override
  public <P extends DatagramProtocol> DatagramEndpoint<P> createDatagramEndpoint(
      Supplier<P> protocolFactory, DatagramOptions options) throws IOException {
    Objects.requireNonNull(protocolFactory, "protocolFactory");
    checkOpen();
    requireTask();
    DatagramOpening.Opened opened = DatagramOpening.open(this, options);
    SocketDatagramTransport transport;
    P protocol;
    try {
      protocol = protocolFactory.get();
      transport = new SocketDatagramTransport(this, opened.socket(), opened.addresses(), protocol);
    } catch (RuntimeException | Error e) {
      opened.socket().close();
      throw e;
    }
    awaitStart(transport::start, transport::abort);
    return new DatagramEndpoint<>(transport, protocol);
  }

  /** Opens a socket for tasks to send and receive datagrams with. */
  public AsyncDatagramSocket openDatagramEndpoint(DatagramOptions options) throws IOException {
    checkOpen();
    requireTask();
    DatagramOpening.Opened opened = DatagramOpening.open(this, options);
    return new PulledDatagrams(this, opened.socket(), opened.addresses());
  }

  // ---- streams

  /** Listens, and serves each connection by a task. */
  public Server startServer(
      StreamHandler handler, List<String> hosts, int port, ServerOptions options)
      throws IOException {
    return createServer(serving(handler, options), hosts, port, options);
  }

  /** Listens at a Unix socket, and serves each connection by a task. */
  public Server startUnixServer(StreamHandler handler, SocketAddress address, ServerOptions options)
      throws IOException {
    return createUnixServer(serving(handler, options), address, options);
  }

  Supplier<StreamProtocol> serving(StreamHandler handler, ServerOptions options) {
    Objects.requireNonNull(handler, "handler");
    return () -> new StreamProtocol(
        this, options.limitBytes(), protocol -> serve(handler, protocol.connection()));
  }

  private void serve(StreamHandler handler, StreamConnection connection) {
    createTask(() -> handler.connected(connection.reader(), connection.writer()))
        .addDoneCallback(task -> afterServing(task, connection));
  }

  /** A handler that fails is reported, and its connection closed; a cancelled one is just closed. */
  private void afterServing(LoopFuture<?> task, StreamConnection connection) {
    if (task.cancelled()) {
      connection.close();
    } else if (task.exception() != null) {
      callExceptionHandler(
          ExceptionContext.of("Unhandled exception in client_connected_cb", task.exception())
              .withConnection(null, connection.writer().transport()));
      connection.close();
    }
  }

  /** Connects, and returns the two ends of the stream. */
  public StreamConnection openConnection(String host, int port, ConnectOptions options)
      throws IOException {
    return createConnection(streams(options), host, port, options).protocol().connection();
  }

  /** Connects to a Unix socket, and returns the two ends of the stream. */
  public StreamConnection openUnixConnection(SocketAddress address, ConnectOptions options)
      throws IOException {
    return createUnixConnection(streams(options), address, options).protocol().connection();
  }

  private Supplier<StreamProtocol> streams(ConnectOptions options) {
    return () -> new StreamProtocol(this, options.limitBytes(), null);
  }
}
