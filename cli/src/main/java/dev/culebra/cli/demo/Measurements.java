// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.demo;

import dev.culebra.cli.load.LoadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** What the rounds of one server came to; every figure is the median of its rounds. */
final class Measurements {

  private record Round(LoadResult load, double cpuMicros) {}

  private final String name;
  private final List<Round> rounds = new ArrayList<>();

  Measurements(String name) {
    this.name = name;
  }

  void add(LoadResult load, double cpuMicros) {
    rounds.add(new Round(load, cpuMicros));
  }

  String name() {
    return name;
  }

  double requestsPerSecond() {
    return median(round -> round.load.requestsPerSecond());
  }

  double p50Millis() {
    return percentileMillis(50);
  }

  double p99Millis() {
    return percentileMillis(99);
  }

  double cpuMicros() {
    return median(Round::cpuMicros);
  }

  private double percentileMillis(double percentile) {
    return median(round -> (double) round.load.latencies().getValueAtPercentile(percentile)
        / TimeUnit.MILLISECONDS.toNanos(1));
  }

  private double median(ToDoubleFunction<Round> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
