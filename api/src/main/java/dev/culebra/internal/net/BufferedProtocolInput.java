// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.net.BufferedProtocol;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Receives into the buffers that a {@link BufferedProtocol} supplies. */
final class BufferedProtocolInput implements Input {

  private final SocketTransport transport;
  private final BufferedProtocol protocol;

  BufferedProtocolInput(SocketTransport transport, BufferedProtocol protocol) {
    this.transport = transport;
    this.protocol = protocol;
  }

  @Override
  // whatever a protocol throws ends its connection, not the loop
  public void onReadable() {
    ByteBuffer target;
    try {
      target = protocol.getBuffer(-1);
      if (!target.hasRemaining()) {
        throw new IllegalStateException("getBuffer() returned a buffer without room");
      }
    } catch (Throwable t) {
      transport.protocolFailed("getBuffer", t);
      return;
    }
    int count;
    try {
      count = transport.socket().read(target);
    } catch (IOException e) {
      transport.lose(e);
      return;
    } catch (RuntimeException e) { // read-only, or of a closed arena
      transport.protocolFailed("getBuffer", e);
      return;
    }
    if (count > 0) {
      try {
        protocol.bufferUpdated(count);
      } catch (Throwable t) {
        transport.protocolFailed("bufferUpdated", t);
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
