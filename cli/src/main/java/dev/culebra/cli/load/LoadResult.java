// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What a load measured.
 *
 * @param latencies from a request's first byte to its answer's last, in nanoseconds
 * @param elapsedNanos how long the measured part took
 */
public record LoadResult(Histogram latencies, long elapsedNanos) {

  public long requests() {
    return latencies.getTotalCount();
  }

  public double requestsPerSecond() {
    return (double) requests() * TimeUnit.SECONDS.toNanos(1) / elapsedNanos;
  }
}
