// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import java.nio.ByteBuffer;

/** Receives a connection's data into buffers of its own (asyncio's BufferedProtocol). */
public interface BufferedProtocol extends BaseProtocol {

  /**
   * The connection stands. If this throws, the exception handler is told and the connection goes on.
   *
   * @param transport what to send with
   */
  default void connectionMade(Transport transport) {}

  @Override
  default void connectionMade(BaseTransport transport) {
    connectionMade((Transport) transport);
  }

  /**
   * Supplies the buffer for the next data.
   *
   * @param sizeHint how many bytes would be welcome, or -1 for no opinion
   * @return a buffer with room, to be filled from its position on; a direct one spares a copy
   * @throws Exception if it does, the connection is lost with that exception
   */
  ByteBuffer getBuffer(int sizeHint) throws Exception;

  /**
   * Data is in the buffer.
   *
   * @param count how many bytes came; the buffer's position has moved by that
   * @throws Exception if it does, the connection is lost with that exception
   */
  void bufferUpdated(int count) throws Exception;

  /**
   * The peer sends no more. If this throws, the connection is lost with that exception.
   *
   * @return true to keep sending; false has the transport close itself, as TLS does in either case
   */
  default boolean eofReceived() {
    return false;
  }
}
