// SPDX-License-Identifier: Apache-2.0
package dev.culebra.kqueue.internal;

import dev.culebra.posix.CallState;
import dev.culebra.posix.Errno;
import dev.culebra.posix.Libc;
import dev.culebra.posix.PosixWaker;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Wakes a poll by event 0 of the filter EVFILT_USER, which a kqueue has without any descriptor but its
 * own. So this owns the kqueue: no waker may go on with its number once it is closed. With EV_CLEAR each
 * trigger is one event.
 */
final class UserEvent extends PosixWaker {

  private static final int IDENT = 0;

  private static final MemorySegment TRIGGER = change(0, Kqueue.NOTE_TRIGGER);

  private UserEvent(int kq) {
    super(kq);
  }

  /** Opens a kqueue that can be woken. */
  static UserEvent open(CallState calls) throws IOException {
    int kq = Kqueue.create(calls);
    if (kq < 0) {
      throw Errno.exception(-kq, "kqueue()");
    }
    MemorySegment added = change(Kqueue.EV_ADD | Kqueue.EV_CLEAR, 0);
    int result = Kqueue.control(calls, kq, added, 1, MemorySegment.NULL, 0, MemorySegment.NULL);
    if (result < 0) {
      Libc.close(kq);
      throw Errno.exception(-result, "kevent(fd " + kq + ", EVFILT_USER)");
    }
    return new UserEvent(kq);
  }

  @Override
  protected void write(int kq) {
    Kqueue.trigger(kq, TRIGGER);
  }

  private static MemorySegment change(int flags, int notes) {
    MemorySegment change = Arena.ofAuto().allocate(KEvent.arrayBytes(1), Long.BYTES);
    KEvent.set(change, 0, IDENT, Kqueue.EVFILT_USER, flags, notes, KqueuePoller.NOBODY);
    return change;
  }
}
