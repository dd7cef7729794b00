// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import java.nio.ByteBuffer;

/** Receives the events and the data of a connection (asyncio's Protocol). */
public interface Protocol extends BaseProtocol {

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
   * Data came.
   *
   * @param data what came: a view of a buffer that the loop owns, valid until this method returns
   * @throws Exception if it does, the connection is lost with that exception
   */
  void dataReceived(ByteBuffer data) throws Exception;

  /**
   * The peer sends no more. If this throws, the connection is lost with that exception.
   *
   * @return true to keep sending; false has the transport close itself, as TLS does in either case
   */
  default boolean eofReceived() {
    return false;
  }
}
