// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the segment of the buffer that was used last, which is mostly the one that is used next: a
 * loop reads into one buffer, and a task that serves a connection into another. Making a segment
 * allocates 72 bytes, and whether the compiler can spare them depends on what else the program does with
 * buffers. So there is a view for each poller, of what all of its sockets use, and one for each socket that
 * has ever missed it there.
 *
 * <p>Where a segment starts is all that a system call takes from it; the length is another argument. So
 * a segment serves as long as its buffer comes with the same position. It keeps its buffer reachable,
 * and using it fails like using the buffer if that belongs to an arena that was closed.
 */
final class BufferView {

  private final @Nullable BufferView wider;
  private @Nullable ByteBuffer buffer;
  private int position;
  private MemorySegment segment = MemorySegment.NULL;

  BufferView(@Nullable BufferView wider) {
    this.wider = wider;
  }

  /** Whether this is the buffer that was used last, at the same position. */
  boolean has(ByteBuffer used) {
    return used == buffer && used.position() == position;
  }

  /** The memory of a buffer from its position on. */
  MemorySegment of(ByteBuffer used) {
    if (!has(used)) {
      segment = wider == null ? MemorySegment.ofBuffer(used) : wider.of(used);
      position = used.position();
      buffer = used;
    }
    return segment;
  }
}
