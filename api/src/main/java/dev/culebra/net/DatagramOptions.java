// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import org.jspecify.annotations.Nullable;

/**
 * Says what a datagram endpoint is bound and connected to. Addresses may be unresolved ({@link
 * InetSocketAddress#createUnresolved}): their names are then looked up off the loop.
 *
 * @param localAddress what to bind to, and port 0 lets the system choose; the default, null, leaves both
 *     to the system
 * @param remoteAddress the only peer to send to and hear; the default, null, is everybody. With {@code
 *     allowBroadcast} it is merely where to send what is sent to nobody in particular
 * @param family INET or INET6; the default, null, is that of the addresses
 * @param reusePort whether several sockets may share a port; the default is false
 * @param allowBroadcast whether datagrams may be sent to broadcast addresses; the default is false
 */
public record DatagramOptions(
    @Nullable InetSocketAddress localAddress,
    @Nullable InetSocketAddress remoteAddress,
    @Nullable ProtocolFamily family,
    boolean reusePort,
    boolean allowBroadcast) {

  /** What holds where nothing else is said. An address or a family must be. */
  public static final DatagramOptions DEFAULT = new DatagramOptions(null, null, null, false, false);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the family is not an internet one, or the remote port 0
   */
  public DatagramOptions {
    if (family != null
        && family != StandardProtocolFamily.INET
        && family != StandardProtocolFamily.INET6) {
      throw new IllegalArgumentException("family must be INET or INET6, not " + family);
    }
    if (remoteAddress != null && remoteAddress.getPort() == 0) {
      throw new IllegalArgumentException("the remote port must be between 1 and 65535, not 0");
    }
  }

  /**
   * These options with another local address.
   *
   * @param value what to bind to
   * @return the new options
   */
  public DatagramOptions withLocalAddress(@Nullable InetSocketAddress value) {
    return new DatagramOptions(value, remoteAddress, family, reusePort, allowBroadcast);
  }

  /**
   * These options with a local address whose name may have to be looked up.
   *
   * @param host a name or literal address
   * @param port 1 to 65535, or 0 to let the system choose
   * @return the new options
   */
  public DatagramOptions withLocalAddress(String host, int port) {
    return withLocalAddress(InetSocketAddress.createUnresolved(host, port));
  }

  /**
   * These options with another remote address.
   *
   * @param value the peer
   * @return the new options
   */
  public DatagramOptions withRemoteAddress(@Nullable InetSocketAddress value) {
    return new DatagramOptions(localAddress, value, family, reusePort, allowBroadcast);
  }

  /**
   * These options with a remote address whose name may have to be looked up.
   *
   * @param host a name or literal address
   * @param port 1 to 65535
   * @return the new options
   */
  public DatagramOptions withRemoteAddress(String host, int port) {
    return withRemoteAddress(InetSocketAddress.createUnresolved(host, port));
  }

  /**
   * These options with another family.
   *
   * @param value INET, INET6 or null
   * @return the new options
   */
  public DatagramOptions withFamily(@Nullable ProtocolFamily value) {
    return new DatagramOptions(localAddress, remoteAddress, value, reusePort, allowBroadcast);
  }

  /**
   * These options with another answer on sharing ports.
   *
   * @param value whether several sockets may share a port
   * @return the new options
   */
  public DatagramOptions withReusePort(boolean value) {
    return new DatagramOptions(localAddress, remoteAddress, family, value, allowBroadcast);
  }

  /**
   * These options with another answer on broadcasts.
   *
   * @param value whether datagrams may be sent to broadcast addresses
   * @return the new options
   */
  public DatagramOptions withAllowBroadcast(boolean value) {
    return new DatagramOptions(localAddress, remoteAddress, family, reusePort, value);
  }
}
