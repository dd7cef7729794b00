// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.Asyncio;
import dev.culebra.EventLoop;
import dev.culebra.LoopGroup;
import dev.culebra.net.AsyncSocket;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.ConnectOptions;
import dev.culebra.net.Connection;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamHandler;
import dev.culebra.net.TlsOptions;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where a server is, or is to be: what its clients have to know. */
public sealed interface Place {

  /** Connects to it from the loop of the calling task. */
  <P extends BaseProtocol> Connection<P> connect(Supplier<P> protocolFactory) throws IOException;

  /**
   * Has callbacks serve it.
   *
   * @param group the loops to serve it on; null for the loop of the calling task
   */
  Server create(@Nullable LoopGroup group, Supplier<? extends BaseProtocol> protocolFactory)
      throws IOException;

  /**
   * Has a task for each connection serve it.
   *
   * @param group the loops to serve it on; null for the loop of the calling task
   */
  Server start(@Nullable LoopGroup group, StreamHandler handler) throws IOException;

  /** Opens a socket on the loop of the calling task, and listens there. */
  AsyncSocket listen() throws IOException;

  /** Says why nobody can listen here. */
  Failure cannotListen(IOException e);

  /**
   * A TCP port of a host.
   *
   * @param tls how the connections are encrypted, on the side that uses this; null if they are not
   */
  record Tcp(String host, int port, @Nullable TlsOptions tls) implements Place {

    /** Without TLS. */
    public Tcp(String host, int port) {
      this(host, port, null);
    }

    @Override
    public <P extends BaseProtocol> Connection<P> connect(Supplier<P> protocolFactory)
        throws IOException {
      return Asyncio.getRunningLoop()
          .createConnection(protocolFactory, host, port, ConnectOptions.DEFAULT.withTls(tls));
    }

    @Override
    public Server create(
        @Nullable LoopGroup group, Supplier<? extends BaseProtocol> protocolFactory)
        throws IOException {
      return group == null
          ? Asyncio.getRunningLoop().createServer(protocolFactory, host, port, options())
          : group.createServer(protocolFactory, List.of(host), port, options());
    }

    @Override
    public Server start(@Nullable LoopGroup group, StreamHandler handler) throws IOException {
      return group == null
          ? Asyncio.startServer(handler, host, port, options())
          : group.startServer(handler, List.of(host), port, options());
    }

    private ServerOptions options() {
      return ServerOptions.DEFAULT.withTls(tls);
    }

    @Override
    public AsyncSocket listen() throws IOException {
      if (tls != null) {
        throw Failure.usage("--mode sockets has no TLS: leave --tls out");
      }
      InetSocketAddress address =
          Asyncio.getRunningLoop().getAddrInfo(host, port).get(0);
      return listening(
          address.getAddress() instanceof Inet6Address
              ? StandardProtocolFamily.INET6
              : StandardProtocolFamily.INET,
          address);
    }

    @Override
    public Failure cannotListen(IOException e) {
      return Failure.failed(
          isTaken(e)
              ? "the port of " + this + " is in use by another program"
              : "cannot listen at " + this + ": " + HostPort.reason(e));
    }

    @Override
    public String toString() {
      return HostPort.of(host, port);
    }
  }

  /** A Unix socket. */
  record Unix(Path path) implements Place {

    private UnixDomainSocketAddress address() {
      return UnixDomainSocketAddress.of(path);
    }

    @Override
    public <P extends BaseProtocol> Connection<P> connect(Supplier<P> protocolFactory)
        throws IOException {
      return Asyncio.getRunningLoop().createUnixConnection(protocolFactory, address());
    }

    @Override
    public Server create(
        @Nullable LoopGroup group, Supplier<? extends BaseProtocol> protocolFactory)
        throws IOException {
      EventLoop loop = Asyncio.getRunningLoop();
      return group == null
          ? loop.createUnixServer(protocolFactory, address())
          : group.createUnixServer(protocolFactory, address(), ServerOptions.DEFAULT);
    }

    @Override
    public Server start(@Nullable LoopGroup group, StreamHandler handler) throws IOException {
      return group == null
          ? Asyncio.startUnixServer(handler, address())
          : group.startUnixServer(handler, address(), ServerOptions.DEFAULT);
    }

    @Override
    public AsyncSocket listen() throws IOException {
      return listening(StandardProtocolFamily.UNIX, address());
    }

    @Override
    public Failure cannotListen(IOException e) {
      return Failure.failed(
          isTaken(e)
              ? this + " is in the way: it is no socket"
              : "cannot listen at " + this + ": " + HostPort.reason(e));
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  private static AsyncSocket listening(ProtocolFamily family, SocketAddress address)
      throws IOException {
    AsyncSocket socket = Asyncio.getRunningLoop().openListeningSocket(family);
    try {
      socket.listen(address, ServerOptions.DEFAULT.backlog());
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static boolean isTaken(IOException e) {
    return e instanceof BindException && String.valueOf(e.getMessage()).contains("in use");
  }
}
