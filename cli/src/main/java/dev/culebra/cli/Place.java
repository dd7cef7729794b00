// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.Asyncio;
import dev.culebra.EventLoop;
import dev.culebra.LoopGroup;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.Connection;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamHandler;
import java.io.IOException;
import java.net.BindException;
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

  /** Says why nobody can listen here. */
  Failure cannotListen(IOException e);

  /** A TCP port of a host. */
  record Tcp(String host, int port) implements Place {

    @Override
    public <P extends BaseProtocol> Connection<P> connect(Supplier<P> protocolFactory)
        throws IOException {
      return Asyncio.getRunningLoop().createConnection(protocolFactory, host, port);
    }

    @Override
    public Server create(
        @Nullable LoopGroup group, Supplier<? extends BaseProtocol> protocolFactory)
        throws IOException {
      return group == null
          ? Asyncio.getRunningLoop().createServer(protocolFactory, host, port)
          : group.createServer(protocolFactory, List.of(host), port, ServerOptions.DEFAULT);
    }

    @Override
    public Server start(@Nullable LoopGroup group, StreamHandler handler) throws IOException {
      return group == null
          ? Asyncio.startServer(handler, host, port)
          : group.startServer(handler, List.of(host), port, ServerOptions.DEFAULT);
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

  private static boolean isTaken(IOException e) {
    return e instanceof BindException && String.valueOf(e.getMessage()).contains("in use");
  }
}
