// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import io.netty.util.Version;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Tells what can be known of a machine by others, and how busy it is. */
final class Machine {

  private Machine() {}

  static String processor() {
    int count = Runtime.getRuntime().availableProcessors();
    return model() + ", " + count + (count == 1 ? " CPU" : " CPUs");
  }

  private static String model() {
    String name = "";
    try {
      name = Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      name = Tools.ask("sysctl", "-n", "machdep.cpu.brand_string");
    }
    return name.isEmpty() ? System.getProperty("os.arch") : name;
  }

  static String kernel() {
    String version = System.getProperty("os.version").replaceFirst("^(\\d+\\.\\d+).*", "$1");
    return System.getProperty("os.name") + " " + version;
  }

  static String jdk() {
    return System.getProperty("java.runtime.version") + ", " + System.getProperty("java.vendor");
  }

  static String nettyVersion() {
    return Version.identify().values().stream()
        .map(Version::artifactVersion)
        .findFirst()
        .orElse("unknown");
  }

  static double loadAverage() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  static String loadAverageText() {
    double average = loadAverage();
    return average < 0 ? "unknown" : String.format(Locale.ROOT, "%.2f", average);
  }

  /** The commit that is checked out, and whether anything but results differs from it. */
  static String commit(Path root) {
    String commit = Tools.ask("git", "-C", root.toString(), "rev-parse", "--short", "HEAD");
    if (commit.isEmpty()) {
      return "none";
    }
    String changes = Tools.ask(
        "git", "-C", root.toString(), "status", "--porcelain", "--", ".", ":!bench/results");
    return changes.isEmpty() ? commit : commit + " with changes";
  }
}
