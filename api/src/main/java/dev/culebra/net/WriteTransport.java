// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import dev.culebra.spi.LoopThread;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Sends bytes for a protocol: the sending half of a {@link Transport}, and all of the transport of
 * a pipe's write end (asyncio's WriteTransport).
 *
 * <p><b>Implementation notes</b>: what one callback, or one step of a task, writes to a connection
 * leaves in one system call when that callback or step ends. A large write leaves at once.
 */
@LoopThread
public interface WriteTransport extends BaseTransport {

  /** Closes the connection now; what is buffered is dropped. Idempotent; returns at once. */
  void abort();

  /**
   * Sends bytes. Never blocks: what the kernel does not take is buffered. When this returns, the
   * buffer has been copied or sent and may be used again.
   *
   * @param data the bytes between its position and its limit, all of which are consumed
   * @throws IllegalStateException after {@link #writeEof}, and while a file is being sent
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
   * Sends the bytes of several buffers, in their order, and what is large in one system call and
   * without a copy. Never blocks. When this returns, the buffers may be used again.
   *
   * @param data the buffers, all of which are consumed
   * @throws IllegalStateException after {@link #writeEof}, and while a file is being sent
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
   * @return true for plain sockets
   */
  boolean canWriteEof();

  /**
   * Sets when the protocol's {@code pauseWriting} and {@code resumeWriting} are called, and calls the
   * one that is due by that.
   *
   * @param limits the new limits; where one alone matters, take {@link WriteBufferLimits#ofHigh} or
   *     {@link WriteBufferLimits#ofLow}
   */
  void setWriteBufferLimits(WriteBufferLimits limits);

  /**
   * When the protocol's {@code pauseWriting} and {@code resumeWriting} are called.
   *
   * @return the limits now in force
   */
  WriteBufferLimits getWriteBufferLimits();

  /**
   * Sets when the protocol's {@code pauseWriting} and {@code resumeWriting} are called. The default
   * is 64 KiB and 16 KiB.
   *
   * @param highBytes pause above this many buffered bytes
   * @param lowBytes resume at this many or fewer
   * @throws IllegalArgumentException unless {@code highBytes >= lowBytes >= 0}
   */
  default void setWriteBufferLimits(int highBytes, int lowBytes) {
    setWriteBufferLimits(new WriteBufferLimits(highBytes, lowBytes));
  }

  /**
   * Sets the high limit, and a low one of a quarter of it.
   *
   * @param highBytes pause above this many buffered bytes
   * @throws IllegalArgumentException if it is negative
   */
  default void setWriteBufferLimits(int highBytes) {
    setWriteBufferLimits(WriteBufferLimits.ofHigh(highBytes));
  }

  /**
   * How many bytes are buffered.
   *
   * @return bytes that were written and that the kernel has not taken
   */
  long getWriteBufferSize();
}
