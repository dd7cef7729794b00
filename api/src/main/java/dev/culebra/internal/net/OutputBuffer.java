// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds what is to be sent on one connection, in order, as copies.
 *
 * <p>Small writes share a chunk, which comes from the loop's pool and goes back when it is sent, so
 * that an idle connection holds none.
 */
final class OutputBuffer {

  static final int MAX_GATHER = 16;

  private final ChunkPool pool;

  /** What one call is to send; shared by the connections of a loop, empty between calls. */
  private final ByteBuffer[] batch;

  private int batchLength;
  private final ArrayDeque<ByteBuffer> full = new ArrayDeque<>(2);

  /** The chunk that still takes writes: its bytes from 0 to its position are to be sent. */
  private @Nullable ByteBuffer filling;

  private long size;

  OutputBuffer(ChunkPool pool) {
    this.pool = pool;
    this.batch = pool.batch();
  }

  /** How many bytes are held. */
  long size() {
    return size;
  }

  /** Takes a copy of all bytes of {@code data}. */
  void add(ByteBuffer data) {
    while (data.hasRemaining()) {
      ByteBuffer chunk = filling;
      if (chunk == null) {
        chunk = pool.take();
        filling = chunk;
      }
      int count = Math.min(chunk.remaining(), data.remaining());
      chunk.put(chunk.position(), data, data.position(), count);
      chunk.position(chunk.position() + count);
      data.position(data.position() + count);
      size += count;
      if (!chunk.hasRemaining()) {
        sealFilling();
      }
    }
  }

  /**
   * Sends as much as the kernel takes.
   *
   * @return whether nothing is left
   */
  boolean sendTo(StreamSocket socket) throws IOException {
    sealFilling();
    while (!full.isEmpty()) {
      long offered = offer(null);
      long sent = send(socket);
      size -= sent;
      dropSent();
      if (sent < offered) {
        return false;
      }
    }
    return nothingIsBetween(socket);
  }

  /** Encrypted, but not sent, is not sent. */
  private static boolean nothingIsBetween(StreamSocket socket) throws IOException {
    return !(socket instanceof TlsSocket tls) || tls.flush();
  }

  /**
   * Sends as much as the kernel takes of what is held and then of {@code last}, which is not copied.
   *
   * @return whether nothing is left of either
   */
  boolean sendTo(StreamSocket socket, ByteBuffer last) throws IOException {
    if (full.size() >= MAX_GATHER) {
      if (!sendTo(socket)) {
        return false;
      }
    }
    sealFilling();
    int lastOffered = last.remaining();
    offer(last);
    long sent = send(socket);
    size -= sent - (lastOffered - last.remaining());
    dropSent();
    return size == 0 && !last.hasRemaining() && nothingIsBetween(socket);
  }

  /**
   * Sends as much as the kernel takes of what is held and then of {@code last}, which is not copied.
   *
   * @return whether nothing is left of either
   */
  boolean sendTo(StreamSocket socket, Gathering last) throws IOException {
    sealFilling();
    try {
      return last.sendTo(socket, full) && nothingIsBetween(socket);
    } finally {
      dropSent();
      size = 0;
      full.forEach(chunk -> size += chunk.remaining());
    }
  }

  /** Fills the batch for one call from what is held, and {@code last} if it is given. */
  private long offer(@Nullable ByteBuffer last) {
    long offered = 0;
    batchLength = 0;
    for (ByteBuffer chunk : full) {
      batch[batchLength++] = chunk;
      offered += chunk.remaining();
      if (batchLength == MAX_GATHER) {
        break;
      }
    }
    if (last != null) {
      batch[batchLength++] = last;
      offered += last.remaining();
    }
    return offered;
  }

  private long send(StreamSocket socket) throws IOException {
    try {
      return batchLength == 1 ? socket.write(batch[0]) : socket.write(batch, 0, batchLength);
    } finally {
      Arrays.fill(batch, 0, batchLength, null);
    }
  }

  void clear() {
    sealFilling();
    full.forEach(pool::giveBack);
    full.clear();
    size = 0;
  }

  private void sealFilling() {
    ByteBuffer chunk = filling;
    if (chunk != null) {
      filling = null;
      full.add(chunk.flip());
    }
  }

  private void dropSent() {
    for (ByteBuffer chunk; (chunk = full.peek()) != null && !chunk.hasRemaining(); ) {
      full.remove();
      pool.giveBack(chunk);
    }
  }
}
