// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import dev.culebra.spi.LoopThread;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends and receives the bytes of one connection (asyncio's Transport).
 *
 * <p>Tasks have {@link StreamReader} and {@link StreamWriter} instead.
 *
 * <p><b>Threading</b>: the loop and its tasks.
 *
 * <p><b>Lifecycle</b>: ends with {@link #close}, {@link #abort} or a failure; the protocol's {@code
 * connectionLost} is called exactly once.
 *
 * <p><b>Implementation notes</b>: what one callback, or one step of a task, writes to a connection
 * leaves in one system call when that callback or step ends. A large write leaves at once.
 */
@LoopThread
public interface Transport extends BaseTransport {

  /** Closes the connection now; what is buffered is dropped. Idempotent; returns at once. */
  void abort();

  /**
   * Sends bytes. Never blocks: what the kernel does not take is buffered. When this returns, the
   * buffer has been copied or sent and may be used again.
   *
   * @param data the bytes between its position and its limit, all of which are consumed
   * @throws IllegalStateException after {@link #writeEof}
   */
  void write(ByteBuffer data);

  /**
   * Sends bytes. Never blocks. When this returns, the array may be used again.
   *
   * @param data the bytes
   * @throws IllegalStateException after {@link #writeEof}
   */
  default void write(byte[] data) {
    write(ByteBuffer.wrap(data));
  }

  /**
   * Sends the bytes of several buffers, in their order. Never blocks.
   *
   * @param data the buffers, all of which are consumed
   * @throws IllegalStateException after {@link #writeEof}
   */
  void writeLines(List<ByteBuffer> data);

  /**
   * Ends the sending side once what is buffered is sent; receiving goes on. Idempotent.
   *
   * @throws UnsupportedOperationException if {@link #canWriteEof} is false
   */
  void writeEof();

  /**
   * Tells whether {@link #writeEof} works on this transport.
   *
   * @return true for plain sockets, false with TLS
   */
  boolean canWriteEof();

  /** Stops receiving; no data reaches the protocol until {@link #resumeReading}. Idempotent. */
  void pauseReading();

  /** Receives again. Idempotent. */
  void resumeReading();

  /**
   * Tells whether the transport receives.
   *
   * @return false while paused, at the end of the stream and once it is closing
   */
  boolean isReading();

  /**
   * Sets when the protocol's {@code pauseWriting} and {@code resumeWriting} are called. The default is
   * 64 KiB and 16 KiB.
   *
   * @param highBytes pause above this many buffered bytes
   * @param lowBytes resume at this many or fewer
   * @throws IllegalArgumentException unless {@code highBytes >= lowBytes >= 0}
   */
  void setWriteBufferLimits(int highBytes, int lowBytes);

  /**
   * Sets the high limit, and a low one of a quarter of it.
   *
   * @param highBytes pause above this many buffered bytes
   * @throws IllegalArgumentException if it is negative
   */
  default void setWriteBufferLimits(int highBytes) {
    setWriteBufferLimits(highBytes, highBytes / 4);
  }

  /**
   * How many bytes are buffered.
   *
   * @return bytes that were written and that the kernel has not taken
   */
  long getWriteBufferSize();

  /**
   * Tells what the TLS handshake has come to ({@code get_extra_info} of {@code "cipher"}, {@code
   * "peercert"} and {@code "ssl_object"}). Stays known after the close.
   *
   * @return protocol, cipher suite and certificates; null without TLS
   */
  default @Nullable TlsSession tlsSession() {
    return null;
  }

  /**
   * Sets an option of the socket ({@code get_extra_info("socket").setsockopt}).
   *
   * @param <T> the type of its value
   * @param option one of {@link java.net.StandardSocketOptions}
   * @param value its new value
   * @throws java.io.IOException if the system refuses, or the socket is closed
   */
  <T> void setOption(SocketOption<T> option, T value) throws java.io.IOException;

  /**
   * Reads an option of the socket.
   *
   * @param <T> the type of its value
   * @param option one of {@link java.net.StandardSocketOptions}
   * @return its value now
   * @throws java.io.IOException if the system refuses, or the socket is closed
   */
  <T> T getOption(SocketOption<T> option) throws java.io.IOException;
}
