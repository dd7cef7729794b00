// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.load;

import java.io.IOException;

/** Thrown when a server under load does not do what it should; the message says what, in one line. */
public final class LoadException extends IOException {

  private static final long serialVersionUID = 1L;

  LoadException(String message) {
    super(message);
  }
}
