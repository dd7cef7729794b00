// SPDX-License-Identifier: Apache-2.0
package dev.culebra.kqueue.internal;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.culebra.posix.darwin.kevent;
import java.lang.foreign.MemorySegment;

/** Reads and writes {@code struct kevent}, in an array of them: Darwin's, which is libkqueue's too. */
final class KEvent {

  private static final long SIZE = kevent.sizeof();
  private static final long IDENT = kevent.ident$offset();
  private static final long FILTER = kevent.filter$offset();
  private static final long FLAGS = kevent.flags$offset();
  private static final long FFLAGS = kevent.fflags$offset();
  private static final long DATA = kevent.data$offset();
  private static final long UDATA = kevent.udata$offset();

  private KEvent() {}

  /** How many bytes an array takes. */
  static long arrayBytes(int length) {
    return length * SIZE;
  }

  static void set(
      MemorySegment array, int index, int ident, short filter, int flags, int notes, long udata) {
    long at = index * SIZE;
    array.set(JAVA_LONG, at + IDENT, ident);
    array.set(JAVA_SHORT, at + FILTER, filter);
    array.set(JAVA_SHORT, at + FLAGS, (short) flags);
    array.set(JAVA_INT, at + FFLAGS, notes);
    array.set(JAVA_LONG, at + DATA, 0);
    array.set(JAVA_LONG, at + UDATA, udata);
  }

  static short filter(MemorySegment array, int index) {
    return array.get(JAVA_SHORT, index * SIZE + FILTER);
  }

  static int flags(MemorySegment array, int index) {
    return Short.toUnsignedInt(array.get(JAVA_SHORT, index * SIZE + FLAGS));
  }

  /** What was refused: the errno of an entry with EV_ERROR. */
  static int errno(MemorySegment array, int index) {
    return (int) array.get(JAVA_LONG, index * SIZE + DATA);
  }

  static long udata(MemorySegment array, int index) {
    return array.get(JAVA_LONG, index * SIZE + UDATA);
  }
}
