// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Sends back what comes, in blocking style. */
final class EchoStreams {

  /** Little, so that thousands of connections are cheap; a connection that fills its buffer gets a larger one. */
  private static final int FIRST_BUFFER_BYTES = 4 * 1024;

  private static final int LARGEST_BUFFER_BYTES = 256 * 1024;

  private EchoStreams() {}

  static void serve(StreamReader reader, StreamWriter writer) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(FIRST_BUFFER_BYTES);
    try (writer) {
      while (reader.read(buffer) >= 0) {
        boolean filled = !buffer.hasRemaining();
        writer.write(buffer.flip());
        writer.drain();
        buffer = filled && buffer.capacity() < LARGEST_BUFFER_BYTES
            ? ByteBuffer.allocateDirect(buffer.capacity() * 4)
            : buffer.clear();
      }
    } catch (IOException e) {
      // A client that breaks its connection is no business of the others.
    }
  }
}
