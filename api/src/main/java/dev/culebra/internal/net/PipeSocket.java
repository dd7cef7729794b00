// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.net.PipeAddress;
import dev.culebra.spi.PipeEnd;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Shows the end of a pipe to a {@link SocketTransport} as the socket that it expects. */
record PipeSocket(PipeEnd end, PipeAddress address) implements StreamSocket {

  @Override
  public int read(ByteBuffer target) throws IOException {
    return end.read(target);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return end.write(source);
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    return end.write(sources, offset, length);
  }

  @Override
  public SocketAddress localAddress() {
    return address;
  }

  @Override
  public @Nullable SocketAddress remoteAddress() {
    return null;
  }

  @Override
  public boolean isOpen() {
    return end.isOpen();
  }

  @Override
  public void close() {
    end.close();
  }

  @Override
  public boolean connect(SocketAddress peer) {
    throw noSocket();
  }

  @Override
  public boolean finishConnect() {
    throw noSocket();
  }

  @Override
  public void bind(SocketAddress local) {
    throw noSocket();
  }

  @Override
  public void shutdownOutput() {
    throw noSocket();
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) {
    throw noSocket();
  }

  @Override
  public <T> T getOption(SocketOption<T> option) {
    throw noSocket();
  }

  private static UnsupportedOperationException noSocket() {
    return new UnsupportedOperationException("a pipe is no socket");
  }
}
