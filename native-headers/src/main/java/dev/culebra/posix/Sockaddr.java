// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.culebra.net.AbstractSocketAddress;
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

/**
 * Translates between {@link SocketAddress} and {@code struct sockaddr}, both ways. How that is laid out
 * is the platform's affair; the tests translate for the one that they do not run on, too.
 */
final class Sockaddr {

  /** Room for every address, and for a zero byte behind the longest Unix path. */
  static final int CAPACITY = 128;

  /** Room for every internet address. */
  static final int INET_CAPACITY = 32;

  private static final Platform HERE = Platform.HERE;

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
    return encode(HERE, address, family, to);
  }

  /** As on another platform. */
  static int encode(Platform platform, SocketAddress address, int family, MemorySegment to)
      throws IOException {
    SockaddrLayout at = platform.addresses();
    if (family == at.unix()) {
      if (address instanceof UnixDomainSocketAddress unix) {
        byte[] path = unix.getPath().toString().getBytes(PathCharset.CHARSET);
        return encodeUnix(platform, path, path.length == 0 ? 0 : 1, 0, address, to);
      }
      if (address instanceof AbstractSocketAddress named && platform.hasAbstractNames()) {
        byte[] name = named.name().getBytes(PathCharset.CHARSET);
        return encodeUnix(platform, name, 0, 1, address, to);
      }
    } else if (address instanceof InetSocketAddress inet) {
      if (inet.isUnresolved()) {
        throw new UnresolvedAddressException();
      }
      if (family == at.inet6()) {
        return encodeInet6(platform, inet.getAddress(), inet.getPort(), to);
      }
      if (inet.getAddress() instanceof Inet4Address ip) {
        return encodeInet(platform, ip, inet.getPort(), to);
      }
    }
    throw new UnsupportedAddressTypeException();
  }

  private static int encodeInet(Platform platform, Inet4Address ip, int port, MemorySegment to) {
    SockaddrLayout at = platform.addresses();
    to.asSlice(0, at.inBytes()).fill((byte) 0);
    platform.putFamily(to, at.inet(), at.inBytes());
    to.set(NETWORK_SHORT, at.inPort(), (short) port);
    MemorySegment.copy(ip.getAddress(), 0, to, JAVA_BYTE, at.inAddress(), 4);
    return at.inBytes();
  }

  private static int encodeInet6(Platform platform, InetAddress ip, int port, MemorySegment to) {
    SockaddrLayout at = platform.addresses();
    to.asSlice(0, at.in6Bytes()).fill((byte) 0);
    platform.putFamily(to, at.inet6(), at.in6Bytes());
    to.set(NETWORK_SHORT, at.in6Port(), (short) port);
    byte[] bytes = ip.getAddress();
    if (ip instanceof Inet6Address ip6) {
      MemorySegment.copy(bytes, 0, to, JAVA_BYTE, at.in6Address(), bytes.length);
      to.set(JAVA_INT, at.in6Scope(), ip6.getScopeId());
    } else if (!ip.isAnyLocalAddress()) { // 0.0.0.0 becomes ::, which takes both kinds
      to.set(JAVA_SHORT, at.in6Address() + MAPPED_PREFIX - 2, (short) 0xffff);
      MemorySegment.copy(bytes, 0, to, JAVA_BYTE, at.in6Address() + MAPPED_PREFIX, bytes.length);
    }
    return at.in6Bytes();
  }

  /** A path ends with a zero byte, an abstract name begins with one: unix(7). */
  private static int encodeUnix(
      Platform platform,
      byte[] name,
      int zerosBehind,
      int zerosBefore,
      SocketAddress address,
      MemorySegment to)
      throws SocketException {
    SockaddrLayout at = platform.addresses();
    if (name.length >= at.unBytes() - at.unPath()) {
      throw new SocketException("Unix domain path too long: " + address);
    }
    int length = at.unPath() + zerosBefore + name.length + zerosBehind;
    to.asSlice(0, at.unPath() + name.length + 1L).fill((byte) 0);
    platform.putFamily(to, at.unix(), length);
    MemorySegment.copy(name, 0, to, JAVA_BYTE, at.unPath() + zerosBefore, name.length);
    return length;
  }

  /**
   * Reads an address. IPv4-mapped IPv6 addresses become {@link Inet4Address}es; an unnamed Unix socket
   * has the empty path.
   */
  static SocketAddress decode(MemorySegment from, int lengthBytes) {
    return decode(HERE, from, lengthBytes);
  }

  /** As on another platform. */
  static SocketAddress decode(Platform platform, MemorySegment from, int lengthBytes) {
    SockaddrLayout at = platform.addresses();
    int family = lengthBytes == 0 ? at.unix() : platform.family(from);
    if (family == at.unix()) {
      return decodePath(platform, from, lengthBytes);
    }
    try {
      if (family == at.inet()) {
        return new InetSocketAddress(
            InetAddress.getByAddress(bytes(from, at.inAddress(), 4)), port(from, at.inPort()));
      }
      byte[] ip = bytes(from, at.in6Address(), 16);
      int scope = from.get(JAVA_INT, at.in6Scope());
      return new InetSocketAddress(
          scope == 0 ? InetAddress.getByAddress(ip) : Inet6Address.getByAddress(null, ip, scope),
          port(from, at.in6Port()));
    } catch (UnknownHostException e) { // only for arrays of another length
      throw new AssertionError(e);
    }
  }

  /** Darwin fills the path of an unnamed socket with zeros, which is no abstract name. */
  private static SocketAddress decodePath(Platform platform, MemorySegment from, int lengthBytes) {
    int start = platform.addresses().unPath();
    byte[] path = bytes(from, start, Math.max(0, lengthBytes - start));
    if (platform.hasAbstractNames() && path.length > 1 && path[0] == 0) {
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
