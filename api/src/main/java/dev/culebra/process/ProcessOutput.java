// SPDX-License-Identifier: Apache-2.0
package dev.culebra.process;

import java.nio.charset.StandardCharsets;

/**
 * What a child process has written: the result of {@link AsyncProcess#communicate}.
 *
 * @param stdout its standard output; empty if that was no pipe
 * @param stderr its standard error; empty if that was no pipe
 */
@SuppressWarnings("ArrayRecordComponent") // it is handed over once, and compared by nobody
public record ProcessOutput(byte[] stdout, byte[] stderr) {

  /**
   * The standard output as text in UTF-8.
   *
   * @return the text
   */
  public String text() {
    return new String(stdout, StandardCharsets.UTF_8);
  }
}
