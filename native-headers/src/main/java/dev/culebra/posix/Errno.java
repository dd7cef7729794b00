// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.util.Map;

/**
 * Turns an error number into the exception that {@code java.nio.channels} would throw for it. This is
 * the only place that does, and nothing here is touched before something fails.
 *
 * <p>The table is the JDK's own ({@code handleSocketError} in {@code sun/nio/ch/Net.c}); what it does
 * not list is a {@link SocketException}. {@code EBADF} is among those on purpose: a socket that was
 * closed throws {@link java.nio.channels.ClosedChannelException} without asking the kernel, so {@code
 * EBADF} means that somebody else closed our descriptor, and must not look like an orderly end.
 */
public final class Errno {

  private static final Map<Integer, String> NAMES = Platform.HERE.errorNames();

  private Errno() {}

  /**
   * Makes the exception for a call that failed.
   *
   * @param errno the error number, positive
   * @param call the call and its arguments, such as {@code "connect(127.0.0.1:9)"}
   * @return an exception with a message such as {@code "connect(127.0.0.1:9): ECONNREFUSED (Connection
   *     refused)"}
   */
  public static IOException exception(int errno, String call) {
    String name = name(errno);
    String message = call + ": " + name + " (" + Libc.strerror(errno) + ")";
    return switch (name) {
      // EAGAIN is a value everywhere else: this is a Unix connect, and the listener's backlog is
      // full
      case "EAGAIN", "ECONNREFUSED", "ENOTCONN", "ETIMEDOUT" -> new ConnectException(message);
      case "EHOSTUNREACH" -> new NoRouteToHostException(message);
      case "EACCES", "EADDRINUSE", "EADDRNOTAVAIL" -> new BindException(message);
      case "EPROTO" -> new ProtocolException(message);
      default -> new SocketException(message);
    };
  }

  /**
   * Makes the exception for a call on a pipe or another file: what NIO throws is a plain one there.
   *
   * @param errno the error number, positive
   * @param call the call and its arguments, such as {@code "write(fd 5, 10 bytes)"}
   * @return an exception with a message such as {@code "write(fd 5, 10 bytes): EPIPE (Broken pipe)"}
   */
  static IOException fileException(int errno, String call) {
    return new IOException(call + ": " + name(errno) + " (" + Libc.strerror(errno) + ")");
  }

  /**
   * Makes the exception for a call on a datagram socket that failed: a refusal is what ICMP has said of
   * an earlier datagram.
   *
   * @param errno the error number, positive
   * @param call the call and its arguments
   * @return an exception
   */
  static IOException ofDatagram(int errno, String call) {
    IOException exception = exception(errno, call);
    return exception instanceof ConnectException && name(errno).equals("ECONNREFUSED")
        ? new PortUnreachableException(exception.getMessage())
        : exception;
  }

  /**
   * Tells whether {@code accept} failed for the sake of one connection, not of the listener.
   *
   * <p>Linux hands the pending network error of a new connection to {@code accept}; accept(2), "Error
   * handling", lists these and says to treat them like {@code EAGAIN}. Taking the error took the
   * connection off the queue.
   *
   * @param errno the error number, positive
   * @return whether to pass the connection over
   */
  static boolean isOfConnection(int errno) {
    return switch (name(errno)) {
      case "ECONNABORTED" -> true; // its peer gave it up while it waited
      case "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH", "ENONET" -> true;
      case "ENOPROTOOPT", "EOPNOTSUPP", "EPROTO" -> true;
      default -> false;
    };
  }

  /**
   * Tells whether {@code sendfile} failed for the sake of the file, whose bytes can be read and written
   * all the same: it has no pages to send from, as many in /proc, or is no regular one.
   *
   * @param errno the error number, positive
   * @return whether to send it in another way
   */
  static boolean isOfFile(int errno) {
    return switch (name(errno)) {
      case "EINVAL", "ENOSYS", "EOPNOTSUPP" -> true;
      case "ENOTSUP" -> true; // Darwin's for what is no regular file; Linux has no other number
      default -> false;
    };
  }

  /**
   * The name of an error number.
   *
   * @param errno the number
   * @return such as {@code "ECONNREFUSED"}, or {@code "errno 123"} if it has none here
   */
  static String name(int errno) {
    return NAMES.getOrDefault(errno, "errno " + errno);
  }
}
