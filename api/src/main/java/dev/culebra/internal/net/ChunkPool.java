// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Lends the buffers of one loop: chunks for output, and the one that all input passes through. */
final class ChunkPool {

  private static final int CHUNK_BYTES = 16 * 1024;
  private static final int MAX_IDLE_CHUNKS = 256;
  private static final int INPUT_BYTES = 256 * 1024;
  private static final int FILE_BUFFER_BYTES = 256 * 1024;
  private static final int MAX_IDLE_FILE_BUFFERS = 4;

  private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();
  private final ArrayDeque<ByteBuffer> idleFileBuffers = new ArrayDeque<>(1);
  /** Null while it is out, and until it is first asked for. */
  private @Nullable ByteBuffer input;

  private final ByteBuffer[] batch = new ByteBuffer[OutputBuffer.MAX_GATHER + 1];

  /** An empty chunk, direct, which the caller gives back. */
  ByteBuffer take() {
    ByteBuffer chunk = idle.poll();
    return chunk != null ? chunk : ByteBuffer.allocateDirect(CHUNK_BYTES);
  }

  void giveBack(ByteBuffer chunk) {
    if (idle.size() < MAX_IDLE_CHUNKS) {
      idle.push(chunk.clear());
    }
  }

  /**
   * The buffer that input lands in, empty, which the caller gives back. It may be out already: a protocol
   * that looks at its data may wait for a lock, and a task that holds that lock may read meanwhile.
   */
  ByteBuffer takeInput() {
    ByteBuffer taken = input;
    input = null;
    return taken != null
        ? taken.clear().order(ByteOrder.BIG_ENDIAN)
        : ByteBuffer.allocateDirect(INPUT_BYTES);
  }

  void giveBackInput(ByteBuffer taken) {
    input = taken;
  }

  /** A buffer to read files into, direct, which the caller gives back. */
  ByteBuffer takeFileBuffer() {
    ByteBuffer buffer = idleFileBuffers.poll();
    return buffer != null ? buffer : ByteBuffer.allocateDirect(FILE_BUFFER_BYTES);
  }

  void giveBackFileBuffer(ByteBuffer buffer) {
    if (idleFileBuffers.size() < MAX_IDLE_FILE_BUFFERS) {
      idleFileBuffers.push(buffer.clear());
    }
  }

  /** An array to gather in, which is left empty between calls. */
  ByteBuffer[] batch() {
    return batch;
  }
}
