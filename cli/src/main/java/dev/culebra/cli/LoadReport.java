// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import dev.culebra.cli.load.DatagramLoad;
import dev.culebra.cli.load.LoadResult;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Tells how a load went, to people or to programs. */
final class LoadReport {

  private final LoadResult result;
  private final String what;
  private final Map<String, Double> micros = new LinkedHashMap<>();
  private final Map<String, Long> counts = new LinkedHashMap<>();

  /**
   * Makes a report.
   *
   * @param result what was measured
   * @param what was sent, on what and to whom, for people
   */
  LoadReport(LoadResult result, String what) {
    this.result = result;
    this.what = what;
    Histogram latencies = result.latencies();
    latency("p50", latencies.getValueAtPercentile(50));
    latency("p90", latencies.getValueAtPercentile(90));
    latency("p99", latencies.getValueAtPercentile(99));
    latency("p99.9", latencies.getValueAtPercentile(99.9));
    latency("max", latencies.getMaxValue());
  }

  private void latency(String name, long nanos) {
    micros.put(name, (double) nanos / TimeUnit.MICROSECONDS.toNanos(1));
  }

  /** Adds what a request cost the server's process; the user time may be NaN, which is not told. */
  void addCpu(double cpuMicros, double userMicros) {
    micros.put("cpu", cpuMicros);
    if (!Double.isNaN(userMicros)) {
      micros.put("user", userMicros);
    }
  }

  void addDatagrams(DatagramLoad.Result datagrams) {
    counts.put("lost", datagrams.lost());
    counts.put("late", datagrams.late());
    counts.put("wrong", datagrams.wrong());
  }

  void print(PrintWriter out) {
    out.printf(
        Locale.ROOT, "%,d requests %s in %.1f s%n", result.requests(), what, elapsedSeconds());
    out.printf(Locale.ROOT, "  requests/s  %,14.0f%n", result.requestsPerSecond());
    micros.forEach((name, value) -> out.printf(
        Locale.ROOT, "  %-10s  %,14.3f ms%n", name, value / TimeUnit.MILLISECONDS.toMicros(1)));
    counts.forEach((name, count) -> out.printf(Locale.ROOT, "  %-10s  %,14d%n", name, count));
    out.flush();
  }

  void printJson(PrintWriter out) {
    JsonObject all = new JsonObject();
    all.addProperty("requests", result.requests());
    all.addProperty("seconds", elapsedSeconds());
    all.addProperty("requestsPerSecond", result.requestsPerSecond());
    JsonObject times = new JsonObject();
    micros.forEach(times::addProperty);
    all.add("micros", times);
    counts.forEach(all::addProperty);
    out.println(new GsonBuilder().setPrettyPrinting().create().toJson(all));
    out.flush();
  }

  private double elapsedSeconds() {
    return (double) result.elapsedNanos() / TimeUnit.SECONDS.toNanos(1);
  }
}
