// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.culebra.posix.darwin.darwin_h;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Calls the functions that only Darwin has, or has in another form than Linux: see {@link Libc}. */
final class DarwinCalls {

  private DarwinCalls() {}

  /** The peer's address is in {@link CallState#address} afterwards. */
  static int accept(CallState calls, int fd) {
    try {
      int result;
      do {
        calls.addressLength.set(JAVA_INT, 0, Sockaddr.CAPACITY);
        result = calls.result((int) AcceptFunction.CALL.invokeExact(
            calls.segment(), fd, calls.address, calls.addressLength));
      } while (result == -Constants.EINTR);
      return result;
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /**
   * Sends bytes of a file. Not called again after {@code EINTR}, for some may be sent: how many is in
   * {@link CallState#value} afterwards, whatever came out.
   *
   * @param lengthBytes how many; 0 would mean all
   * @return 0, or the negated errno
   */
  static int sendfile(CallState calls, int file, int fd, long position, long lengthBytes) {
    calls.value.set(JAVA_LONG, 0, lengthBytes);
    try {
      return calls.result((int) SendfileFunction.CALL.invokeExact(
          calls.segment(), file, fd, position, calls.value, MemorySegment.NULL, 0));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** The descriptors are in {@link CallState#value} afterwards. */
  static int pipe(CallState calls) {
    try {
      return calls.result((int) PipeFunction.CALL.invokeExact(calls.segment(), calls.value));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** Returns the error number, 0 for none, as the others of the posix_spawn family. */
  static int posix_spawn_file_actions_addinherit_np(MemorySegment actions, int fd) {
    try {
      return (int) AddInherit.CALL.invokeExact(actions, fd);
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  private static final class AcceptFunction {
    static final MethodHandle CALL = Link.call("accept", darwin_h.accept$descriptor());
  }

  private static final class SendfileFunction {
    static final MethodHandle CALL = Link.call("sendfile", darwin_h.sendfile$descriptor());
  }

  private static final class PipeFunction {
    static final MethodHandle CALL = Link.call("pipe", darwin_h.pipe$descriptor());
  }

  private static final class AddInherit {
    static final MethodHandle CALL = Link.plainCall(
        "posix_spawn_file_actions_addinherit_np",
        darwin_h.posix_spawn_file_actions_addinherit_np$descriptor());
  }
}
