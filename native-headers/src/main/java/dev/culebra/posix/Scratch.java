// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Native memory on the way between the kernel and a buffer on the heap. */
final class Scratch {

  static final int CAPACITY = 64 << 10;

  private final MemorySegment memory = Arena.ofAuto().allocate(CAPACITY);
  private final ByteBuffer view = memory.asByteBuffer();

  /** The memory itself, from its start. */
  MemorySegment memory() {
    return memory;
  }

  /** Copies bytes out of a buffer, whose position stays. */
  void take(ByteBuffer source, int length, int at) {
    view.put(at, source, source.position(), length);
  }

  /** Copies the first bytes into a buffer, whose position stays. */
  void give(ByteBuffer target, int length) {
    target.put(target.position(), view, 0, length);
  }
}
