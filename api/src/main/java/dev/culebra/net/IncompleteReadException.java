// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import java.io.EOFException;

/** Thrown when a stream ends before what was asked for came (asyncio's IncompleteReadError). */
public class IncompleteReadException extends EOFException {

  private static final long serialVersionUID = 1L;

  private final byte[] partial;
  private final int expectedBytes;

  /**
   * Makes one.
   *
   * @param partial what came before the end
   * @param expectedBytes how many bytes were asked for, or -1 if that is not known
   */
  public IncompleteReadException(byte[] partial, int expectedBytes) {
    super(partial.length
        + " bytes read on a total of "
        + (expectedBytes < 0 ? "undefined" : expectedBytes)
        + " expected bytes");
    this.partial = partial;
    this.expectedBytes = expectedBytes;
  }

  /**
   * What came before the end.
   *
   * @return the bytes; they are no longer in the reader
   */
  public byte[] partial() {
    return partial;
  }

  /**
   * How many bytes were asked for.
   *
   * @return the count, or -1 if that is not known
   */
  public int expectedBytes() {
    return expectedBytes;
  }
}
