// SPDX-License-Identifier: Apache-2.0
package dev.culebra.nio.internal;

import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.Poller;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Accepts connections on a {@link ServerSocketChannel}. */
final class NioListenerSocket extends NioSocket implements ListenerSocket {

  private final ServerSocketChannel channel;
  private final ProtocolFamily family;

  private NioListenerSocket(NioPoller poller, ServerSocketChannel channel, ProtocolFamily family) {
    super(poller, channel);
    this.channel = channel;
    this.family = family;
  }

  static NioListenerSocket open(NioPoller poller, ProtocolFamily family) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(family);
    try {
      channel.configureBlocking(false);
      return new NioListenerSocket(poller, channel, family);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  int toOps(int interest) {
    return (interest & Poller.READ) != 0 ? SelectionKey.OP_ACCEPT : 0;
  }

  @Override
  int toReadiness(int readyOps) {
    return (readyOps & SelectionKey.OP_ACCEPT) != 0 ? Poller.READ : 0;
  }

  @Override
  public void bind(SocketAddress address, int backlog) throws IOException {
    poller().retryAfterRelease(() -> channel.bind(address, backlog));
  }

  @Override
  public @Nullable StreamSocket accept() throws IOException {
    while (true) {
      SocketChannel accepted = poller().<@Nullable SocketChannel>retryAfterRelease(channel::accept);
      if (accepted == null) {
        return null;
      }
      try {
        return NioStreamSocket.prepared(poller(), accepted, family);
      } catch (IOException ignored) {
        // Its peer has given up: macOS refuses options on such a socket. The next one may be alive.
      }
    }
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws IOException {
    channel.setOption(option, value);
  }

  @Override
  public @Nullable SocketAddress localAddress() throws IOException {
    return channel.getLocalAddress();
  }

  /** The port is free when this returns. */
  @Override
  public void close() {
    super.close();
    poller().releaseLingering();
  }
}
