// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import dev.culebra.EventLoop;
import dev.culebra.spi.LoopThread;
import java.net.SocketAddress;
import java.util.List;

/**
 * Listens at one or more addresses and makes a connection of each client (asyncio's Server).
 *
 * <p><b>Lifecycle</b>: {@link #close} ends listening and leaves the connections alone; {@link
 * #closeClients} ends those.
 */
@LoopThread
public interface Server extends AutoCloseable {

  /**
   * The addresses it listens at, with the ports that the system chose.
   *
   * @return the addresses, in the order they were bound; none once it is closed
   */
  List<SocketAddress> addresses();

  /**
   * The loop that it serves on ({@code Server.get_loop}).
   *
   * @return the loop; of a server that the loops of a {@link dev.culebra.LoopGroup} share, the first one
   */
  EventLoop getLoop();

  /**
   * Starts to accept connections, if it does not yet. Idempotent.
   *
   * @throws IllegalStateException if the server is closed
   */
  void startServing();

  /**
   * Serves until the calling task is cancelled or the server is closed; then closes the server and
   * waits until the last connection is gone.
   *
   * @throws java.util.concurrent.CancellationException at the end of either kind
   * @throws IllegalStateException if the server is closed, or another task is in this call
   */
  void serveForever();

  /**
   * Tells whether it accepts connections.
   *
   * @return true from {@link #startServing} to {@link #close}
   */
  boolean isServing();

  /** Stops listening; connections that stand go on. Idempotent; returns at once. */
  @Override
  void close();

  /** Closes the connections that this server made, once what they have buffered is sent. */
  void closeClients();

  /** Closes the connections that this server made at once; what they have buffered is dropped. */
  void abortClients();

  /**
   * Waits until the server is closed and its last connection is gone.
   *
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled
   */
  void awaitClosed();
}
