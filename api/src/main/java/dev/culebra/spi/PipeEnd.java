// SPDX-License-Identifier: Apache-2.0
package dev.culebra.spi;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads from, or writes to, one end of a pipe that somebody else made: a pipe, a FIFO, a stream
 * socket or a terminal. It is non-blocking from {@link Poller#adoptPipe} on, and closes what it
 * adopted.
 *
 * <p><b>Errors</b>: after {@link #close} every method throws {@link
 * java.nio.channels.ClosedChannelException}; reading a write end throws {@link
 * java.nio.channels.NonReadableChannelException}, writing a read end {@link
 * java.nio.channels.NonWritableChannelException}. Would-block is the value 0.
 */
@LoopThread
public interface PipeEnd extends Pollable {

  /**
   * Receives bytes.
   *
   * @param target where to; it must have room. Its position moves by what was received
   * @return how many bytes came, 0 if none are there now, -1 when no writer is left
   * @throws IOException if the pipe is broken
   */
  int read(ByteBuffer target) throws IOException;

  /**
   * Sends bytes.
   *
   * @param source what to send; its position moves by what the kernel took
   * @return how many bytes were taken, 0 if none could be now
   * @throws IOException if no reader is left, or the pipe is broken otherwise
   */
  int write(ByteBuffer source) throws IOException;

  /**
   * Sends bytes of several buffers in one call, in their order.
   *
   * @param sources the buffers; their positions move by what the kernel took
   * @param offset the first buffer to send
   * @param length how many buffers to send; a backend may take fewer
   * @return how many bytes were taken, 0 if none could be now
   * @throws IOException if no reader is left, or the pipe is broken otherwise
   */
  long write(ByteBuffer[] sources, int offset, int length) throws IOException;

  /**
   * Tells whether interest in {@link Poller#READ} is of use at a write end: it is then reported,
   * never spuriously, as soon as nobody can read any more what this end sends.
   *
   * @return false for read ends, and where the platform does not tell
   */
  boolean watchesReader();
}
