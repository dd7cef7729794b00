// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.net.DatagramOptions;
import dev.culebra.spi.DgramSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens, binds and connects a datagram socket: the first part of asyncio's {@code
 * create_datagram_endpoint}. Names are looked up first, then each family that all addresses have is
 * tried.
 */
final class DatagramOpening {

  /** A socket that is ready for use, which the caller closes. */
  record Opened(DgramSocket socket, DatagramAddresses addresses) {}

  private final SocketLoop loop;
  private final DatagramOptions options;
  private final @Nullable List<InetSocketAddress> locals;
  private final @Nullable List<InetSocketAddress> remotes;

  private DatagramOpening(SocketLoop loop, DatagramOptions options) throws UnknownHostException {
    this.loop = loop;
    this.options = options;
    this.locals = resolved(options.localAddress());
    this.remotes = resolved(options.remoteAddress());
  }

  /** Parks the calling task while names are looked up. */
  static Opened open(SocketLoop loop, DatagramOptions options) throws IOException {
    if (options.localAddress() == null
        && options.remoteAddress() == null
        && options.family() == null) {
      throw new IllegalArgumentException(
          "unexpected address family: give a local address, a remote address or a family");
    }
    return new DatagramOpening(loop, options).open();
  }

  private @Nullable List<InetSocketAddress> resolved(@Nullable InetSocketAddress address)
      throws UnknownHostException {
    if (address == null) {
      return null;
    }
    if (!address.isUnresolved()) {
      return List.of(address);
    }
    List<InetSocketAddress> all = new ArrayList<>();
    for (InetAddress each : Resolver.resolve(loop, address.getHostString())) {
      all.add(new InetSocketAddress(each, address.getPort()));
    }
    return all;
  }

  private Opened open() throws IOException {
    IOException first = null;
    for (ProtocolFamily family : families()) {
      try {
        return open(family, of(family, locals), of(family, remotes));
      } catch (IOException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first == null) {
      throw new IllegalArgumentException(
          "can not get address information: the addresses have no family in common: " + options);
    }
    throw first;
  }

  /** Those that everything given has, in the order of its addresses. */
  private Set<ProtocolFamily> families() {
    Set<ProtocolFamily> families = new LinkedHashSet<>();
    for (List<InetSocketAddress> given : nonNull(locals, remotes)) {
      given.forEach(each -> families.add(SocketLoop.familyOf(each.getAddress())));
    }
    ProtocolFamily wanted = options.family();
    if (wanted != null) {
      if (families.isEmpty()) {
        families.add(wanted);
      }
      families.retainAll(Set.of(wanted));
    }
    families.removeIf(family -> (locals != null && of(family, locals) == null)
        || (remotes != null && of(family, remotes) == null));
    return families;
  }

  @SafeVarargs
  private static List<List<InetSocketAddress>> nonNull(@Nullable List<InetSocketAddress>... lists) {
    List<List<InetSocketAddress>> there = new ArrayList<>();
    for (List<InetSocketAddress> each : lists) {
      if (each != null) {
        there.add(each);
      }
    }
    return there;
  }

  private static @Nullable InetSocketAddress of(
      ProtocolFamily family, @Nullable List<InetSocketAddress> addresses) {
    if (addresses != null) {
      for (InetSocketAddress each : addresses) {
        if (SocketLoop.familyOf(each.getAddress()) == family) {
          return each;
        }
      }
    }
    return null;
  }

  private Opened open(
      ProtocolFamily family, @Nullable InetSocketAddress local, @Nullable InetSocketAddress remote)
      throws IOException {
    DgramSocket socket = loop.poller().openDatagram(family);
    try {
      if (options.reusePort()) {
        socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      }
      if (options.allowBroadcast()) {
        socket.setOption(StandardSocketOptions.SO_BROADCAST, true);
      }
      // A socket that is only to broadcast must hear the answers, which come from others.
      boolean connects = remote != null && !options.allowBroadcast();
      if (local != null) {
        socket.bind(local);
      } else if (!connects) { // so that its address is known from the start
        socket.bind(new InetSocketAddress(wildcard(family), 0));
      }
      if (connects && remote != null) {
        socket.connect(remote);
      }
      SocketAddress bound = Objects.requireNonNull(socket.localAddress(), "not bound");
      return new Opened(socket, new DatagramAddresses(family, bound, remote, connects));
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static InetAddress wildcard(ProtocolFamily family) {
    return InetAddress.ofLiteral(family == StandardProtocolFamily.INET6 ? "::" : "0.0.0.0");
  }
}
