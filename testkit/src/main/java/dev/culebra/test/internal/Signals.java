// SPDX-License-Identifier: Apache-2.0
package dev.culebra.test.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Sees to what a child process inherits about signals. */
public final class Signals {

  /** Signal 2, as {@code /proc} has it: proc_pid_status(5). */
  private static final long SIGINT_BIT = 1 << 1;

  private Signals() {}

  /**
   * What a command is to begin with so that SIGINT ends it. A shell has what it runs in the background
   * ignore SIGINT, children inherit that, and a JVM respects it; coreutils' env undoes it.
   */
  public static List<String> sigintAsUsual() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (Files.exists(status)) {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("SigIgn:")
            && (Long.parseUnsignedLong(line.substring(7).strip(), 16) & SIGINT_BIT) != 0) {
          return List.of("env", "--default-signal=INT");
        }
      }
    }
    return List.of();
  }
}
