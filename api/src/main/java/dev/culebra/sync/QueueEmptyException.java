// SPDX-License-Identifier: Apache-2.0
package dev.culebra.sync;

import java.util.NoSuchElementException;

/**
 * Thrown by {@link AsyncQueue#getNoWait} if there is nothing to get (asyncio's QueueEmpty), as by {@link
 * java.util.Queue#remove()}.
 */
public class QueueEmptyException extends NoSuchElementException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what was asked of which queue, and what to do instead
   */
  public QueueEmptyException(String message) {
    super(message);
  }
}
