// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import dev.culebra.spi.LoopThread;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Receives the bytes of a connection in blocking style (asyncio's StreamReader).
 *
 * <p>It pulls: nothing is received before a task asks for it, so that a slow reader slows its peer down
 * and buffers nothing.
 *
 * <p><b>Threading</b>: tasks of the loop, one at a time.
 *
 * <p><b>Errors</b>: every method that reads throws {@link IllegalStateException} when another task is
 * reading, and {@link java.util.concurrent.CancellationException} when the calling task is cancelled
 * while it waits; no byte is lost by that.
 */
@LoopThread
public interface StreamReader {

  /** How much {@link #readUntil} may buffer where nothing else is said: 64 KiB. */
  int DEFAULT_LIMIT_BYTES = 64 * 1024;

  /**
   * Receives what is there, waiting if nothing is.
   *
   * @param maxBytes at most how many bytes to return; 0 returns none at once
   * @return at least one byte; none at the end of the stream
   * @throws IOException if the connection is broken
   * @throws IllegalArgumentException if {@code maxBytes} is negative; see {@link #readAll}
   */
  byte[] read(int maxBytes) throws IOException;

  /**
   * Receives what is there into a buffer of the caller's, waiting if nothing is.
   *
   * @param target a buffer with room; its position moves by what came. A direct one spares a copy
   * @return how many bytes came, at least 1; -1 at the end of the stream; 0 if the target has no room
   * @throws IOException if the connection is broken
   */
  int read(ByteBuffer target) throws IOException;

  /**
   * Receives everything up to the end of the stream.
   *
   * @return all of it, regardless of the limit
   * @throws IOException if the connection is broken
   */
  byte[] readAll() throws IOException;

  /**
   * Receives exactly so many bytes, regardless of the limit.
   *
   * @param count how many bytes
   * @return an array of that length
   * @throws IncompleteReadException if the stream ends before; it holds what came
   * @throws IOException if the connection is broken
   * @throws IllegalArgumentException if {@code count} is negative
   */
  byte[] readExactly(int count) throws IOException;

  /**
   * Receives up to a separator.
   *
   * @param separator the bytes to look for, at least one
   * @return the bytes up to the separator, and the separator
   * @throws IncompleteReadException if the stream ends before; it holds what came
   * @throws LimitOverrunException if there is no separator within the limit; the data stays
   * @throws IOException if the connection is broken
   * @throws IllegalArgumentException if the separator is empty
   */
  byte[] readUntil(byte... separator) throws IOException;

  /**
   * Receives up to whichever of several separators ends first; of two that end together the shorter one
   * counts.
   *
   * @param separators what to look for: at least one separator, each of at least one byte
   * @return the bytes up to the separator, and the separator
   * @throws IncompleteReadException if the stream ends before; it holds what came
   * @throws LimitOverrunException if there is no separator within the limit; the data stays
   * @throws IOException if the connection is broken
   * @throws IllegalArgumentException if there is no separator, or an empty one
   */
  byte[] readUntil(List<byte[]> separators) throws IOException;

  /**
   * Receives a line.
   *
   * @return the bytes up to and with {@code '\n'}; at the end of the stream what is left, maybe nothing
   * @throws LimitOverrunException if the line is longer than the limit; that line is dropped
   * @throws IOException if the connection is broken
   */
  byte[] readLine() throws IOException;

  /**
   * Tells whether nothing is left to read.
   *
   * @return whether the end of the stream was seen and nothing is buffered
   */
  boolean atEof();

  /**
   * Checks a limit.
   *
   * @param limitBytes the limit
   * @throws IllegalArgumentException if it is below 1
   */
  static void checkLimit(int limitBytes) {
    if (limitBytes < 1) {
      throw new IllegalArgumentException("limitBytes must be at least 1, not " + limitBytes);
    }
  }
}
