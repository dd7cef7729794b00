// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.net.SocketOption;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sets and reads the socket options that {@code java.nio.channels} knows, by their names: so the
 * {@code TCP_KEEP…} options of {@code jdk.net.ExtendedSocketOptions} work without that module.
 */
final class SocketOptions {

  private static final Map<String, Option> OPTIONS = Map.of(
      "SO_KEEPALIVE", new Option(Constants.SOL_SOCKET, Constants.SO_KEEPALIVE, Kind.FLAG),
      "SO_REUSEADDR", new Option(Constants.SOL_SOCKET, Constants.SO_REUSEADDR, Kind.FLAG),
      "SO_REUSEPORT", new Option(Constants.SOL_SOCKET, Constants.SO_REUSEPORT, Kind.FLAG),
      "SO_LINGER", new Option(Constants.SOL_SOCKET, Constants.SO_LINGER, Kind.LINGER),
      "SO_RCVBUF", new Option(Constants.SOL_SOCKET, Constants.SO_RCVBUF, Kind.BUFFER_SIZE),
      "SO_SNDBUF", new Option(Constants.SOL_SOCKET, Constants.SO_SNDBUF, Kind.BUFFER_SIZE),
      "TCP_NODELAY", new Option(Constants.IPPROTO_TCP, Constants.TCP_NODELAY, Kind.FLAG),
      "TCP_KEEPIDLE", new Option(Constants.IPPROTO_TCP, Constants.TCP_KEEPIDLE, Kind.NUMBER),
      "TCP_KEEPINTERVAL", new Option(Constants.IPPROTO_TCP, Constants.TCP_KEEPINTVL, Kind.NUMBER),
      "TCP_KEEPCOUNT", new Option(Constants.IPPROTO_TCP, Constants.TCP_KEEPCNT, Kind.NUMBER));

  /** {@code IP_TOS} has another number in an IPv6 socket. */
  private static final Option TOS = new Option(Constants.IPPROTO_IP, Constants.IP_TOS, Kind.OCTET);

  private static final Option TRAFFIC_CLASS =
      new Option(Constants.IPPROTO_IPV6, Constants.IPV6_TCLASS, Kind.OCTET);

  private static final Map<String, Option> DATAGRAM_OPTIONS = Map.of(
      "SO_BROADCAST", new Option(Constants.SOL_SOCKET, Constants.SO_BROADCAST, Kind.FLAG),
      "SO_REUSEADDR", new Option(Constants.SOL_SOCKET, Constants.SO_REUSEADDR, Kind.FLAG),
      "SO_REUSEPORT", new Option(Constants.SOL_SOCKET, Constants.SO_REUSEPORT, Kind.FLAG),
      "SO_RCVBUF", new Option(Constants.SOL_SOCKET, Constants.SO_RCVBUF, Kind.BUFFER_SIZE),
      "SO_SNDBUF", new Option(Constants.SOL_SOCKET, Constants.SO_SNDBUF, Kind.BUFFER_SIZE),
      "IP_TOS", TOS,
      "IP_MULTICAST_TTL", new Option(Constants.IPPROTO_IP, Constants.IP_MULTICAST_TTL, Kind.OCTET),
      "IP_MULTICAST_LOOP",
          new Option(Constants.IPPROTO_IP, Constants.IP_MULTICAST_LOOP, Kind.FLAG));

  /** What has another number in an IPv6 socket, whose IPv4 datagrams obey the other one as well. */
  private static final Map<String, Option> DATAGRAM_OPTIONS_6 = Map.of(
      "IP_TOS", TRAFFIC_CLASS,
      "IP_MULTICAST_TTL",
          new Option(Constants.IPPROTO_IPV6, Constants.IPV6_MULTICAST_HOPS, Kind.OCTET),
      "IP_MULTICAST_LOOP",
          new Option(Constants.IPPROTO_IPV6, Constants.IPV6_MULTICAST_LOOP, Kind.FLAG));

  /** The others mean nothing to a Unix socket, though the kernel would take some of them. */
  private static final Set<String> UNIX_OPTIONS = Set.of("SO_LINGER", "SO_RCVBUF", "SO_SNDBUF");

  private static final int INT_LENGTH = (int) JAVA_INT.byteSize();

  private SocketOptions() {}

  private enum Kind {
    FLAG,
    NUMBER,
    BUFFER_SIZE,
    OCTET,
    LINGER
  }

  private record Option(int level, int name, Kind kind) {}

  static <T> void set(CallState calls, int fd, int family, SocketOption<T> option, T value)
      throws IOException {
    Option found = find(option, family);
    set(calls, fd, found, found.level == Constants.IPPROTO_IPV6 ? TOS : null, option, value);
  }

  /** For a datagram socket. */
  static <T> void setOfDatagram(
      CallState calls, int fd, int family, SocketOption<T> option, T value) throws IOException {
    Option found = findOfDatagram(option, family);
    Option alsoInet = DATAGRAM_OPTIONS.get(option.name());
    set(calls, fd, found, found.equals(alsoInet) ? null : alsoInet, option, value);
  }

  private static <T> void set(
      CallState calls,
      int fd,
      Option found,
      @Nullable Option alsoInet,
      SocketOption<T> option,
      T value)
      throws IOException {
    if (found.kind == Kind.BUFFER_SIZE) {
      int sizeBytes = checked(option, found.kind, number(value));
      check(setBufferSize(calls, fd, found, sizeBytes), "setsockopt", fd, option);
      return;
    }
    int length = INT_LENGTH;
    if (found.kind == Kind.FLAG) {
      calls.value.set(JAVA_INT, 0, flag(option, value) ? 1 : 0);
    } else if (found.kind == Kind.LINGER) {
      int seconds = Math.min(number(value), Constants.MAX_LINGER_SECONDS);
      calls.value.set(JAVA_INT, Layouts.L_ONOFF, seconds >= 0 ? 1 : 0);
      calls.value.set(JAVA_INT, Layouts.L_LINGER, Math.max(seconds, 0));
      length = Layouts.LINGER_BYTES;
    } else {
      calls.value.set(JAVA_INT, 0, checked(option, found.kind, number(value)));
    }
    check(Libc.setsockopt(calls, fd, found.level, found.name, length), "setsockopt", fd, option);
    if (alsoInet != null) { // for what a dual-stack socket sends over IPv4
      int ignored = Libc.setsockopt(calls, fd, alsoInet.level, alsoInet.name, length);
    }
  }

  /** Too large a size is cut to what the kernel grants: Linux does that itself, Darwin refuses it. */
  private static int setBufferSize(CallState calls, int fd, Option found, int sizeBytes) {
    int size = Math.max(sizeBytes, Constants.MIN_BUFFER_BYTES);
    int result;
    do {
      calls.value.set(JAVA_INT, 0, size);
      result = Libc.setsockopt(calls, fd, found.level, found.name, INT_LENGTH);
      size /= 2;
    } while (result == -Constants.ENOBUFS && size > 0);
    return result;
  }

  static <T> T get(CallState calls, int fd, int family, SocketOption<T> option) throws IOException {
    return get(calls, fd, find(option, family), option);
  }

  /** For a datagram socket. */
  static <T> T getOfDatagram(CallState calls, int fd, int family, SocketOption<T> option)
      throws IOException {
    return get(calls, fd, findOfDatagram(option, family), option);
  }

  private static <T> T get(CallState calls, int fd, Option found, SocketOption<T> option)
      throws IOException {
    int length = found.kind == Kind.LINGER ? Layouts.LINGER_BYTES : INT_LENGTH;
    check(Libc.getsockopt(calls, fd, found.level, found.name, length), "getsockopt", fd, option);
    int number = calls.value.get(JAVA_INT, 0);
    Object value = switch (found.kind) {
      case FLAG -> number != 0;
      case NUMBER, OCTET -> number;
      case BUFFER_SIZE -> Platform.HERE.bufferSize(number);
      case LINGER ->
        calls.value.get(JAVA_INT, Layouts.L_ONOFF) != 0
            ? calls.value.get(JAVA_INT, Layouts.L_LINGER)
            : -1;
    };
    return option.type().cast(value);
  }

  /** Sets an option of a socket that is just being made. */
  static int setFlag(CallState calls, int fd, int level, int name, boolean on) {
    calls.value.set(JAVA_INT, 0, on ? 1 : 0);
    return Libc.setsockopt(calls, fd, level, name, INT_LENGTH);
  }

  /** Reads and clears the error that waits at a socket; 0 if there is none. */
  static int takeError(CallState calls, int fd) {
    int result = Libc.getsockopt(calls, fd, Constants.SOL_SOCKET, Constants.SO_ERROR, INT_LENGTH);
    return result < 0 ? -result : calls.value.get(JAVA_INT, 0);
  }

  private static Option find(SocketOption<?> option, int family) {
    Option found = null;
    if (family == Constants.AF_UNIX) {
      found = UNIX_OPTIONS.contains(option.name()) ? OPTIONS.get(option.name()) : null;
    } else if (option.name().equals("IP_TOS")) {
      found = family == Constants.AF_INET6 ? TRAFFIC_CLASS : TOS;
    } else {
      found = OPTIONS.get(option.name());
    }
    if (found == null) {
      throw new UnsupportedOperationException("'" + option + "' not supported");
    }
    return found;
  }

  private static Option findOfDatagram(SocketOption<?> option, int family) {
    Option found = family == Constants.AF_INET6 ? DATAGRAM_OPTIONS_6.get(option.name()) : null;
    if (found == null) {
      found = DATAGRAM_OPTIONS.get(option.name());
    }
    if (found == null) {
      throw new UnsupportedOperationException("'" + option + "' not supported");
    }
    return found;
  }

  private static boolean flag(SocketOption<?> option, @Nullable Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw new IllegalArgumentException(option + " takes true or false, not " + value);
  }

  private static int number(Object value) {
    if (value instanceof Integer number) {
      return number;
    }
    throw new IllegalArgumentException("not a number: " + value);
  }

  private static int checked(SocketOption<?> option, Kind kind, int number) {
    boolean valid = kind == Kind.OCTET ? number >= 0 && number <= 255 : number >= 0;
    if (!valid) {
      throw new IllegalArgumentException("invalid " + option + ": " + number);
    }
    return number;
  }

  private static void check(int result, String call, int fd, SocketOption<?> option)
      throws IOException {
    if (result < 0) {
      throw Errno.exception(-result, call + "(fd " + fd + ", " + option + ")");
    }
  }
}
