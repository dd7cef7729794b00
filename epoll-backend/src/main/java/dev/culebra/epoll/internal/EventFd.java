// SPDX-License-Identifier: Apache-2.0
package dev.culebra.epoll.internal;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.culebra.posix.CallState;
import dev.culebra.posix.Errno;
import dev.culebra.posix.Libc;
import dev.culebra.posix.Link;
import dev.culebra.posix.linux.linux_h;
import dev.culebra.spi.AnyThread;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Wakes a poll from any thread.
 *
 * <p>It is registered edge-triggered: each write is an event, so it is never read, and its counter,
 * which would block at 2^64 - 1, never gets there.
 *
 * <p>Two races are to be survived. Of many calls between two polls only one may cost a system call, and
 * none may be lost. And a writer that was stopped just before its write must not go on with a
 * descriptor whose number {@link #close} has given back, and which may be a client's socket by then.
 * The state is one integer: {@code SIGNALLED}, {@code CLOSED}, and above them the number of writers
 * between their two steps, {@code WRITER} each.
 *
 * <pre>
 * step                     from                    to                           does
 * -----------------------  ----------------------  ---------------------------  ------------------
 * {@link #signal} begins   neither flag            SIGNALLED, one writer more   writes
 *                          SIGNALLED or CLOSED     the same                     nothing
 * {@link #signal} ends     writers, not CLOSED     one writer less              nothing
 *                          CLOSED, several writers one writer less              nothing
 *                          CLOSED, one writer      CLOSED, no writer            closes the descriptor
 * {@link #rearm}           SIGNALLED               not SIGNALLED                nothing
 * {@link #close}           CLOSED                  the same                     nothing
 *                          no writer               CLOSED                       closes the descriptor
 *                          writers                 CLOSED, as many writers      nothing
 * </pre>
 *
 * <p>The poller rearms after it has waited and before its loop looks at what the wakers left for it. A
 * waker that finds SIGNALLED set came before that, so what it left is seen.
 */
final class EventFd {

  private static final int SIGNALLED = 1;
  private static final int CLOSED = 2;
  private static final int WRITER = 4;

  /** The 8 bytes that a write adds to the counter. */
  private static final MemorySegment ONE = one();

  private final int fd;
  private final AtomicInteger state = new AtomicInteger();

  private EventFd(int fd) {
    this.fd = fd;
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

  /** The descriptor, for the one who registers it before anybody can have closed this. */
  int fd() {
    return fd;
  }

  /** Causes an event, unless one is under way already or this is closed. */
  @AnyThread
  void signal() {
    // The waker of the loop has just put something into a queue; the store must not be seen later
    // than the state is read, or the loop could rearm, miss the one, and sleep through the other.
    VarHandle.fullFence();
    int before;
    do {
      before = state.get();
      if ((before & (SIGNALLED | CLOSED)) != 0) {
        return;
      }
    } while (!state.compareAndSet(before, (before | SIGNALLED) + WRITER));
    write();
    int after = state.addAndGet(-WRITER);
    if ((after & CLOSED) != 0 && after < WRITER) {
      Libc.close(fd);
    }
  }

  /** Lets the next {@link #signal} cause an event again. Called by the poller, which alone does so. */
  void rearm() {
    if ((state.get() & SIGNALLED) != 0) {
      state.getAndAdd(-SIGNALLED);
    }
  }

  /**
   * Closes the descriptor, now or when the last writer is done with it. Idempotent. Called by the
   * poller, which alone does so.
   */
  void close() {
    if ((state.get() & CLOSED) == 0 && state.getAndAdd(CLOSED) < WRITER) {
      Libc.close(fd);
    }
  }

  /** Cannot fail: the descriptor stays open until the last writer is done, and the counter never fills. */
  private void write() {
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
