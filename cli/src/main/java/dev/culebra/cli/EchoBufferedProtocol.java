// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.net.BufferedProtocol;
import dev.culebra.net.Transport;
import java.nio.ByteBuffer;

/** Sends back what comes, from the buffer that it came into. */
final class EchoBufferedProtocol implements BufferedProtocol {

  /** One for the whole server: what came is written, and so copied or sent, before anything else comes. */
  static final class SharedBuffer {

    private static final int SIZE_BYTES = 256 * 1024;

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(SIZE_BYTES);
  }

  private final ByteBuffer buffer;

  @SuppressWarnings("NullAway.Init") // connectionMade comes first
  private Transport transport;

  EchoBufferedProtocol(SharedBuffer shared) {
    buffer = shared.bytes;
  }

  @Override
  public void connectionMade(Transport transport) {
    this.transport = transport;
  }

  @Override
  public ByteBuffer getBuffer(int sizeHint) {
    return buffer.clear();
  }

  @Override
  public void bufferUpdated(int count) {
    transport.write(buffer.flip());
  }

  @Override
  public void pauseWriting() {
    transport.pauseReading();
  }

  @Override
  public void resumeWriting() {
    transport.resumeReading();
  }
}
