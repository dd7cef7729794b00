// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Reduces turns to medians, and to ratios of servers that had their turns in the same rounds. */
final class Figures {

  /**
   * How a server compares with another.
   *
   * @param median of the ratios of all rounds
   * @param lowest of them
   * @param highest of them
   */
  record Ratio(double median, double lowest, double highest) {}

  private Figures() {}

  static double median(List<Turn> turns, ToDoubleFunction<Turn> figure) {
    return median(turns.stream().mapToDouble(figure).toArray());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Compares two servers round by round. */
  static Ratio ratio(List<Turn> turns, List<Turn> others, ToDoubleFunction<Turn> figure) {
    double[] ratios = IntStream.range(0, turns.size())
        .mapToDouble(round ->
            figure.applyAsDouble(turns.get(round)) / figure.applyAsDouble(others.get(round)))
        .toArray();
    return new Ratio(
        median(ratios),
        Arrays.stream(ratios).min().orElse(Double.NaN),
        Arrays.stream(ratios).max().orElse(Double.NaN));
  }
}
