// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.culebra.posix.linux.linux_h;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Calls the functions that only Linux has, or has in another form than Darwin: see {@link Libc}. */
final class LinuxCalls {

  private LinuxCalls() {}

  /** The peer's address is in {@link CallState#address} afterwards. */
  static int accept4(CallState calls, int fd, int flags) {
    try {
      int result;
      do {
        calls.addressLength.set(JAVA_INT, 0, Sockaddr.CAPACITY);
        result = calls.result((int) Accept4Function.CALL.invokeExact(
            calls.segment(), fd, calls.address, calls.addressLength, flags));
      } while (result == -Constants.EINTR);
      return result;
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** The offset is taken from {@link CallState#value}, and moved on there. */
  static long sendfile(CallState calls, int fd, int file, long lengthBytes) {
    try {
      long result;
      do {
        result = calls.result((long)
            SendfileFunction.CALL.invokeExact(calls.segment(), fd, file, calls.value, lengthBytes));
      } while (result == -Constants.EINTR);
      return result;
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** Receives several datagrams, those that are there; returns how many. */
  static int recvmmsg(CallState calls, int fd, MemorySegment messages, int count) {
    try {
      int result;
      do {
        result = calls.result((int) RecvmmsgFunction.CALL.invokeExact(
            calls.segment(), fd, messages, count, 0, MemorySegment.NULL));
      } while (result == -Constants.EINTR);
      return result;
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** Sends several datagrams; returns how many, and fails only if the first one does. */
  static int sendmmsg(CallState calls, int fd, MemorySegment messages, int count, int flags) {
    try {
      int result;
      do {
        result = calls.result(
            (int) SendmmsgFunction.CALL.invokeExact(calls.segment(), fd, messages, count, flags));
      } while (result == -Constants.EINTR);
      return result;
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** The descriptors are in {@link CallState#value} afterwards. */
  static int pipe2(CallState calls, int flags) {
    try {
      return calls.result(
          (int) Pipe2Function.CALL.invokeExact(calls.segment(), calls.value, flags));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  private static final class Accept4Function {
    static final MethodHandle CALL = Link.call("accept4", linux_h.accept4$descriptor());
  }

  private static final class SendfileFunction {
    static final MethodHandle CALL = Link.call("sendfile", linux_h.sendfile$descriptor());
  }

  private static final class RecvmmsgFunction {
    static final MethodHandle CALL = Link.call("recvmmsg", linux_h.recvmmsg$descriptor());
  }

  private static final class SendmmsgFunction {
    static final MethodHandle CALL = Link.call("sendmmsg", linux_h.sendmmsg$descriptor());
  }

  private static final class Pipe2Function {
    static final MethodHandle CALL = Link.call("pipe2", linux_h.pipe2$descriptor());
  }
}
