// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import org.jspecify.annotations.Nullable;

/**
 * Knows where a datagram endpoint is, and where it may send.
 *
 * @param family INET or INET6, whose sockets reach IPv4 addresses as well
 * @param local this end's address
 * @param remote where to send what is sent to nobody in particular; null if there is no such address
 * @param connected whether that is the only peer
 */
record DatagramAddresses(
    ProtocolFamily family,
    SocketAddress local,
    @Nullable InetSocketAddress remote,
    boolean connected) {

  /** 65,535 bytes less the headers of IPv4 and UDP. */
  private static final int MAX_BYTES = 65_507;

  /** The only peer. */
  @Nullable SocketAddress peer() {
    return connected ? remote : null;
  }

  /**
   * Where a datagram goes.
   *
   * @return the address to hand to the socket, null if it is connected
   * @throws IllegalArgumentException if it may not go there
   */
  @Nullable SocketAddress target(@Nullable SocketAddress to) {
    if (remote != null) {
      if (to != null && to != remote && !to.equals(remote)) {
        throw new IllegalArgumentException(
            "this endpoint sends to " + remote + " only, not to " + to + ": use null");
      }
      return connected ? null : remote;
    }
    if (to == null) {
      throw new IllegalArgumentException(
          "this endpoint has no remote address: say where the datagram is to go");
    }
    requireReachable(to);
    return to;
  }

  private void requireReachable(SocketAddress to) {
    if (!(to instanceof InetSocketAddress inet)) {
      throw new IllegalArgumentException("not an internet address: " + to);
    }
    if (inet.isUnresolved()) {
      throw new IllegalArgumentException(
          "the address is not resolved: " + to + "; look its name up first, off the loop");
    }
    if (family == StandardProtocolFamily.INET && !(inet.getAddress() instanceof Inet4Address)) {
      throw new IllegalArgumentException("an IPv4 endpoint cannot send to " + to);
    }
  }

  /** Says what was too large, which the system does not. */
  IOException explained(IOException failure, int lengthBytes) {
    boolean ofItsOwnKind =
        failure.getClass() != SocketException.class && failure.getClass() != IOException.class;
    if (lengthBytes <= MAX_BYTES || ofItsOwnKind) {
      return failure;
    }
    SocketException explained = new SocketException("a datagram of " + lengthBytes
        + " bytes is too large, and at most " + MAX_BYTES + " will do: " + failure.getMessage());
    explained.initCause(failure);
    return explained;
  }

  static void requireGroup(InetAddress group) {
    if (!group.isMulticastAddress()) {
      throw new IllegalArgumentException(
          group.getHostAddress() + " is not the address of a multicast group");
    }
  }

  @Override
  public String toString() {
    return remote == null ? local.toString() : local + (connected ? " - " : " -> ") + remote;
  }
}
