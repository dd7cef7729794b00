// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/** Has sockets join and leave multicast groups. */
final class Memberships {

  /** Of an interface's number, and of an IPv4 address. */
  private static final int INT_LENGTH = (int) JAVA_INT.byteSize();

  private Memberships() {}

  /**
   * Joins or leaves a group. An INET6 socket also joins IPv4 groups where the kernel lets it.
   *
   * @return 0, or the negated errno
   */
  static int change(
      CallState calls, int fd, int family, InetAddress group, NetworkInterface at, boolean join)
      throws IOException {
    if (!group.isMulticastAddress()) {
      throw new IllegalArgumentException(group + " is not a multicast address");
    }
    MemorySegment value = calls.value;
    if (group instanceof Inet4Address) {
      if (family == Constants.AF_INET6 && !Platform.HERE.inet6JoinsInet()) {
        throw new IllegalArgumentException("an IPv6 socket cannot hear the IPv4 group " + group
            + " here: open an IPv4 socket for it");
      }
      put(group, value, Layouts.IMR_MULTIADDR);
      put(inet4Of(at), value, Layouts.IMR_INTERFACE);
      int name = join ? Constants.IP_ADD_MEMBERSHIP : Constants.IP_DROP_MEMBERSHIP;
      return Libc.setsockopt(calls, fd, Constants.IPPROTO_IP, name, Layouts.IP_MREQ_BYTES);
    }
    if (family != Constants.AF_INET6) {
      throw new IllegalArgumentException("an IPv4 socket cannot hear the IPv6 group " + group);
    }
    put((Inet6Address) group, value, Layouts.IPV6MR_MULTIADDR);
    value.set(JAVA_INT, Layouts.IPV6MR_INTERFACE, at.getIndex());
    int name = join ? Constants.IPV6_ADD_MEMBERSHIP : Constants.IPV6_DROP_MEMBERSHIP;
    return Libc.setsockopt(calls, fd, Constants.IPPROTO_IPV6, name, Layouts.IPV6_MREQ_BYTES);
  }

  static SocketException notJoined(InetAddress group, NetworkInterface at) {
    return new SocketException("not a member of " + group.getHostAddress() + " at " + at.getName());
  }

  /** Chooses where multicasts go out. */
  static void setInterface(CallState calls, int fd, int family, NetworkInterface at)
      throws IOException {
    int result;
    if (family == Constants.AF_INET6) {
      calls.value.set(JAVA_INT, 0, at.getIndex());
      result = Libc.setsockopt(
          calls, fd, Constants.IPPROTO_IPV6, Constants.IPV6_MULTICAST_IF, INT_LENGTH);
    } else {
      put(inet4Of(at), calls.value, 0);
      result =
          Libc.setsockopt(calls, fd, Constants.IPPROTO_IP, Constants.IP_MULTICAST_IF, INT_LENGTH);
    }
    check(result, "setsockopt", fd);
  }

  /** Where multicasts go out; null if that is left to the routes. */
  static @Nullable NetworkInterface getInterface(CallState calls, int fd, int family)
      throws IOException {
    if (family == Constants.AF_INET6) {
      int level = Constants.IPPROTO_IPV6;
      check(
          Libc.getsockopt(calls, fd, level, Constants.IPV6_MULTICAST_IF, INT_LENGTH),
          "getsockopt",
          fd);
      int index = calls.value.get(JAVA_INT, 0);
      return index > 0 ? NetworkInterface.getByIndex(index) : null;
    }
    check(
        Libc.getsockopt(calls, fd, Constants.IPPROTO_IP, Constants.IP_MULTICAST_IF, INT_LENGTH),
        "getsockopt",
        fd);
    InetAddress address =
        InetAddress.getByAddress(calls.value.asSlice(0, INT_LENGTH).toArray(JAVA_BYTE));
    return address.isAnyLocalAddress() ? null : NetworkInterface.getByInetAddress(address);
  }

  private static void check(int result, String call, int fd) throws IOException {
    if (result < 0) {
      throw Errno.exception(-result, call + "(fd " + fd + ", IP_MULTICAST_IF)");
    }
  }

  /** Any IPv4 address of an interface, by which IPv4's options name it. */
  static Inet4Address inet4Of(NetworkInterface at) throws SocketException {
    return at.inetAddresses()
        .filter(Inet4Address.class::isInstance)
        .map(Inet4Address.class::cast)
        .findFirst()
        .orElseThrow(() -> new SocketException("no IPv4 address at interface " + at.getName()));
  }

  private static void put(InetAddress address, MemorySegment to, long offset) {
    byte[] bytes = address.getAddress();
    MemorySegment.copy(bytes, 0, to, JAVA_BYTE, offset, bytes.length);
  }
}
