// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import dev.culebra.spi.LoopThread;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends the bytes of a connection in blocking style (asyncio's StreamWriter).
 *
 * <p><b>Threading</b>: the loop and its tasks; several tasks may {@link #drain} at once.
 *
 * <p><b>Lifecycle</b>: {@link #close} ends the connection; {@link #awaitClosed} waits for that end.
 */
@LoopThread
public interface StreamWriter extends AutoCloseable {

  /**
   * Sends bytes without waiting. They leave when the task next waits or drains, together with what else
   * it writes until then. When this returns, the array may be used again.
   *
   * @param data the bytes
   * @throws IllegalStateException after {@link #writeEof}
   */
  void write(byte[] data);

  /**
   * Sends bytes without waiting. When this returns, the buffer may be used again.
   *
   * @param data the bytes between its position and its limit, all of which are consumed
   * @throws IllegalStateException after {@link #writeEof}
   */
  void write(ByteBuffer data);

  /**
   * Sends the bytes of several buffers without waiting, in their order.
   *
   * @param data the buffers, all of which are consumed
   * @throws IllegalStateException after {@link #writeEof}
   */
  void writeLines(List<ByteBuffer> data);

  /**
   * Hands what was written to the kernel and, if it does not take enough of it, waits until it does:
   * call it after each write to be slowed down with a slow peer.
   *
   * @throws IOException if the connection is broken or lost
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled
   */
  void drain() throws IOException;

  /**
   * Ends the sending side once what was written is sent; the peer reads the end of the stream.
   *
   * @throws UnsupportedOperationException if {@link #canWriteEof} is false
   */
  void writeEof();

  /**
   * Tells whether {@link #writeEof} works on this connection.
   *
   * @return true for plain sockets, false with TLS
   */
  boolean canWriteEof();

  /**
   * Drains, and goes on with TLS (asyncio's {@code start_tls}). What the reader has received and nobody
   * has read is taken for the first of the handshake; no task may be reading meanwhile. The reader and
   * this writer serve the encrypted connection afterwards.
   *
   * <p>The server's side is taken by a connection of a server's, the client's by others. A client has to
   * say {@link TlsOptions#withServerName}.
   *
   * @param options how to encrypt
   * @throws javax.net.ssl.SSLException if the handshake fails or takes too long; the connection is closed
   *     then
   * @throws IOException if the connection is broken or lost
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled; the connection
   *     is closed then
   * @throws IllegalStateException if the connection is closing, or a task is reading
   * @throws IllegalArgumentException if the options are not enough for this side
   */
  void startTls(TlsOptions options) throws IOException;

  /** Closes the connection, once what was written is sent. Idempotent; returns at once. */
  @Override
  void close();

  /**
   * Tells whether the connection is closing or closed.
   *
   * @return whether {@link #close} was called or the connection was lost
   */
  boolean isClosing();

  /**
   * Waits until the connection is closed.
   *
   * @throws IOException what the connection was lost with
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled
   */
  void awaitClosed() throws IOException;

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

  /**
   * The transport beneath, for options and limits.
   *
   * @return the transport
   */
  Transport transport();
}
