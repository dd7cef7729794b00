// SPDX-License-Identifier: Apache-2.0
package dev.culebra.kqueue.internal;

import dev.culebra.posix.CallState;
import dev.culebra.posix.Link;
import dev.culebra.posix.darwin.darwin_h;
import dev.culebra.posix.freebsd.freebsd_h;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Calls the functions of {@code <sys/event.h>}, by the conventions of {@link dev.culebra.posix.Libc}: a
 * failure is the negated errno. {@code EINTR} is returned too, since only the caller knows how much time
 * is left.
 *
 * <p>The numbers are Darwin's. libkqueue has the same, but for EVFILT_USER, which is FreeBSD's; and these
 * errors have the same numbers everywhere.
 */
final class Kqueue {

  static final int EV_ADD = darwin_h.EV_ADD();
  static final int EV_CLEAR = darwin_h.EV_CLEAR();
  static final int EV_DELETE = darwin_h.EV_DELETE();
  static final int EV_EOF = darwin_h.EV_EOF();
  static final int EV_ERROR = darwin_h.EV_ERROR();
  static final int EV_ONESHOT = darwin_h.EV_ONESHOT();
  static final int EV_RECEIPT = darwin_h.EV_RECEIPT();
  static final short EVFILT_PROC = (short) darwin_h.EVFILT_PROC();
  static final short EVFILT_READ = (short) darwin_h.EVFILT_READ();
  static final short EVFILT_USER = (short)
      (KqueueBackend.isDarwin(System.getProperty("os.name"))
          ? darwin_h.EVFILT_USER()
          : freebsd_h.EVFILT_USER());
  static final short EVFILT_WRITE = (short) darwin_h.EVFILT_WRITE();
  static final int NOTE_EXIT = darwin_h.NOTE_EXIT();
  static final int NOTE_TRIGGER = darwin_h.NOTE_TRIGGER();

  static final int EBADF = darwin_h.EBADF();
  static final int EEXIST = darwin_h.EEXIST();
  static final int EINTR = darwin_h.EINTR();
  static final int ENOMEM = darwin_h.ENOMEM();
  static final int EPIPE = darwin_h.EPIPE();

  private Kqueue() {}

  /** What stands in for the system's functions where it has none; null where it has. */
  static @Nullable String libraryName() {
    return System.getProperty("culebra.kqueue.library");
  }

  static int create(CallState calls) {
    try {
      return calls.result((int) Create.CALL.invokeExact(calls.segment()));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** Makes changes, then waits for events. A timeout that is NULL waits without limit. */
  static int control(
      CallState calls,
      int kq,
      MemorySegment changes,
      int changeCount,
      MemorySegment events,
      int maxEvents,
      MemorySegment timeout) {
    try {
      return calls.result((int) Control.CALL.invokeExact(
          calls.segment(), kq, changes, changeCount, events, maxEvents, timeout));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** Makes one change, from any thread; tells nothing. */
  static void trigger(int kq, MemorySegment change) {
    try {
      int ignored = (int)
          Trigger.PLAIN_CALL.invokeExact(kq, change, 1, MemorySegment.NULL, 0, MemorySegment.NULL);
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  private static final class Library {
    static final SymbolLookup LOOKUP = find();

    private static SymbolLookup find() {
      String name = libraryName();
      return name == null ? Link.C : Link.library(Path.of(name));
    }
  }

  private static final class Create {
    static final MethodHandle CALL =
        Link.call(Library.LOOKUP, "kqueue", darwin_h.kqueue$descriptor());
  }

  private static final class Control {
    static final MethodHandle CALL =
        Link.call(Library.LOOKUP, "kevent", darwin_h.kevent$descriptor());
  }

  private static final class Trigger {
    static final MethodHandle PLAIN_CALL =
        Link.plainCall(Library.LOOKUP, "kevent", darwin_h.kevent$descriptor());
  }
}
