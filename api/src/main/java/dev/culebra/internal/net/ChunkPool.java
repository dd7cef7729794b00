// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Lends the buffers of one loop: chunks for output, and the one that all input passes through. */
final class ChunkPool {

  private static final int CHUNK_BYTES = 16 * 1024;
  private static final int MAX_IDLE_CHUNKS = 256;
  private static final int INPUT_BYTES = 256 * 1024;

  private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();
  private final ByteBuffer input = ByteBuffer.allocateDirect(INPUT_BYTES);
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

  /** The buffer that input lands in, empty. It is the caller's until its turn ends. */
  ByteBuffer input() {
    return input.clear();
  }

  /** An array to gather in, which is left empty between calls. */
  ByteBuffer[] batch() {
    return batch;
  }
}
