// SPDX-License-Identifier: Apache-2.0
package dev.culebra.sync;

/**
 * Thrown when something is put on a queue that was shut down, or is to be got from one that is empty for
 * good (asyncio's QueueShutDown). For a task that gets in a loop it is the end of its work.
 */
public class QueueShutDownException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what was asked of which queue, and what to do instead
   */
  public QueueShutDownException(String message) {
    super(message);
  }
}
