// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

/**
 * Thrown when a backend is asked for by name that is unknown or cannot run here. The message lists
 * what there is, and why the others cannot run.
 */
public class BackendUnavailableException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what was asked for, and what there is
   */
  public BackendUnavailableException(String message) {
    super(message);
  }
}
