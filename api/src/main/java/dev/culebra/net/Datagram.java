// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * One datagram that was received: what {@link AsyncDatagramSocket#receive} returns.
 *
 * @param data what came, maybe nothing: between the buffer's position and its limit
 * @param from who sent it
 */
public record Datagram(ByteBuffer data, SocketAddress from) {

  /**
   * Copies what came.
   *
   * @return the bytes
   */
  public byte[] bytes() {
    byte[] copy = new byte[data.remaining()];
    data.get(data.position(), copy);
    return copy;
  }
}
