// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * Receives the datagrams of an endpoint (asyncio's DatagramProtocol).
 *
 * <p>Tasks have {@link AsyncDatagramSocket} instead. The order is: {@code connectionMade}, datagrams and
 * errors, {@code connectionLost}, which comes exactly once. All of them are called on the loop and must
 * not block it. What one of them throws is told to the exception handler, and the endpoint goes on.
 */
public interface DatagramProtocol extends BaseProtocol {

  /**
   * The endpoint is open.
   *
   * @param transport what to send with
   */
  default void connectionMade(DatagramTransport transport) {}

  @Override
  default void connectionMade(BaseTransport transport) {
    connectionMade((DatagramTransport) transport);
  }

  /**
   * A datagram came. It may be empty.
   *
   * @param data what came: a view of a buffer that the loop owns, valid until this method returns
   * @param from who sent it
   * @throws Exception if it does, the exception handler is told, and the endpoint goes on
   */
  default void datagramReceived(ByteBuffer data, SocketAddress from) throws Exception {}

  /**
   * Sending or receiving failed; the endpoint goes on. For an endpoint that is connected to a peer, {@link
   * java.net.PortUnreachableException} says that nobody listens there.
   *
   * <p>It may be called within {@link DatagramTransport#sendTo}. What sends again from here does so at
   * most a few times, or it will not end while the failure lasts.
   *
   * @param exception what went wrong
   */
  default void errorReceived(IOException exception) {}
}
