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

  /** proc_pid_stat(5): after the name, which is in parentheses and may have spaces, these are utime and stime. */
  private static final int USER_TICKS = 12;

  private static final int SYSTEM_TICKS = 13;

  private record Used(double totalNanos, double userNanos) {}

  private final ProcessHandle server;
  private final Path stat;
  private Used before = new Used(0, 0);
  private Used after = before;

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
    before = used();
  }

  @Override
  public void measuringEnds() {
    after = used();
  }

  private Used used() {
    try {
      String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
      String[] fields = line.substring(line.lastIndexOf(')') + 1).split(" ", -1);
      long user = Long.parseLong(fields[USER_TICKS]) * TICK_NANOS;
      return new Used(user + Long.parseLong(fields[SYSTEM_TICKS]) * TICK_NANOS, user);
    } catch (IOException e) { // no Linux, or the server is gone
      Duration total = server.info().totalCpuDuration().orElse(Duration.ZERO);
      return new Used(total.toNanos(), Double.NaN);
    }
  }

  /**
   * Divides its user and system time among the requests of the measured part.
   *
   * @param load what was measured
   * @return microseconds for each request
   */
  public double microsForEach(LoadResult load) {
    return (after.totalNanos - before.totalNanos) / NANOS_IN_MICRO / Math.max(1, load.requests());
  }

  /**
   * Divides its user time alone.
   *
   * @param load what was measured
   * @return microseconds for each request; NaN where the system does not tell
   */
  public double userMicrosForEach(LoadResult load) {
    return (after.userNanos - before.userNanos) / NANOS_IN_MICRO / Math.max(1, load.requests());
  }
}
