// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.culebra.net.AbstractSocketAddress;
import dev.culebra.posix.linux.sockaddr_in;
import dev.culebra.posix.linux.sockaddr_in6;
import dev.culebra.posix.linux.sockaddr_un;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;

/** Translates between {@link SocketAddress} and {@code struct sockaddr}, both ways. */
final class Sockaddr {

  /** Room for every address, and for a zero byte behind the longest Unix path. */
  static final int CAPACITY = 128;

  /** Room for every internet address. */
  static final int INET_CAPACITY = 32;

  private static final int IN_LENGTH = (int) sockaddr_in.layout().byteSize();
  private static final long IN_PORT = sockaddr_in.sin_port$offset();
  private static final long IN_ADDRESS = sockaddr_in.sin_addr$offset();

  private static final int IN6_LENGTH = (int) sockaddr_in6.layout().byteSize();
  private static final long IN6_PORT = sockaddr_in6.sin6_port$offset();
  private static final long IN6_ADDRESS = sockaddr_in6.sin6_addr$offset();
  private static final long IN6_SCOPE = sockaddr_in6.sin6_scope_id$offset();

  private static final int UN_PATH = (int) sockaddr_un.sun_path$offset();
  private static final int UN_PATH_LENGTH = (int) sockaddr_un.layout().byteSize() - UN_PATH;

  private static final ValueLayout.OfShort NETWORK_SHORT =
      JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

  /** The bytes of ::ffff:0:0 that make an IPv6 address of an IPv4 one. */
  private static final int MAPPED_PREFIX = 12;

  private Sockaddr() {}

  /** The kernel's number for a family. */
  static int number(ProtocolFamily family) {
    if (family == StandardProtocolFamily.INET) {
      return Constants.AF_INET;
    }
    if (family == StandardProtocolFamily.INET6) {
      return Constants.AF_INET6;
    }
    if (family == StandardProtocolFamily.UNIX) {
      return Constants.AF_UNIX;
    }
    throw new UnsupportedOperationException("no stream sockets of family " + family);
  }

  /**
   * Writes an address for a socket of the given family. An INET6 socket also takes IPv4 addresses, as
   * those of {@code java.nio.channels} do.
   *
   * @return its length in bytes
   * @throws UnsupportedAddressTypeException if the address is of another family
   * @throws UnresolvedAddressException if it has a name only
   * @throws SocketException if it is a path that is too long
   */
  static int encode(SocketAddress address, int family, MemorySegment to) throws IOException {
    if (family == Constants.AF_UNIX) {
      if (address instanceof UnixDomainSocketAddress unix) {
        byte[] path = unix.getPath().toString().getBytes(PathCharset.CHARSET);
        return encodeUnix(path, path.length == 0 ? 0 : 1, 0, address, to);
      }
      if (address instanceof AbstractSocketAddress named && Platform.HERE.hasAbstractNames()) {
        return encodeUnix(named.name().getBytes(PathCharset.CHARSET), 0, 1, address, to);
      }
    } else if (address instanceof InetSocketAddress inet) {
      if (inet.isUnresolved()) {
        throw new UnresolvedAddressException();
      }
      if (family == Constants.AF_INET6) {
        return encodeInet6(inet.getAddress(), inet.getPort(), to);
      }
      if (inet.getAddress() instanceof Inet4Address ip) {
        return encodeInet(ip, inet.getPort(), to);
      }
    }
    throw new UnsupportedAddressTypeException();
  }

  private static int encodeInet(Inet4Address ip, int port, MemorySegment to) {
    to.asSlice(0, IN_LENGTH).fill((byte) 0);
    Platform.HERE.putFamily(to, Constants.AF_INET, IN_LENGTH);
    to.set(NETWORK_SHORT, IN_PORT, (short) port);
    MemorySegment.copy(ip.getAddress(), 0, to, JAVA_BYTE, IN_ADDRESS, 4);
    return IN_LENGTH;
  }

  private static int encodeInet6(InetAddress ip, int port, MemorySegment to) {
    to.asSlice(0, IN6_LENGTH).fill((byte) 0);
    Platform.HERE.putFamily(to, Constants.AF_INET6, IN6_LENGTH);
    to.set(NETWORK_SHORT, IN6_PORT, (short) port);
    byte[] bytes = ip.getAddress();
    if (ip instanceof Inet6Address ip6) {
      MemorySegment.copy(bytes, 0, to, JAVA_BYTE, IN6_ADDRESS, bytes.length);
      to.set(JAVA_INT, IN6_SCOPE, ip6.getScopeId());
    } else if (!ip.isAnyLocalAddress()) { // 0.0.0.0 becomes ::, which takes both kinds
      to.set(JAVA_SHORT, IN6_ADDRESS + MAPPED_PREFIX - 2, (short) 0xffff);
      MemorySegment.copy(bytes, 0, to, JAVA_BYTE, IN6_ADDRESS + MAPPED_PREFIX, bytes.length);
    }
    return IN6_LENGTH;
  }

  /** A path ends with a zero byte, an abstract name begins with one: unix(7). */
  private static int encodeUnix(
      byte[] name, int zerosBehind, int zerosBefore, SocketAddress address, MemorySegment to)
      throws SocketException {
    if (name.length >= UN_PATH_LENGTH) {
      throw new SocketException("Unix domain path too long: " + address);
    }
    int length = UN_PATH + zerosBefore + name.length + zerosBehind;
    to.asSlice(0, UN_PATH + name.length + 1L).fill((byte) 0);
    Platform.HERE.putFamily(to, Constants.AF_UNIX, length);
    MemorySegment.copy(name, 0, to, JAVA_BYTE, UN_PATH + zerosBefore, name.length);
    return length;
  }

  /**
   * Reads an address. IPv4-mapped IPv6 addresses become {@link Inet4Address}es; an unnamed Unix socket
   * has the empty path.
   */
  static SocketAddress decode(MemorySegment from, int lengthBytes) {
    int family = lengthBytes == 0 ? Constants.AF_UNIX : Platform.HERE.family(from);
    if (family == Constants.AF_UNIX) {
      return decodePath(from, lengthBytes);
    }
    try {
      if (family == Constants.AF_INET) {
        return new InetSocketAddress(
            InetAddress.getByAddress(bytes(from, IN_ADDRESS, 4)), port(from, IN_PORT));
      }
      byte[] ip = bytes(from, IN6_ADDRESS, 16);
      int scope = from.get(JAVA_INT, IN6_SCOPE);
      return new InetSocketAddress(
          scope == 0 ? InetAddress.getByAddress(ip) : Inet6Address.getByAddress(null, ip, scope),
          port(from, IN6_PORT));
    } catch (UnknownHostException e) { // only for arrays of another length
      throw new AssertionError(e);
    }
  }

  private static SocketAddress decodePath(MemorySegment from, int lengthBytes) {
    byte[] path = bytes(from, UN_PATH, Math.max(0, lengthBytes - UN_PATH));
    if (path.length > 1 && path[0] == 0) {
      return new AbstractSocketAddress(new String(path, 1, path.length - 1, PathCharset.CHARSET));
    }
    int end = 0;
    while (end < path.length && path[end] != 0) {
      end++;
    }
    return UnixDomainSocketAddress.of(new String(path, 0, end, PathCharset.CHARSET));
  }

  /** An address as messages show it: without a reverse look-up, and without a slash. */
  static String text(SocketAddress address) {
    if (address instanceof InetSocketAddress inet && !inet.isUnresolved()) {
      String ip = inet.getAddress().getHostAddress();
      return (ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + inet.getPort();
    }
    return address.toString();
  }

  private static byte[] bytes(MemorySegment from, long offset, int lengthBytes) {
    return from.asSlice(offset, lengthBytes).toArray(JAVA_BYTE);
  }

  private static int port(MemorySegment from, long offset) {
    return Short.toUnsignedInt(from.get(NETWORK_SHORT, offset));
  }
}
