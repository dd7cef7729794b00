// SPDX-License-Identifier: Apache-2.0
package dev.culebra.spi;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections on a non-blocking stream socket, TCP or Unix.
 *
 * <p><b>Errors</b>: after {@link #close} every method throws {@link
 * java.nio.channels.ClosedChannelException}.
 */
@LoopThread
public interface ListenerSocket extends Pollable {

  /**
   * Binds and starts to listen.
   *
   * @param address the local address; port 0 lets the system choose
   * @param backlog how many connections may wait to be accepted, at least 1
   * @throws java.net.BindException if the address is taken or not a local one
   * @throws IOException if it fails otherwise
   */
  void bind(SocketAddress address, int backlog) throws IOException;

  /**
   * Takes a waiting connection. One that its peer has already given up is passed over.
   *
   * @return a connected, non-blocking socket of the same poller, which the caller closes; null if none
   *     waits
   * @throws IOException if the system refuses, for one when no descriptor is left
   */
  @Nullable StreamSocket accept() throws IOException;

  /**
   * Sets a socket option, before {@link #bind}.
   *
   * @param <T> the type of its value
   * @param option one of {@link java.net.StandardSocketOptions}
   * @param value its new value
   * @throws IOException if the system refuses
   * @throws UnsupportedOperationException if this backend does not know the option
   */
  <T> void setOption(SocketOption<T> option, T value) throws IOException;

  /**
   * The address it listens at.
   *
   * @return the local address, null if it is not bound
   * @throws IOException if the system refuses
   */
  @Nullable SocketAddress localAddress() throws IOException;
}
