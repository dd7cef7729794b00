// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * Holds what one {@code writeLines} is to send. The caller's buffers count as consumed at once; they are
 * read through views, so that one that is given twice is sent twice.
 */
final class Gathering {

  /** How many buffers one call is given: Linux's and Darwin's IOV_MAX. */
  static final int MAX_BUFFERS = 1024;

  private final ByteBuffer[] buffers;

  /** All before this one are sent. */
  private int first;

  private long size;

  Gathering(List<ByteBuffer> data) {
    buffers = new ByteBuffer[data.size()];
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = Objects.requireNonNull(data.get(i), "data contains null").duplicate();
      size += buffers[i].remaining();
    }
    for (ByteBuffer each : data) {
      each.position(each.limit());
    }
  }

  /** How many bytes are to be sent. */
  long size() {
    return size;
  }

  /**
   * Sends, uncopied, what the kernel takes of some buffers and then of these.
   *
   * @return whether nothing is left of either
   */
  boolean sendTo(StreamSocket socket, Collection<ByteBuffer> before) throws IOException {
    ByteBuffer[] all = before.isEmpty() ? buffers : joined(before);
    int next = 0;
    try {
      while ((next = withBytes(all, next)) < all.length) {
        int length = Math.min(all.length - next, MAX_BUFFERS);
        long sent = length == 1 ? socket.write(all[next]) : socket.write(all, next, length);
        if (sent == 0) {
          return false;
        }
      }
      return true;
    } finally {
      first = withBytes(buffers, first);
      size = 0;
      for (int i = first; i < buffers.length; i++) {
        size += buffers[i].remaining();
      }
    }
  }

  private ByteBuffer[] joined(Collection<ByteBuffer> before) {
    ByteBuffer[] all = before.toArray(new ByteBuffer[before.size() + buffers.length]);
    System.arraycopy(buffers, 0, all, before.size(), buffers.length);
    return all;
  }

  private static int withBytes(ByteBuffer[] buffers, int from) {
    int index = from;
    while (index < buffers.length && !buffers[index].hasRemaining()) {
      index++;
    }
    return index;
  }

  /** Copies what has not been sent. */
  void addTo(OutputBuffer output) {
    for (int i = first; i < buffers.length; i++) {
      output.add(buffers[i]);
    }
    size = 0;
  }
}
