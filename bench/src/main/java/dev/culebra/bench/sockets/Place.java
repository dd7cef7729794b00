// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.sockets;

import dev.culebra.Asyncio;
import dev.culebra.net.AsyncSocket;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.Connection;
import dev.culebra.net.Server;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;

/** Where two ends meet, in each of the ways of opening them. Its methods are called from a task. */
sealed interface Place extends AutoCloseable {

  static Place of(String family) throws IOException {
    return switch (family) {
      case "tcp" -> new Tcp();
      case "unix" -> new Unix(Files.createTempDirectory("culebra-bench").resolve("socket"));
      default -> throw new IllegalArgumentException("family is tcp or unix, not " + family);
    };
  }

  Server create(Supplier<? extends BaseProtocol> protocolFactory) throws IOException;

  Server start(StreamHandler handler) throws IOException;

  <P extends BaseProtocol> Connection<P> connect(Supplier<P> protocolFactory, SocketAddress server)
      throws IOException;

  StreamConnection open(SocketAddress server) throws IOException;

  ProtocolFamily family();

  /** Where to bind to. */
  SocketAddress address();

  /** Takes away what is in the file system. */
  @Override
  void close() throws IOException;

  default AsyncSocket listen() throws IOException {
    AsyncSocket listener = Asyncio.getRunningLoop().openListeningSocket(family());
    listener.listen(address(), 1);
    return listener;
  }

  /** The two ends of a connection. */
  record Ends(AsyncSocket client, AsyncSocket server) {}

  default Ends connected() throws IOException {
    var loop = Asyncio.getRunningLoop();
    try (AsyncSocket listener = listen()) {
      AsyncSocket client = loop.openSocket(family());
      loop.sockConnect(client, Objects.requireNonNull(listener.localAddress()));
      return new Ends(client, loop.sockAccept(listener).socket());
    }
  }

  /** A free port of the loopback interface. */
  record Tcp() implements Place {

    private static final String HOST = "127.0.0.1";

    private static int port(SocketAddress server) {
      return ((InetSocketAddress) server).getPort();
    }

    @Override
    public Server create(Supplier<? extends BaseProtocol> protocolFactory) throws IOException {
      return Asyncio.getRunningLoop().createServer(protocolFactory, HOST, 0);
    }

    @Override
    public Server start(StreamHandler handler) throws IOException {
      return Asyncio.startServer(handler, HOST, 0);
    }

    @Override
    public <P extends BaseProtocol> Connection<P> connect(
        Supplier<P> protocolFactory, SocketAddress server) throws IOException {
      return Asyncio.getRunningLoop().createConnection(protocolFactory, HOST, port(server));
    }

    @Override
    public StreamConnection open(SocketAddress server) throws IOException {
      return Asyncio.openConnection(HOST, port(server));
    }

    @Override
    public ProtocolFamily family() {
      return StandardProtocolFamily.INET;
    }

    @Override
    public SocketAddress address() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Override
    public void close() {}
  }

  /** A path in a folder of its own. */
  record Unix(Path path) implements Place {

    @Override
    public Server create(Supplier<? extends BaseProtocol> protocolFactory) throws IOException {
      return Asyncio.getRunningLoop().createUnixServer(protocolFactory, address());
    }

    @Override
    public Server start(StreamHandler handler) throws IOException {
      return Asyncio.startUnixServer(handler, address());
    }

    @Override
    public <P extends BaseProtocol> Connection<P> connect(
        Supplier<P> protocolFactory, SocketAddress server) throws IOException {
      return Asyncio.getRunningLoop().createUnixConnection(protocolFactory, server);
    }

    @Override
    public StreamConnection open(SocketAddress server) throws IOException {
      return Asyncio.openUnixConnection(server);
    }

    @Override
    public ProtocolFamily family() {
      return StandardProtocolFamily.UNIX;
    }

    @Override
    public SocketAddress address() {
      return UnixDomainSocketAddress.of(path);
    }

    @Override
    public void close() throws IOException {
      Files.deleteIfExists(path);
      Files.delete(Objects.requireNonNull(path.getParent()));
    }
  }
}
