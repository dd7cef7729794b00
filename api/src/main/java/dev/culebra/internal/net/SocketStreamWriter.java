// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.net.StreamWriter;
import dev.culebra.net.TlsOptions;
import dev.culebra.net.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes to a transport, and parks the task that drains it. */
final class SocketStreamWriter implements StreamWriter {

  private final SocketTransport transport;
  private final StreamProtocol protocol;

  SocketStreamWriter(SocketTransport transport, StreamProtocol protocol) {
    this.transport = transport;
    this.protocol = protocol;
  }

  @Override
  public void write(byte[] data) {
    transport.write(data);
  }

  @Override
  public void write(ByteBuffer data) {
    transport.write(data);
  }

  @Override
  public void writeLines(List<ByteBuffer> data) {
    transport.writeLines(data);
  }

  @Override
  public void drain() throws IOException {
    transport.flush();
    if (transport.isClosing()) {
      // lets connectionLost run, as asyncio's drain does
      transport.sockets().sleep(java.time.Duration.ZERO);
    }
    protocol.drain();
  }

  @Override
  public void writeEof() {
    transport.writeEof();
  }

  @Override
  public boolean canWriteEof() {
    return transport.canWriteEof();
  }

  @Override
  public void close() {
    transport.close();
  }

  @Override
  public boolean isClosing() {
    return transport.isClosing();
  }

  @Override
  public void awaitClosed() throws IOException {
    protocol.awaitClosed();
  }

  @Override
  public SocketAddress localAddress() {
    return transport.localAddress();
  }

  @Override
  public @Nullable SocketAddress remoteAddress() {
    return transport.remoteAddress();
  }

  @Override
  public void startTls(TlsOptions options) throws IOException {
    drain();
    TlsUpgrade.upgrade(transport.sockets(), transport, protocol, options, protocol.isServed());
  }

  @Override
  public Transport transport() {
    return transport;
  }
}
