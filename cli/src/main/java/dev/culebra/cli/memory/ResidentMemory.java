// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.memory;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Asks the system how much memory is in use. */
final class ResidentMemory {

  private static final long KIB = 1024;
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path MEMINFO = Path.of("/proc/meminfo");

  private ResidentMemory() {}

  /** The resident set of this process, in bytes: from /proc on Linux, elsewhere from {@code ps}. */
  static long ofThisProcess() throws IOException {
    if (Files.isReadable(STATUS)) {
      return kibibytes(STATUS, "VmRSS:") * KIB;
    }
    Process ps = new ProcessBuilder(
            "ps", "-o", "rss=", "-p", Long.toString(ProcessHandle.current().pid()))
        .redirectErrorStream(true)
        .start();
    try (BufferedReader out = ps.inputReader(StandardCharsets.US_ASCII)) {
      return Long.parseLong(String.valueOf(out.readLine()).strip()) * KIB;
    }
  }

  /** What the kernel keeps its own objects in, of all processes, in bytes; -1 where it does not tell. */
  static long ofKernelObjects() throws IOException {
    return Files.isReadable(MEMINFO) ? kibibytes(MEMINFO, "Slab:") * KIB : -1;
  }

  private static long kibibytes(Path file, String key) throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
    for (String line : lines) {
      if (line.startsWith(key)) {
        return Long.parseLong(line.substring(key.length()).replaceAll("\\D", ""));
      }
    }
    throw new IOException(file + " has no line " + key);
  }
}
