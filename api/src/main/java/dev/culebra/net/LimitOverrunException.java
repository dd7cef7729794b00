// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import java.io.IOException;

/** Thrown when a separator is not found within a reader's limit (asyncio's LimitOverrunError). */
public class LimitOverrunException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int consumedBytes;

  /**
   * Makes one.
   *
   * @param message what was exceeded
   * @param consumedBytes how many buffered bytes to read to get past the overrun
   */
  public LimitOverrunException(String message, int consumedBytes) {
    super(message);
    this.consumedBytes = consumedBytes;
  }

  /**
   * How many buffered bytes to read to get past the overrun.
   *
   * @return the count
   */
  public int consumedBytes() {
    return consumedBytes;
  }
}
