// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.RunResult;

/**
 * A bound for what a benchmark measures.
 *
 * @param work what is measured, for people
 * @param limit the bound: in nanoseconds or bytes, or times what it is compared with
 */
record Mark(
    String work, double limit, Measure measure, @Nullable Measure comparedWith) {

  static final String HEADER =
      String.format("%-62s %10s %12s %10s", "work", "at most", "measured", "");

  /** One number among the results: the median of all iterations. */
  record Measure(String benchmark, String label, String unit, List<String> parameters) {

    static Measure cpuTime(String benchmark, String... parameters) {
      return new Measure(benchmark, CpuTime.LABEL, "ns", List.of(parameters));
    }

    static Measure allocation(String benchmark, String... parameters) {
      return new Measure(benchmark, "gc.alloc.rate.norm", "B", List.of(parameters));
    }

    double in(Collection<RunResult> results) {
      RunResult found = results.stream()
          .filter(this::isOf)
          .findFirst()
          .orElseThrow(() ->
              new NoSuchElementException("no result of " + benchmark + " with " + parameters));
      return Objects.requireNonNull(found.getSecondaryResults().get(label), label)
          .getStatistics()
          .getPercentile(50);
    }

    private boolean isOf(RunResult result) {
      return result.getParams().getBenchmark().endsWith("." + benchmark)
          && parameters.stream().allMatch(each -> isWith(result, each));
    }

    /** Each is a name, an equals sign and a value, as JMH's own option has it. */
    private static boolean isWith(RunResult result, String parameter) {
      int equals = parameter.indexOf('=');
      return parameter
          .substring(equals + 1)
          .equals(result.getParams().getParam(parameter.substring(0, equals)));
    }
  }

  static Mark atMost(double limit, String work, Measure measure) {
    return new Mark(work, limit, measure, null);
  }

  static Mark ratio(double limit, String work, Measure measure, Measure comparedWith) {
    return new Mark(work, limit, measure, comparedWith);
  }

  /** A line of the table below {@link #HEADER}. */
  String line(Collection<RunResult> results) {
    double measured = measure.in(results);
    double value = comparedWith == null ? measured : measured / comparedWith.in(results);
    String unit = comparedWith == null ? measure.unit : "x";
    return String.format(
        Locale.ROOT,
        "%-62s %7.2f %-2s %9.2f %-2s %10s",
        work,
        limit,
        unit,
        value,
        unit,
        value <= limit ? "reached" : "missed");
  }
}
