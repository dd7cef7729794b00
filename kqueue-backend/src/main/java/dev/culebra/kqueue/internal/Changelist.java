// SPDX-License-Identifier: Apache-2.0
package dev.culebra.kqueue.internal;

import dev.culebra.posix.CallState;
import dev.culebra.posix.Errno;
import dev.culebra.posix.PosixSource;
import dev.culebra.posix.darwin.timespec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;

/**
 * Collects what the kernel is to be told with one call. It grows rather than being sent when it is full:
 * the kernel answers each change that it refuses with an event, which only a poll can hand out.
 */
final class Changelist {

  private static final MemorySegment NO_TIME = Arena.ofAuto().allocate(timespec.layout());

  private MemorySegment entries;
  private int capacity;
  private int count;

  Changelist(int capacity) {
    this.capacity = capacity;
    this.entries = allocate(capacity);
  }

  static MemorySegment allocate(int length) {
    return Arena.ofAuto().allocate(KEvent.arrayBytes(length), Long.BYTES); // see CallState
  }

  MemorySegment entries() {
    return entries;
  }

  int count() {
    return count;
  }

  void clear() {
    count = 0;
  }

  /**
   * Adds what makes the kernel's filters of a source those that are wanted. What is deleted has no id:
   * the kernel need not have it any more, and nobody wants to know.
   */
  void add(KqueueRegistration registration, int wanted, int flags) throws ClosedChannelException {
    int gone = registration.filters & ~wanted;
    int added = wanted & ~registration.filters;
    if ((gone | added) == 0) {
      return;
    }
    PosixSource source = registration.source();
    int ident = source.fd();
    long id = registration.id();
    if ((gone & KqueueRegistration.READ) != 0) {
      add(ident, Kqueue.EVFILT_READ, Kqueue.EV_DELETE | flags, 0, KqueuePoller.NOBODY);
    }
    if ((gone & KqueueRegistration.ANY_WRITE) != 0) {
      add(ident, Kqueue.EVFILT_WRITE, Kqueue.EV_DELETE | flags, 0, KqueuePoller.NOBODY);
    }
    if ((gone & KqueueRegistration.EXIT) != 0) {
      add(ident, Kqueue.EVFILT_PROC, Kqueue.EV_DELETE | flags, 0, KqueuePoller.NOBODY);
    }
    if ((added & KqueueRegistration.READ) != 0) {
      add(ident, Kqueue.EVFILT_READ, Kqueue.EV_ADD | flags, 0, id);
    }
    if ((added & KqueueRegistration.WRITE) != 0) {
      add(ident, Kqueue.EVFILT_WRITE, Kqueue.EV_ADD | flags, 0, id);
    }
    if ((added & KqueueRegistration.HANG_UP) != 0) {
      add(ident, Kqueue.EVFILT_WRITE, Kqueue.EV_ADD | Kqueue.EV_CLEAR | flags, 0, id);
    }
    if ((added & KqueueRegistration.EXIT) != 0) {
      add(ident, Kqueue.EVFILT_PROC, Kqueue.EV_ADD | flags, Kqueue.NOTE_EXIT, id);
    }
    registration.filters = wanted;
  }

  void add(int ident, short filter, int flags, int notes, long id) {
    if (count == capacity) {
      MemorySegment larger = allocate(2 * capacity);
      MemorySegment.copy(entries, 0, larger, 0, entries.byteSize());
      entries = larger;
      capacity *= 2;
    }
    KEvent.set(entries, count++, ident, filter, flags, notes, id);
  }

  /**
   * Tells the kernel, and does not wait. With EV_RECEIPT it answers each change by an error, 0 for none,
   * in the change's own place, and hands out no events.
   *
   * @return how many answers there are
   */
  int apply(CallState calls, int kq) throws IOException {
    if (count == 0) {
      return 0;
    }
    int told = Kqueue.control(calls, kq, entries, count, entries, count, NO_TIME);
    if (told < 0) {
      throw Errno.exception(-told, "kevent(fd " + kq + ")");
    }
    return told;
  }
}
