// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import org.jspecify.annotations.Nullable;

/** Stands between a transport and a connected socket, and passes on what is not about bytes. */
abstract class StreamFilter implements StreamSocket {

  final StreamSocket below;

  StreamFilter(StreamSocket below) {
    this.below = below;
  }

  @Override
  public boolean isOpen() {
    return below.isOpen();
  }

  @Override
  public boolean connect(SocketAddress address) {
    throw new UnsupportedOperationException("connect the socket before it speaks TLS");
  }

  @Override
  public boolean finishConnect() {
    throw new UnsupportedOperationException("connect the socket before it speaks TLS");
  }

  @Override
  public void bind(SocketAddress address) {
    throw new UnsupportedOperationException("bind the socket before it speaks TLS");
  }

  @Override
  public void shutdownOutput() {
    throw new UnsupportedOperationException("TLS has no half-close");
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws IOException {
    below.setOption(option, value);
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return below.getOption(option);
  }

  @Override
  public @Nullable SocketAddress localAddress() throws IOException {
    return below.localAddress();
  }

  @Override
  public @Nullable SocketAddress remoteAddress() throws IOException {
    return below.remoteAddress();
  }
}
