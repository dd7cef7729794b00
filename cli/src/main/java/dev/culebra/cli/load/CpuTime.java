// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.load;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Watches what a server's process uses of the processors, user and system, while it is measured. */
public final class CpuTime implements ClosedLoop.Watcher {

  private final ProcessHandle server;
  private Duration before = Duration.ZERO;
  private Duration after = Duration.ZERO;

  /**
   * Watches a process.
   *
   * @param server the process, of the same user
   */
  public CpuTime(ProcessHandle server) {
    this.server = server;
  }

  @Override
  public void measuringBegins() {
    before = used();
  }

  @Override
  public void measuringEnds() {
    after = used();
  }

  /** On Linux it comes in steps of 10 ms. */
  private Duration used() {
    return server.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /**
   * Divides it among the requests of the measured part.
   *
   * @param load what was measured
   * @return microseconds for each request
   */
  public double microsForEach(LoadResult load) {
    return (double) after.minus(before).toNanos()
        / TimeUnit.MICROSECONDS.toNanos(1)
        / Math.max(1, load.requests());
  }
}
