// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench;

import dev.culebra.bench.Mark.Measure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the benchmarks that have marks to reach, and tells which are reached. Times are compared as processor
 * time: what the clock says beside it is the same on a machine that has nothing else to do.
 */
public final class Marks {

  private static final String PENDING = "100000";

  /** An allocation of less than a byte for each message is that of starting and stopping the loop. */
  private static final double NOTHING_BYTES = 1;

  private Marks() {}

  /**
   * Runs them. Progress goes to standard error, the results to standard output.
   *
   * @param args JMH's options, such as {@code -f 1} for a rough and quick run, or {@code -rff FILE}
   * @throws Exception if a benchmark fails
   */
  public static void main(String[] args) throws Exception {
    Options options = new OptionsBuilder()
        .parent(new CommandLineOptions(args))
        .include("TimerBenchmark.scheduleAndCancel$")
        .include("CallSoonBenchmark.many$")
        .include("[.]TaskBenchmark.(spawnAndAwait|switchAlone|switchAmongMany)$")
        .include("HandOverBenchmark.twoSenders$")
        .include("SocketBenchmark.roundTrip$")
        .param("timersOf", "epoll", "executor")
        .param("pending", PENDING)
        .param("receiver", "epoll", "nio", "netty-epoll", "netty-nio")
        .param("mode", "protocol", "streams")
        .param("family", "tcp")
        .param("bytes", "1024")
        .addProfiler(GCProfiler.class)
        .addProfiler(CpuTime.class)
        .shouldFailOnError(true)
        .build();
    Collection<RunResult> results = new Runner(
            options, OutputFormatFactory.createFormatInstance(System.err, VerboseMode.NORMAL))
        .run();
    ResultFormatFactory.getInstance(ResultFormatType.TEXT, System.out).writeOut(results);
    System.out.println();
    System.out.println(Mark.HEADER);
    for (Mark mark : all()) {
      System.out.println(mark.line(results));
    }
  }

  private static List<Mark> all() {
    List<Mark> marks = new ArrayList<>();
    Measure ours = Measure.cpuTime("TimerBenchmark.scheduleAndCancel", "timersOf=epoll");
    Measure executor = Measure.cpuTime("TimerBenchmark.scheduleAndCancel", "timersOf=executor");
    marks.add(Mark.atMost(60, "schedule + cancel at 100,000 pending", ours));
    marks.add(Mark.ratio(0.25, "the same, to ScheduledThreadPoolExecutor's", ours, executor));
    for (String backend : List.of("epoll", "nio")) {
      addMarksOf(backend, marks);
    }
    return marks;
  }

  private static void addMarksOf(String backend, List<Mark> marks) {
    String of = "backend=" + backend;
    marks.add(Mark.atMost(
        25, backend + ": callSoon, run included", Measure.cpuTime("CallSoonBenchmark.many", of)));
    marks.add(Mark.atMost(
        200,
        backend + ": task switch, among 100",
        Measure.cpuTime("TaskBenchmark.switchAmongMany", of)));
    marks.add(Mark.atMost(
        200, backend + ": task switch, alone", Measure.cpuTime("TaskBenchmark.switchAlone", of)));
    marks.add(Mark.atMost(
        600, backend + ": task spawn + await", Measure.cpuTime("TaskBenchmark.spawnAndAwait", of)));
    marks.add(Mark.ratio(
        1,
        backend + ": callSoonThreadsafe, two producers, to Netty's execute",
        Measure.cpuTime("HandOverBenchmark.twoSenders", "receiver=" + backend),
        Measure.cpuTime("HandOverBenchmark.twoSenders", "receiver=netty-" + backend)));
    for (String mode : List.of("protocol", "streams")) {
      marks.add(Mark.atMost(
          NOTHING_BYTES,
          backend + ": echo, allocated for a round trip, " + mode,
          Measure.allocation("SocketBenchmark.roundTrip", of, "mode=" + mode)));
    }
  }
}
