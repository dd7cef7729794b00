// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The times in what an example prints, and the text around them.
 *
 * @param text the lines, with {@code T+} where a time was
 * @param seconds the times, in the order in which they are printed
 */
record Times(List<String> text, List<Double> seconds) {

  /** Seconds since the start; those of the loop's clock; the time of day. */
  private static final Pattern TIME = Pattern.compile(
      "T[+](?<start>[0-9.]+)|(?<=loop time )(?<loop>[0-9.]+)|(?<=time )(?<day>[0-9]+:[0-9:.]+)");

  private static final double SECONDS_OF_A_DAY = TimeUnit.DAYS.toSeconds(1);

  /** How late a line may be: less than a second, so that seconds can be told apart. */
  private static final double ROOM_SECONDS = 0.9;

  /** A busy machine may make lines late. It does not do so each time; a defect does. */
  private static final int RUNS = 3;

  /** Asserts that a program prints these lines, none of them early and, in some run, none late. */
  static void assertPrints(Callable<List<String>> program, String... lines) throws Exception {
    Times expected = of(List.of(lines));
    for (int run = 1; run <= RUNS; run++) {
      List<String> printed = program.call();
      Times times = of(printed);
      assertEquals(String.join("\n", expected.text()), String.join("\n", times.text()));
      assertTrue(times.notBefore(expected), () -> "early: " + printed);
      if (times.within(ROOM_SECONDS, expected)) {
        return;
      }
      assertTrue(run < RUNS, () -> "late: " + printed);
    }
  }

  static Times of(List<String> lines) {
    List<Double> seconds = new ArrayList<>();
    List<String> text = new ArrayList<>();
    double first = Double.NaN;
    for (String line : lines) {
      for (MatchResult time : TIME.matcher(line).results().toList()) {
        if (time.group("start") != null) {
          seconds.add(Double.valueOf(time.group("start")));
          continue;
        }
        double now = time.group("loop") != null
            ? Double.parseDouble(time.group("loop"))
            : LocalTime.parse(time.group("day")).toNanoOfDay() / 1e9;
        first = Double.isNaN(first) ? now : first;
        seconds.add((now - first + SECONDS_OF_A_DAY) % SECONDS_OF_A_DAY); // midnight may come
      }
      text.add(TIME.matcher(line).replaceAll("T+"));
    }
    return new Times(text, seconds);
  }

  /** Whether each time is one of these or later. */
  private boolean notBefore(Times expected) {
    for (int i = 0; i < seconds.size(); i++) {
      if (seconds.get(i) < expected.seconds.get(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether each time, counted from the first, is less than so much later than it should be. */
  private boolean within(double room, Times expected) {
    for (int i = 0; i < seconds.size(); i++) {
      double passed = seconds.get(i) - seconds.get(0);
      if (passed >= expected.seconds.get(i) - expected.seconds.get(0) + room) {
        return false;
      }
    }
    return true;
  }
}
