// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Watches what a server's process uses of the processors while it is measured. */
public final class CpuTime implements ClosedLoop.Watcher {

  private static final double NANOS_IN_MICRO = TimeUnit.MICROSECONDS.toNanos(1);

  /** Linux's unit towards processes, whatever its own is. */
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** proc_pid_stat(5): utime is the 14th field, and the second, a name in parentheses, may have spaces. */
  private static final int USER_TIME_AFTER_NAME = 12;

  private final ProcessHandle server;
  private final Path stat;
  private double totalNanos;
  private double userNanos;

  /**
   * Watches a process.
   *
   * @param server the process, of the same user
   */
  public CpuTime(ProcessHandle server) {
    this.server = server;
    this.stat = Path.of("/proc", Long.toString(server.pid()), "stat");
  }

  @Override
  public void measuringBegins() {
    totalNanos = -totalNanosNow();
    userNanos = -userNanosNow();
  }

  @Override
  public void measuringEnds() {
    totalNanos += totalNanosNow();
    userNanos += userNanosNow();
  }

  /** On Linux it comes in ticks, too. */
  private double totalNanosNow() {
    return server.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  private double userNanosNow() {
    try {
      String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
      String[] fields = line.substring(line.lastIndexOf(')') + 1).split(" ");
      return Long.parseLong(fields[USER_TIME_AFTER_NAME]) * TICK_NANOS;
    } catch (IOException e) {
      return Double.NaN; // no Linux, or the server is gone
    }
  }

  /**
   * Divides its user and system time among the requests of the measured part.
   *
   * @param load what was measured
   * @return microseconds for each request
   */
  public double microsForEach(LoadResult load) {
    return totalNanos / NANOS_IN_MICRO / Math.max(1, load.requests());
  }

  /**
   * Divides its user time alone.
   *
   * @param load what was measured
   * @return microseconds for each request; NaN where the system does not tell
   */
  public double userMicrosForEach(LoadResult load) {
    return userNanos / NANOS_IN_MICRO / Math.max(1, load.requests());
  }
}
