// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.Asyncio;
import dev.culebra.LoopFuture;
import dev.culebra.net.DatagramEndpoint;
import dev.culebra.net.DatagramOptions;
import dev.culebra.net.DatagramProtocol;
import dev.culebra.net.DatagramTransport;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Sends each datagram back to its sender. What the kernel has no room for is dropped, as UDP may. */
final class EchoDatagrams implements DatagramProtocol {

  private final LoopFuture<@Nullable Void> ended = Asyncio.getRunningLoop().createFuture();

  @SuppressWarnings("NullAway.Init") // connectionMade comes first
  private DatagramTransport transport;

  private boolean full;

  private EchoDatagrams() {}

  /** Opens an endpoint on the loop of the calling task. */
  static EchoDatagrams open(String host, int port) throws IOException {
    DatagramEndpoint<EchoDatagrams> endpoint = Asyncio.getRunningLoop()
        .createDatagramEndpoint(
            EchoDatagrams::new, DatagramOptions.DEFAULT.withLocalAddress(host, port));
    return endpoint.protocol();
  }

  SocketAddress address() {
    return transport.localAddress();
  }

  /** Hears nothing more, and sends what is left. */
  void close() {
    transport.close();
  }

  /** Sends nothing more either. */
  void abort() {
    transport.abort();
  }

  void awaitClosed() throws Exception {
    ended.await();
  }

  @Override
  public void connectionMade(DatagramTransport transport) {
    this.transport = transport;
  }

  @Override
  public void datagramReceived(ByteBuffer data, SocketAddress from) {
    if (!full) {
      transport.sendTo(data, from);
    }
  }

  @Override
  public void pauseWriting() {
    full = true;
  }

  @Override
  public void resumeWriting() {
    full = false;
  }

  @Override
  public void connectionLost(@Nullable Exception exception) {
    ended.setResult(null);
  }
}
