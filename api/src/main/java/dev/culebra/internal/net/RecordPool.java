// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Lends the buffers that the TLS connections of one loop encrypt and decrypt in. A connection has one
 * only while it is in the middle of a record, or of sending one.
 */
final class RecordPool {

  /** Room for two records; the JDK also accepts one of twice the legal size, which fits too. */
  private static final int RECORD_BYTES = 34 * 1024;

  private static final int MAX_IDLE_BUFFERS = 64;

  private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();

  /** An empty buffer, direct, which the caller gives back. */
  ByteBuffer take() {
    ByteBuffer buffer = idle.poll();
    return buffer != null ? buffer : ByteBuffer.allocateDirect(RECORD_BYTES);
  }

  void giveBack(@Nullable ByteBuffer buffer) {
    if (buffer != null && idle.size() < MAX_IDLE_BUFFERS) {
      idle.push(buffer.clear());
    }
  }
}
