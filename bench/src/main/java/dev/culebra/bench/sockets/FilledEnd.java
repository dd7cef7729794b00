// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.sockets;

import dev.culebra.net.BufferedProtocol;
import dev.culebra.net.Transport;
import java.nio.ByteBuffer;

/** An end that is given data in a buffer of its own. */
final class FilledEnd implements BufferedProtocol {

  private final End end;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(Link.BUFFER_BYTES);

  FilledEnd(End end) {
    this.end = end;
  }

  @Override
  public void connectionMade(Transport transport) {
    end.transport = transport;
  }

  @Override
  public ByteBuffer getBuffer(int sizeHint) {
    return buffer.clear();
  }

  @Override
  public void bufferUpdated(int count) {
    end.received(buffer.flip());
  }

  @Override
  public void pauseWriting() {
    end.full();
  }

  @Override
  public void resumeWriting() {
    end.roomAgain();
  }
}
