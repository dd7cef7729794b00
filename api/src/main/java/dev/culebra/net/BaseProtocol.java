// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import org.jspecify.annotations.Nullable;

/**
 * Receives the events of a transport: what all kinds of protocol have in common (asyncio's
 * BaseProtocol).
 *
 * <p>Implement {@link Protocol}, {@link BufferedProtocol} or {@link DatagramProtocol}. The order is: {@code connectionMade}, data,
 * perhaps {@code eofReceived}, {@code connectionLost}, which comes exactly once if {@code
 * connectionMade} came. All of them are called on the loop and must not block it.
 */
public interface BaseProtocol {

  /**
   * The connection stands. Each kind of protocol has a method of this name that is given its own kind of
   * transport, which is what to implement.
   *
   * @param transport what to send with
   */
  default void connectionMade(BaseTransport transport) {}

  /**
   * The connection is gone; nothing follows.
   *
   * @param exception why, or null if either side closed it in order or it was aborted
   */
  default void connectionLost(@Nullable Exception exception) {}

  /** More is buffered than the high limit: write no more for now. */
  default void pauseWriting() {}

  /** What is buffered went down to the low limit: write again. */
  default void resumeWriting() {}
}
