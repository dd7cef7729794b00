// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Lays several buffers out for one {@code sendmsg}: native ones where they are, heap ones as a copy.
 * (A critical call could take one heap array in place, but not an address inside a struct.)
 */
final class IoVector {

  /** How many buffers one call takes: IOV_MAX of Linux, of Darwin and of the BSDs. */
  static final int MAX_BUFFERS = 1024;

  /** How many there is room for at first. Only {@code writeLines} has more, whose room would be 16 KiB. */
  private static final int FEW_BUFFERS = 64;

  private static final long ENTRY = Layouts.IOVEC_BYTES;
  private static final long BASE = Layouts.IOV_BASE;
  private static final long LENGTH = Layouts.IOV_LEN;
  private static final long COUNT = Layouts.MSG_IOVLEN;

  private final MemorySegment message;
  private MemorySegment entries;
  private int room = FEW_BUFFERS;

  IoVector(Arena arena) {
    entries = arena.allocate(ENTRY * FEW_BUFFERS, 8);
    message = arena.allocate(Layouts.MSGHDR_BYTES, 8);
    message.set(ADDRESS, Layouts.MSG_IOV, entries);
  }

  /** It stays: whoever gathers so many once does so again. */
  private void growToMost() {
    entries = Arena.ofAuto().allocate(ENTRY * MAX_BUFFERS, 8);
    message.set(ADDRESS, Layouts.MSG_IOV, entries);
    room = MAX_BUFFERS;
  }

  /** What {@code sendmsg} is given. The caller keeps the buffers reachable until it returns. */
  MemorySegment message() {
    return message;
  }

  /** What {@code writev} is given, with {@link #count}. */
  MemorySegment entries() {
    return entries;
  }

  /** How many buffers it holds. */
  int count() {
    return message.get(JAVA_INT, COUNT);
  }

  /**
   * Fills the vector with as many bytes as fit, those of heap buffers by way of the scratch memory.
   *
   * @return how many bytes it now holds
   */
  long fill(ByteBuffer[] sources, int from, int to, Scratch scratch) {
    if (to - from > room && room < MAX_BUFFERS) {
      growToMost();
    }
    long total = 0;
    int count = 0;
    int copied = 0;
    for (int i = from; i < to && count < room; i++) {
      ByteBuffer source = sources[i];
      int length = source.remaining();
      if (length == 0) {
        continue;
      }
      if (source.isDirect()) {
        source.get(source.position()); // throws if its memory was freed: the kernel would read on
        put(count++, MemorySegment.ofBuffer(source).address(), length);
        total += length;
      } else {
        int fits = Math.min(length, Scratch.CAPACITY - copied);
        scratch.take(source, fits, copied);
        put(count++, scratch.memory().address() + copied, fits);
        copied += fits;
        total += fits;
        if (fits < length || copied == Scratch.CAPACITY) {
          break;
        }
      }
    }
    message.set(JAVA_INT, COUNT, count);
    return total;
  }

  /** Moves the positions of the buffers by what the kernel took. */
  static void advance(ByteBuffer[] sources, int from, long taken) {
    long left = taken;
    for (int i = from; left > 0; i++) {
      ByteBuffer source = sources[i];
      int part = (int) Math.min(left, source.remaining());
      source.position(source.position() + part);
      left -= part;
    }
  }

  private void put(int index, long address, long length) {
    entries.set(JAVA_LONG, index * ENTRY + BASE, address);
    entries.set(JAVA_LONG, index * ENTRY + LENGTH, length);
  }

  /** The first buffer that has bytes, {@code end} if none has. */
  static int firstWithBytes(ByteBuffer[] sources, int from, int end) {
    int index = from;
    while (index < end && !sources[index].hasRemaining()) {
      index++;
    }
    return index;
  }
}
