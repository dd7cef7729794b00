// SPDX-License-Identifier: Apache-2.0
package dev.culebra.epoll.internal;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.culebra.posix.CallState;
import dev.culebra.posix.Errno;
import dev.culebra.posix.Link;
import dev.culebra.posix.PosixWaker;
import dev.culebra.posix.linux.linux_h;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Wakes a poll by an eventfd, which is registered edge-triggered: each write is an event, so it is never
 * read, and its counter, which would block at 2^64 - 1, never gets there.
 */
final class EventFd extends PosixWaker {

  /** The 8 bytes that a write adds to the counter. */
  private static final MemorySegment ONE = one();

  private EventFd(int fd) {
    super(fd);
  }

  static EventFd open(CallState calls) throws IOException {
    int flags = linux_h.EFD_NONBLOCK() | linux_h.EFD_CLOEXEC();
    int fd;
    try {
      fd = calls.result((int) Create.CALL.invokeExact(calls.segment(), 0, flags));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
    if (fd < 0) {
      throw Errno.exception(-fd, "eventfd()");
    }
    return new EventFd(fd);
  }

  @Override
  protected void write(int fd) {
    try {
      long ignored = (long) Write.PLAIN_CALL.invokeExact(fd, ONE, JAVA_LONG.byteSize());
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  private static MemorySegment one() {
    MemorySegment one = Arena.ofAuto().allocate(JAVA_LONG);
    one.set(JAVA_LONG, 0, 1);
    return one;
  }

  private static final class Create {
    static final MethodHandle CALL = Link.call("eventfd", linux_h.eventfd$descriptor());
  }

  private static final class Write {
    static final MethodHandle PLAIN_CALL = Link.plainCall("write", linux_h.write$descriptor());
  }
}
