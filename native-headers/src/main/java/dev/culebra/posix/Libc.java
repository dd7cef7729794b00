// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.culebra.posix.linux.linux_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls the C library's socket functions under their own names: those that Linux and Darwin have alike.
 * Their shapes are taken from Linux's headers, and Darwin's are the same, which a test checks. {@link
 * LinuxCalls} and {@link DarwinCalls} have the others.
 *
 * <p>Each returns what the C function returns or, if that failed, the negated errno, as a system call
 * itself does. Those that a signal can interrupt are called again: {@code EINTR} is never returned,
 * except where another call would be wrong. Each function is bound when it is first called.
 *
 * <p><b>Threading</b>: as {@link CallState}.
 */
public final class Libc {

  private static final int MAX_TEXT_BYTES = 256;

  private Libc() {}

  static int socket(CallState calls, int family, int type, int protocol) {
    try {
      return calls.result(
          (int) SocketFunction.CALL.invokeExact(calls.segment(), family, type, protocol));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** Not called again after {@code EINTR}: the connect goes on by itself. */
  static int connect(CallState calls, int fd, int addressLength) {
    try {
      return calls.result((int)
          ConnectFunction.CALL.invokeExact(calls.segment(), fd, calls.address, addressLength));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  static int bind(CallState calls, int fd, int addressLength) {
    try {
      return calls.result(
          (int) BindFunction.CALL.invokeExact(calls.segment(), fd, calls.address, addressLength));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  static int listen(CallState calls, int fd, int backlog) {
    try {
      return calls.result((int) ListenFunction.CALL.invokeExact(calls.segment(), fd, backlog));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  static int getsockname(CallState calls, int fd) {
    try {
      calls.addressLength.set(JAVA_INT, 0, Sockaddr.CAPACITY);
      return calls.result((int) GetsocknameFunction.CALL.invokeExact(
          calls.segment(), fd, calls.address, calls.addressLength));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  static int getpeername(CallState calls, int fd) {
    try {
      calls.addressLength.set(JAVA_INT, 0, Sockaddr.CAPACITY);
      return calls.result((int) GetpeernameFunction.CALL.invokeExact(
          calls.segment(), fd, calls.address, calls.addressLength));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** The value is in {@link CallState#value} afterwards. */
  static int getsockopt(CallState calls, int fd, int level, int name, int lengthBytes) {
    try {
      calls.valueLength.set(JAVA_INT, 0, lengthBytes);
      return calls.result((int) GetsockoptFunction.CALL.invokeExact(
          calls.segment(), fd, level, name, calls.value, calls.valueLength));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** The value is taken from {@link CallState#value}. */
  static int setsockopt(CallState calls, int fd, int level, int name, int lengthBytes) {
    try {
      return calls.result((int) SetsockoptFunction.CALL.invokeExact(
          calls.segment(), fd, level, name, calls.value, lengthBytes));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  static long recv(CallState calls, int fd, MemorySegment to, long lengthBytes, int flags) {
    try {
      long result;
      do {
        result = calls.result(
            (long) RecvFunction.CALL.invokeExact(calls.segment(), fd, to, lengthBytes, flags));
      } while (result == -Constants.EINTR);
      return result;
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** Receives into heap memory, in place. Only for what cannot block, and in bounded pieces. */
  static long recvHeap(CallState calls, int fd, MemorySegment to, long lengthBytes, int flags) {
    try {
      long result;
      do {
        result = calls.result(
            (long) RecvHeapFunction.CALL.invokeExact(calls.segment(), fd, to, lengthBytes, flags));
      } while (result == -Constants.EINTR);
      return result;
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  static long send(CallState calls, int fd, MemorySegment from, long lengthBytes, int flags) {
    try {
      long result;
      do {
        result = calls.result(
            (long) SendFunction.CALL.invokeExact(calls.segment(), fd, from, lengthBytes, flags));
      } while (result == -Constants.EINTR);
      return result;
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** Sends from heap memory, in place. Only for what cannot block, and in bounded pieces. */
  static long sendHeap(CallState calls, int fd, MemorySegment from, long lengthBytes, int flags) {
    try {
      long result;
      do {
        result = calls.result((long)
            SendHeapFunction.CALL.invokeExact(calls.segment(), fd, from, lengthBytes, flags));
      } while (result == -Constants.EINTR);
      return result;
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** Receives a datagram. The sender's address is in {@link CallState#address} afterwards. */
  static long recvfrom(CallState calls, int fd, MemorySegment to, long lengthBytes) {
    try {
      long result;
      do {
        calls.addressLength.set(JAVA_INT, 0, Sockaddr.CAPACITY);
        result = calls.result((long) RecvfromFunction.CALL.invokeExact(
            calls.segment(), fd, to, lengthBytes, 0, calls.address, calls.addressLength));
      } while (result == -Constants.EINTR);
      return result;
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** Sends a datagram to the address in {@link CallState#address}. */
  static long sendto(
      CallState calls, int fd, MemorySegment from, long lengthBytes, int flags, int addressLength) {
    try {
      long result;
      do {
        result = calls.result((long) SendtoFunction.CALL.invokeExact(
            calls.segment(), fd, from, lengthBytes, flags, calls.address, addressLength));
      } while (result == -Constants.EINTR);
      return result;
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** Sends what {@link CallState#vector} holds. */
  static long sendmsg(CallState calls, int fd, int flags) {
    try {
      MemorySegment message = calls.vector.message();
      long result;
      do {
        result = calls.result(
            (long) SendmsgFunction.CALL.invokeExact(calls.segment(), fd, message, flags));
      } while (result == -Constants.EINTR);
      return result;
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  static long read(CallState calls, int fd, MemorySegment to, long lengthBytes) {
    try {
      long result;
      do {
        result = calls.result(
            (long) ReadFunction.CALL.invokeExact(calls.segment(), fd, to, lengthBytes));
      } while (result == -Constants.EINTR);
      return result;
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  static long write(CallState calls, int fd, MemorySegment from, long lengthBytes) {
    try {
      long result;
      do {
        result = calls.result(
            (long) WriteFunction.CALL.invokeExact(calls.segment(), fd, from, lengthBytes));
      } while (result == -Constants.EINTR);
      return result;
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** Writes what {@link CallState#vector} holds. */
  static long writev(CallState calls, int fd) {
    try {
      MemorySegment entries = calls.vector.entries();
      int count = calls.vector.count();
      long result;
      do {
        result = calls.result(
            (long) WritevFunction.CALL.invokeExact(calls.segment(), fd, entries, count));
      } while (result == -Constants.EINTR);
      return result;
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** Opens a file that is there; {@code path} ends with a zero byte. */
  static int open(CallState calls, MemorySegment path, int flags) {
    return open(calls, path, flags, 0);
  }

  /** Opens a file, which may be made with the access {@code mode}. */
  static int open(CallState calls, MemorySegment path, int flags, int mode) {
    try {
      int result;
      do {
        result =
            calls.result((int) OpenFunction.CALL.invokeExact(calls.segment(), path, flags, mode));
      } while (result == -Constants.EINTR);
      return result;
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** Not called again after {@code EINTR}: whether the new number was closed is open then. */
  static int dup2(CallState calls, int from, int to) {
    try {
      return calls.result((int) Dup2Function.CALL.invokeExact(calls.segment(), from, to));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  static int fcntl(CallState calls, int fd, int command, int argument) {
    try {
      return calls.result(
          (int) FcntlFunction.CALL.invokeExact(calls.segment(), fd, command, argument));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  static int shutdown(CallState calls, int fd, int how) {
    try {
      return calls.result((int) ShutdownFunction.CALL.invokeExact(calls.segment(), fd, how));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /**
   * Closes a descriptor. Never called again, whatever came out: the descriptor is gone even after
   * {@code EINTR} or {@code EIO}, and its number may be somebody else's by now.
   *
   * @param fd the descriptor
   */
  public static void close(int fd) {
    try {
      int ignored = (int) CloseFunction.PLAIN_CALL.invokeExact(fd);
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** The C library's text for an error number, such as {@code "Connection refused"}. */
  static String strerror(int errno) {
    MemorySegment text = Arena.ofAuto().allocate(MAX_TEXT_BYTES);
    try {
      int ignored =
          (int) StrerrorFunction.PLAIN_CALL.invokeExact(errno, text, (long) MAX_TEXT_BYTES);
    } catch (Throwable t) {
      throw Link.failure(t);
    }
    return text.getString(0);
  }

  private static final class SocketFunction {
    static final MethodHandle CALL = Link.call("socket", linux_h.socket$descriptor());
  }

  private static final class ConnectFunction {
    static final MethodHandle CALL = Link.call("connect", linux_h.connect$descriptor());
  }

  private static final class BindFunction {
    static final MethodHandle CALL = Link.call("bind", linux_h.bind$descriptor());
  }

  private static final class ListenFunction {
    static final MethodHandle CALL = Link.call("listen", linux_h.listen$descriptor());
  }

  private static final class GetsocknameFunction {
    static final MethodHandle CALL = Link.call("getsockname", linux_h.getsockname$descriptor());
  }

  private static final class GetpeernameFunction {
    static final MethodHandle CALL = Link.call("getpeername", linux_h.getpeername$descriptor());
  }

  private static final class GetsockoptFunction {
    static final MethodHandle CALL = Link.call("getsockopt", linux_h.getsockopt$descriptor());
  }

  private static final class SetsockoptFunction {
    static final MethodHandle CALL = Link.call("setsockopt", linux_h.setsockopt$descriptor());
  }

  private static final class RecvFunction {
    static final MethodHandle CALL = Link.call("recv", linux_h.recv$descriptor());
  }

  private static final class RecvHeapFunction {
    static final MethodHandle CALL = Link.heapCall("recv", linux_h.recv$descriptor());
  }

  private static final class SendFunction {
    static final MethodHandle CALL = Link.call("send", linux_h.send$descriptor());
  }

  private static final class SendHeapFunction {
    static final MethodHandle CALL = Link.heapCall("send", linux_h.send$descriptor());
  }

  private static final class RecvfromFunction {
    static final MethodHandle CALL = Link.call("recvfrom", linux_h.recvfrom$descriptor());
  }

  private static final class SendtoFunction {
    static final MethodHandle CALL = Link.call("sendto", linux_h.sendto$descriptor());
  }

  private static final class SendmsgFunction {
    static final MethodHandle CALL = Link.call("sendmsg", linux_h.sendmsg$descriptor());
  }

  private static final class ReadFunction {
    static final MethodHandle CALL = Link.call("read", linux_h.read$descriptor());
  }

  private static final class WriteFunction {
    static final MethodHandle CALL = Link.call("write", linux_h.write$descriptor());
  }

  private static final class WritevFunction {
    static final MethodHandle CALL = Link.call("writev", linux_h.writev$descriptor());
  }

  private static final class OpenFunction {
    static final MethodHandle CALL = Link.variadicCall("open", linux_h.open$descriptor(), 2);
  }

  private static final class Dup2Function {
    static final MethodHandle CALL = Link.call("dup2", linux_h.dup2$descriptor());
  }

  private static final class FcntlFunction {
    static final MethodHandle CALL = Link.variadicCall("fcntl", linux_h.fcntl$descriptor(), 2);
  }

  private static final class ShutdownFunction {
    static final MethodHandle CALL = Link.call("shutdown", linux_h.shutdown$descriptor());
  }

  private static final class CloseFunction {
    static final MethodHandle PLAIN_CALL = Link.plainCall("close", linux_h.close$descriptor());
  }

  private static final class StrerrorFunction {
    static final MethodHandle PLAIN_CALL =
        Link.plainCall(Platform.HERE.strerror(), linux_h.__xpg_strerror_r$descriptor());
  }
}
