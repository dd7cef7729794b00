// SPDX-License-Identifier: Apache-2.0
package dev.culebra.epoll.internal;

import dev.culebra.posix.CallState;
import dev.culebra.posix.Link;
import dev.culebra.posix.linux.linux_h;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls the functions of {@code <sys/epoll.h>}, by the conventions of {@link dev.culebra.posix.Libc}:
 * a failure is the negated errno. {@code EINTR} is returned too, since only the caller knows how much
 * time is left.
 */
final class Epoll {

  static final int EPOLL_CLOEXEC = linux_h.EPOLL_CLOEXEC();
  static final int EPOLL_CTL_ADD = linux_h.EPOLL_CTL_ADD();
  static final int EPOLL_CTL_DEL = linux_h.EPOLL_CTL_DEL();
  static final int EPOLL_CTL_MOD = linux_h.EPOLL_CTL_MOD();
  static final int EPOLLERR = linux_h.EPOLLERR();
  static final int EPOLLET = linux_h.EPOLLET();
  static final int EPOLLHUP = linux_h.EPOLLHUP();
  static final int EPOLLIN = linux_h.EPOLLIN();
  static final int EPOLLOUT = linux_h.EPOLLOUT();

  static final int EINTR = linux_h.EINTR();
  static final int EEXIST = linux_h.EEXIST();
  static final int ENOSYS = linux_h.ENOSYS();
  static final int EPERM = linux_h.EPERM(); // what a sandbox may answer in the place of ENOSYS

  private Epoll() {}

  static int create(CallState calls) {
    try {
      return calls.result((int) Create.CALL.invokeExact(calls.segment(), EPOLL_CLOEXEC));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  static int control(CallState calls, int epfd, int operation, int fd, MemorySegment event) {
    try {
      return calls.result(
          (int) Control.CALL.invokeExact(calls.segment(), epfd, operation, fd, event));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  static int await(
      CallState calls, int epfd, MemorySegment events, int maxEvents, int timeoutMillis) {
    try {
      return calls.result(
          (int) Wait.CALL.invokeExact(calls.segment(), epfd, events, maxEvents, timeoutMillis));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** To be called only where the C library has {@code epoll_pwait2}; the kernel may not. */
  static int await(
      CallState calls, int epfd, MemorySegment events, int maxEvents, MemorySegment timeout) {
    try {
      return calls.result((int) PreciseWait.CALL.invokeExact(
          calls.segment(), epfd, events, maxEvents, timeout, MemorySegment.NULL));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  private static final class Create {
    static final MethodHandle CALL = Link.call("epoll_create1", linux_h.epoll_create1$descriptor());
  }

  private static final class Control {
    static final MethodHandle CALL = Link.call("epoll_ctl", linux_h.epoll_ctl$descriptor());
  }

  private static final class Wait {
    static final MethodHandle CALL = Link.call("epoll_wait", linux_h.epoll_wait$descriptor());
  }

  private static final class PreciseWait {
    static final MethodHandle CALL = Link.call("epoll_pwait2", linux_h.epoll_pwait2$descriptor());
  }
}
