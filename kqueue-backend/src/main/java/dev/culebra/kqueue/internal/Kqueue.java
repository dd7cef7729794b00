// SPDX-License-Identifier: Apache-2.0
package dev.culebra.kqueue.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.culebra.posix.CallState;
import dev.culebra.posix.Link;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Calls the functions of {@code <sys/event.h>}, by the conventions of {@link dev.culebra.posix.Libc}: a
 * failure is the negated errno. {@code EINTR} is returned too, since only the caller knows how much time
 * is left.
 */
final class Kqueue {

  static final int EV_ADD = 1;
  static final int EV_CLEAR = 0x20;
  static final int EV_DELETE = 2;
  static final int EV_DISABLE = 8;
  static final int EV_EOF = 0x8000;
  static final int EV_ERROR = 0x4000;
  static final int EV_ONESHOT = 0x10;
  static final int EV_RECEIPT = 0x40;
  static final short EVFILT_PROC = -5;
  static final short EVFILT_READ = -1;
  static final short EVFILT_USER = (short) (System.getProperty("os.name").startsWith("Mac") ? -10 : -11);
  static final short EVFILT_WRITE = -2;
  static final int NOTE_EXIT = 0x8000_0000;
  static final int NOTE_TRIGGER = 0x0100_0000;

  static final int EBADF = 9;
  static final int EEXIST = 17;
  static final int EINTR = 4;
  static final int EINVAL = 22;
  static final int ENOMEM = 12;
  static final int EPIPE = 32;
  static final int ESRCH = 3;

  /** What stands in for the system's functions where the system has none; null where it has. */
  static @Nullable String libraryName() {
    return System.getProperty("culebra.kqueue.library");
  }

  private static final FunctionDescriptor KQUEUE = FunctionDescriptor.of(JAVA_INT);
  private static final FunctionDescriptor KEVENT =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);

  private Kqueue() {}

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
      int ignored = (int) Trigger.PLAIN_CALL.invokeExact(
          kq, change, 1, MemorySegment.NULL, 0, MemorySegment.NULL);
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
    static final MethodHandle CALL = Link.call(Library.LOOKUP, "kqueue", KQUEUE);
  }

  private static final class Control {
    static final MethodHandle CALL = Link.call(Library.LOOKUP, "kevent", KEVENT);
  }

  private static final class Trigger {
    static final MethodHandle PLAIN_CALL = Link.plainCall(Library.LOOKUP, "kevent", KEVENT);
  }
}
