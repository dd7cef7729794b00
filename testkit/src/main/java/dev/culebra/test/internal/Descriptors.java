// SPDX-License-Identifier: Apache-2.0
package dev.culebra.test.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tells which descriptors the process has open.
 *
 * <p>Where there is {@code /proc}, these are its sockets, pipes and anonymous inodes such as eventfd,
 * each with its number; files are left out, since the JVM opens jars whenever it likes. Elsewhere on
 * Unix it is a mere count, and on Windows nothing.
 */
public final class Descriptors {

  private static final Path FD = Path.of("/proc/self/fd");

  private Descriptors() {}

  /** Whether there is {@code /proc}. */
  public static boolean areListed() {
    return Files.isDirectory(FD);
  }

  /** What is open now, by number. */
  public static Map<String, String> open() {
    Map<String, String> open = new TreeMap<>();
    if (areListed()) {
      list(open);
    } else if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.UnixOperatingSystemMXBean unix) {
      open.put("count", Long.toString(unix.getOpenFileDescriptorCount()));
    }
    return open;
  }

  private static void list(Map<String, String> open) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(FD)) {
      for (Path entry : entries) {
        String target = target(entry);
        if (target.startsWith("socket:")
            || target.startsWith("pipe:")
            || target.startsWith("anon_inode:")) {
          open.put(entry.getFileName().toString(), target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String target(Path entry) throws IOException {
    try {
      return Files.readSymbolicLink(entry).toString();
    } catch (NoSuchFileException gone) {
      return "gone"; // the one that listed the folder, for one
    }
  }

  /** The flags of open(2) that a descriptor has, close-on-exec included. */
  public static int flags(String number) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo", number))) {
      if (line.startsWith("flags:")) {
        return Integer.parseInt(line.substring("flags:".length()).trim(), 8);
      }
    }
    throw new IOException("no flags in /proc/self/fdinfo/" + number);
  }
}
