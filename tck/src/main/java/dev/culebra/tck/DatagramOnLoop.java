// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.culebra.net.DatagramEndpoint;
import dev.culebra.net.DatagramOptions;
import dev.culebra.spi.DgramSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens datagram endpoints, and proves that each ends in order. */
abstract class DatagramOnLoop extends OnLoop {

  /** The largest datagram that IPv4 has room for. */
  static final int MAX_BYTES = 65_507;

  static final DatagramOptions LOCAL = DatagramOptions.DEFAULT.withLocalAddress(HOST, 0);

  /** In a task: opens an endpoint that is aborted after the test. */
  final <P extends DatagramLog> DatagramEndpoint<P> open(P protocol, DatagramOptions options)
      throws IOException {
    DatagramEndpoint<P> endpoint = loop.createDatagramEndpoint(() -> protocol, options);
    assertSame(protocol, endpoint.protocol());
    endpoints.add(protocol);
    return endpoint;
  }

  final DatagramLog open(DatagramOptions options) throws IOException {
    return open(new DatagramLog(), options).protocol();
  }

  final List<DatagramLog> endpoints = new ArrayList<>();

  @Override
  void endConnections() {
    endpoints.stream()
        .filter(each -> !each.isLost())
        .forEach(each -> each.transport().abort());
    super.endConnections();
    for (DatagramLog each : endpoints) {
      assertEquals(1, Collections.frequency(each.events, "made"), () -> "" + each.events);
      assertEquals(1, Collections.frequency(each.events, "lost"), () -> "" + each.events);
      assertEquals("lost", each.events.get(each.events.size() - 1));
    }
  }

  static DatagramOptions connectedTo(DatagramLog peer) {
    return DatagramOptions.DEFAULT.withRemoteAddress(
        (InetSocketAddress) peer.transport().localAddress());
  }

  static int port(DatagramLog log) {
    return ((InetSocketAddress) log.transport().localAddress()).getPort();
  }

  static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + (i >>> 8));
    }
    return bytes;
  }

  /** Has no room for datagrams while told so. */
  static class FullKernel extends ScriptedBackend {

    private final boolean[] full;

    FullKernel(dev.culebra.spi.Backend backend, boolean[] full) {
      super(backend);
      this.full = full;
    }

    @Override
    boolean send(DgramSocket socket, ByteBuffer source, @Nullable SocketAddress target)
        throws IOException {
      return !full[0] && super.send(socket, source, target);
    }
  }
}
