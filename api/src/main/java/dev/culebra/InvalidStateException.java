// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

/** Thrown when a future is completed twice, or read before it is done (InvalidStateError). */
public class InvalidStateException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what was asked of which future, and what to do instead
   */
  public InvalidStateException(String message) {
    super(message);
  }
}
