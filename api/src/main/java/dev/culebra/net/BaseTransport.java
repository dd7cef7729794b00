// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import dev.culebra.spi.LoopThread;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Moves bytes for a protocol: what all transports have in common (asyncio's BaseTransport). */
@LoopThread
public interface BaseTransport extends AutoCloseable {

  /**
   * Closes the transport: it reads no more, sends what is buffered, and then calls {@link
   * BaseProtocol#connectionLost}, with null unless that sending fails. Idempotent; returns at once.
   */
  @Override
  void close();

  /**
   * Tells whether the transport is closing or closed.
   *
   * @return whether {@link #close} was called or the connection was lost
   */
  boolean isClosing();

  /**
   * The protocol that this transport serves.
   *
   * @return the protocol now in force
   */
  BaseProtocol getProtocol();

  /**
   * Has another protocol served from now on, which may be of the other kind. It gets no {@code
   * connectionMade}.
   *
   * @param protocol a {@link Protocol} or {@link BufferedProtocol}; for datagrams a {@link
   *     DatagramProtocol}
   */
  void setProtocol(BaseProtocol protocol);

  /**
   * The address of this end ({@code get_extra_info("sockname")}). Stays known after the close.
   *
   * @return the local address
   */
  SocketAddress localAddress();

  /**
   * The address of the other end ({@code get_extra_info("peername")}). Stays known after the close.
   *
   * @return the peer's address, null if it has none, as the client of a Unix socket
   */
  @Nullable SocketAddress remoteAddress();
}
