// SPDX-License-Identifier: Apache-2.0
package dev.culebra.sync;

/**
 * Thrown by {@link AsyncQueue#putNoWait} if there is no room (asyncio's QueueFull), as by {@link
 * java.util.Queue#add}.
 */
public class QueueFullException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what was asked of which queue, and what to do instead
   */
  public QueueFullException(String message) {
    super(message);
  }
}
