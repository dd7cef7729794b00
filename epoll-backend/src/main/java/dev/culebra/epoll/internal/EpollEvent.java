// SPDX-License-Identifier: Apache-2.0
package dev.culebra.epoll.internal;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * Reads and writes {@code struct epoll_event}, in an array of them. It is 12 bytes long on x86-64,
 * where it is packed so that 32-bit programs can share it, and 16 bytes elsewhere.
 */
final class EpollEvent {

  private static final boolean PACKED = !System.getProperty("os.arch").equals("aarch64");

  private static final long SIZE = PACKED
      ? dev.culebra.posix.linux.x86_64.epoll_event.sizeof()
      : dev.culebra.posix.linux.aarch64.epoll_event.sizeof();
  private static final long EVENTS = PACKED
      ? dev.culebra.posix.linux.x86_64.epoll_event.events$offset()
      : dev.culebra.posix.linux.aarch64.epoll_event.events$offset();
  private static final long DATA = PACKED
      ? dev.culebra.posix.linux.x86_64.epoll_event.data$offset()
      : dev.culebra.posix.linux.aarch64.epoll_event.data$offset();

  private EpollEvent() {}

  /** How many bytes an array takes. */
  static long arrayBytes(int length) {
    return length * SIZE;
  }

  static void set(MemorySegment array, int index, int events, long data) {
    array.set(JAVA_INT_UNALIGNED, index * SIZE + EVENTS, events);
    array.set(JAVA_LONG_UNALIGNED, index * SIZE + DATA, data);
  }

  static int events(MemorySegment array, int index) {
    return array.get(JAVA_INT_UNALIGNED, index * SIZE + EVENTS);
  }

  static long data(MemorySegment array, int index) {
    return array.get(JAVA_LONG_UNALIGNED, index * SIZE + DATA);
  }
}
