// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.culebra.net.DatagramProtocol;
import dev.culebra.net.DatagramTransport;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Is a datagram protocol that notes what it is told. */
class DatagramLog implements DatagramProtocol {

  /** What a datagram held, and where it came from. */
  static final class Received {

    private final byte[] data;
    private final SocketAddress from;

    Received(byte[] data, SocketAddress from) {
      this.data = data;
      this.from = from;
    }

    byte[] data() {
      return data;
    }

    SocketAddress from() {
      return from;
    }
  }

  /** "made", "data", "error", "lost", "pause" and "resume", in their order. */
  final List<String> events = new ArrayList<>();

  final List<Received> received = new ArrayList<>();
  final List<IOException> errors = new ArrayList<>();

  @Nullable Exception lostWith;

  private @Nullable DatagramTransport transport;

  @Override
  public void connectionMade(DatagramTransport made) {
    transport = made;
    events.add("made");
  }

  @Override
  public void datagramReceived(ByteBuffer data, SocketAddress from) throws Exception {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    received.add(new Received(bytes, from));
    events.add("data");
  }

  @Override
  public void errorReceived(IOException exception) {
    errors.add(exception);
    events.add("error");
  }

  @Override
  public void connectionLost(@Nullable Exception exception) {
    lostWith = exception;
    events.add("lost");
  }

  @Override
  public void pauseWriting() {
    events.add("pause");
  }

  @Override
  public void resumeWriting() {
    events.add("resume");
  }

  final DatagramTransport transport() {
    assertNotNull(transport, "connectionMade has not been called");
    return transport;
  }

  final boolean isLost() {
    return events.contains("lost");
  }

  /** The lengths of what was received. */
  final List<Integer> lengths() {
    return received.stream().map(each -> each.data().length).toList();
  }
}
