// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.net.Protocol;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Pushes what a transport receives to a {@link Protocol}, as a view of the loop's input buffer. */
final class ProtocolInput implements Input {

  private final SocketTransport transport;
  private final Protocol protocol;

  ProtocolInput(SocketTransport transport, Protocol protocol) {
    this.transport = transport;
    this.protocol = protocol;
  }

  @Override
  public void onReadable() {
    ByteBuffer data = transport.sockets().chunks().takeInput();
    try {
      receive(data);
    } finally {
      transport.sockets().chunks().giveBackInput(data);
    }
  }

  // whatever a protocol throws ends its connection, not the loop
  private void receive(ByteBuffer data) {
    int count;
    try {
      count = transport.socket().read(data);
    } catch (IOException e) {
      transport.lose(e);
      return;
    }
    if (count > 0) {
      try {
        protocol.dataReceived(data.flip());
      } catch (Throwable t) {
        transport.protocolFailed("dataReceived", t);
      }
    } else if (count < 0) {
      transport.endOfInput();
    }
  }

  @Override
  public boolean eofReceived() {
    return protocol.eofReceived();
  }
}
