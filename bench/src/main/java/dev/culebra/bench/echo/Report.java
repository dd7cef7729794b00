// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import java.util.List;
import java.util.Locale;

/** Writes results as tables, and every single turn below them. */
final class Report {

  private Report() {}

  static String of(Results results) {
    StringBuilder text = new StringBuilder(head(results));
    for (Outcome outcome : results.outcomes()) {
      text.append('\n').append(table(outcome));
    }
    text.append(marks(results.outcomes()));
    text.append("\nturns: server, CPU µs, user µs, requests/s, p50 µs, p99 µs\n");
    for (Outcome outcome : results.outcomes()) {
      text.append(outcome.load()).append('\n');
      for (int round = 0; round < outcome.rounds(); round++) {
        for (String server : outcome.servers()) {
          text.append(line(server, outcome.turns(server).get(round)));
        }
      }
    }
    return text.toString();
  }

  /** What the figures hang on. */
  static String head(Results results) {
    StringBuilder text = new StringBuilder("culebra bench echo\n");
    results.facts().forEach((name, value) -> line(text, "  %-12s %s", name, value));
    return text.toString();
  }

  static String table(Outcome outcome) {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%s (%s): medians of %d %s by %s; ratios are to %s",
        outcome.load().title(),
        outcome.load(),
        outcome.rounds(),
        outcome.rounds() == 1 ? "round" : "rounds",
        outcome.client(),
        outcome.first());
    line(
        text,
        "%-18s%9s%8s%16s%9s%8s%14s%10s%10s",
        "server",
        "CPU µs",
        "ratio",
        "of all rounds",
        "user µs",
        "ratio",
        "requests/s",
        "p50 µs",
        "p99 µs");
    for (String server : outcome.servers()) {
      Figures.Ratio cpu = outcome.ratio(server, outcome.first(), Turn::cpuMicros);
      line(
          text,
          "%-18s%9.2f%8.2f%16s%9s%8s%,14.0f%,10.0f%,10.0f",
          server,
          outcome.median(server, Turn::cpuMicros),
          cpu.median(),
          range(cpu),
          known(outcome.median(server, Turn::userMicros)),
          known(outcome.ratio(server, outcome.first(), Turn::userMicros).median()),
          outcome.median(server, Turn::requestsPerSecond),
          outcome.median(server, Turn::p50Micros),
          outcome.median(server, Turn::p99Micros));
    }
    if (!outcome.leftOut().isEmpty()) {
      line(
          text, "not %s: %s", outcome.load().kind().served(), String.join(", ", outcome.leftOut()));
    }
    if (outcome.lost() > 0) {
      line(text, "lost datagrams: %,d", outcome.lost());
    }
    return text.toString();
  }

  /** How the marks were met, where there are any for these loads and servers. */
  static String marks(List<Outcome> outcomes) {
    List<Marks.Met> all = Marks.in(outcomes);
    if (all.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    line(text, "%nmarks: the ratio, and the most that it should be");
    for (Marks.Met met : all) {
      line(
          text,
          "%-16s%-16s to %-17s%-10s%6.2f%16s%6.2f  %s",
          met.load(),
          met.server(),
          met.other(),
          met.figure(),
          met.ratio().median(),
          range(met.ratio()),
          met.limit(),
          met.reached() ? "reached" : "missed");
    }
    return text.toString();
  }

  private static String range(Figures.Ratio ratio) {
    return String.format(Locale.ROOT, "%.2f to %.2f", ratio.lowest(), ratio.highest());
  }

  private static String known(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.2f", value) : "-";
  }

  private static String line(String server, Turn turn) {
    return String.format(
        Locale.ROOT,
        "%s %.2f %s %.0f %.1f %.1f%n",
        server,
        turn.cpuMicros(),
        known(turn.userMicros()),
        turn.requestsPerSecond(),
        turn.p50Micros(),
        turn.p99Micros());
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format + "%n", values));
  }
}
