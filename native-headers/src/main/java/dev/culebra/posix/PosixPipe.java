// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;

/**
 * Holds the descriptors of a new pipe, blocking and close-on-exec, which nobody closes but the
 * caller.
 *
 * @param readEnd the descriptor to read from
 * @param writeEnd the descriptor to write to
 */
public record PosixPipe(int readEnd, int writeEnd) {

  /**
   * Opens a pipe.
   *
   * @param calls memory for the system call
   * @return its two ends
   * @throws IOException if the system refuses, for one when no descriptor is left
   */
  public static PosixPipe open(CallState calls) throws IOException {
    int result = Platform.HERE.openPipe(calls);
    if (result < 0) {
      throw Errno.fileException(-result, "pipe()");
    }
    return new PosixPipe(
        calls.value.get(JAVA_INT, 0), calls.value.get(JAVA_INT, JAVA_INT.byteSize()));
  }
}
