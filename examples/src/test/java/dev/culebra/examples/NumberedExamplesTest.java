// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each numbered example prints and when, on each backend and on asyncio. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class NumberedExamplesTest {

  private static final String PLATFORMS = "dev.culebra.examples.Platform#all";
  private static final String BACKENDS = "dev.culebra.examples.Platform#backends";

  private static void assertPrints(Platform platform, Class<?> example, String... lines)
      throws Exception {
    Times.assertPrints(() -> platform.run(example), lines);
  }

  @ParameterizedTest
  @MethodSource(PLATFORMS)
  void hello(Platform platform) throws Exception {
    assertPrints(platform, E01Hello.class, "running");
  }

  @ParameterizedTest
  @MethodSource(PLATFORMS)
  void result(Platform platform) throws Exception {
    assertPrints(platform, E02Result.class, "running", "done!");
  }

  @ParameterizedTest
  @MethodSource(PLATFORMS)
  void await(Platform platform) throws Exception {
    assertPrints(
        platform,
        E03Await.class,
        "start time T+0",
        "running, scheduling sleep",
        "done!",
        "end time T+2");
  }

  @ParameterizedTest
  @MethodSource(PLATFORMS)
  void callSoon(Platform platform) throws Exception {
    assertPrints(
        platform,
        E04CallSoon.class,
        "T+0 adding callbacks",
        "T+0 main ended",
        "T+2 a=1, c=2",
        "T+2 a=2, c=0");
  }

  /** The third is not due when the run ends. */
  @ParameterizedTest
  @MethodSource(PLATFORMS)
  void callLater(Platform platform) throws Exception {
    assertPrints(
        platform,
        E05CallLater.class,
        "T+0 adding callbacks",
        "T+0 main ended",
        "T+3 a=1, c=3",
        "T+3 a=2, c=0");
  }

  @ParameterizedTest
  @MethodSource(PLATFORMS)
  void callAt(Platform platform) throws Exception {
    assertPrints(
        platform,
        E06CallAt.class,
        "loop time T+0 adding callbacks",
        "loop time T+3 a=1, c=3",
        "loop time T+5 a=2, c=1",
        "loop time T+5 main ended");
  }

  @ParameterizedTest
  @MethodSource(PLATFORMS)
  void future(Platform platform) throws Exception {
    assertPrints(
        platform,
        E07Future.class,
        "T+0 main started",
        "T+3 marking the future done",
        "T+3 future result done!");
  }

  @ParameterizedTest
  @MethodSource(PLATFORMS)
  void futureCallback(Platform platform) throws Exception {
    assertPrints(
        platform,
        E08FutureCallback.class,
        "T+0 main started",
        "T+1 callback called",
        "T+2 future result done");
  }

  @ParameterizedTest
  @MethodSource(PLATFORMS)
  void task(Platform platform) throws Exception {
    assertPrints(platform, E09Task.class, "T+0 running task_func", "T+3 task result task done!");
  }

  @ParameterizedTest
  @MethodSource(PLATFORMS)
  void cancel(Platform platform) throws Exception {
    assertPrints(platform, E10Cancel.class, "T+0 running task_func", "T+3 task was cancelled");
  }

  @ParameterizedTest
  @MethodSource(PLATFORMS)
  void ensureFuture(Platform platform) throws Exception {
    assertPrints(
        platform,
        E11EnsureFuture.class,
        "T+0 main started",
        "T+0 running task_func",
        "T+2 task result task done!");
  }

  @ParameterizedTest
  @MethodSource(PLATFORMS)
  void waits(Platform platform) throws Exception {
    Times.assertPrints(
        () -> unswapped(platform.run(E12Wait.class)),
        "T+0 main started",
        "T+1 corn(1) done!",
        "T+2 corn(2) done!",
        "T+3 false",
        "T+3 false",
        "T+3 false",
        "T+3 corn(3) done!",
        "T+4 corn(4) done!",
        "T+4 main ended",
        "T+4 corn(5) timed out and cancelled",
        "T+4 corn(5) done!");
  }

  /** The sleeps of corn(4) and of main end within milliseconds: a busy machine may swap them. */
  private static List<String> unswapped(List<String> lines) {
    List<String> ordered = new ArrayList<>(lines);
    if (ordered.size() > 8 && ordered.get(7).endsWith("main ended")) {
      Collections.swap(ordered, 7, 8);
    }
    return ordered;
  }

  @ParameterizedTest
  @MethodSource(PLATFORMS)
  void gather(Platform platform) throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      lines.add("T+5 corn(" + i + ") done! at T+" + i);
    }
    assertPrints(platform, E13Gather.class, lines.toArray(new String[0]));
  }

  @ParameterizedTest
  @MethodSource(PLATFORMS)
  void asCompleted(Platform platform) throws Exception {
    assertPrints(
        platform,
        E14AsCompleted.class,
        "T+1 corn(1) done!",
        "T+2 corn(2) done!",
        "T+3 corn(3) done!",
        "T+3.5 timed out");
  }

  @ParameterizedTest
  @MethodSource(PLATFORMS)
  void lock(Platform platform) throws Exception {
    assertPrints(
        platform,
        E15Lock.class,
        "T+0 locked",
        "T+2 released",
        "T+3 released",
        "T+4 released",
        "T+2 1",
        "T+3 2",
        "T+4 3");
  }

  @ParameterizedTest
  @MethodSource(PLATFORMS)
  void event(Platform platform) throws Exception {
    assertPrints(platform, E16Event.class, "T+0 main started", "T+2 corn done!", "T+2 main ended");
  }

  @ParameterizedTest
  @MethodSource(PLATFORMS)
  void queue(Platform platform) throws Exception {
    assertPrints(
        platform,
        E17Queue.class,
        "T+0 producer on duty",
        "T+0 consumer 0 enters",
        "T+0 consumer 0 consumes 1",
        "T+0 consumer 0 consumes 2",
        "T+0 consumer 0 consumes 3",
        "T+0 consumer 1 enters",
        "T+0 consumer 2 enters",
        "T+0 consumer 0 consumes 4",
        "T+0 consumer 0 consumes 5",
        "T+2 producer off duty");
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void subprocess(Platform platform) throws Exception {
    List<String> printed = platform.run(E18Subprocess.class);

    assertTrue(printed.get(0).matches(".* [0-9]{2}:[0-9]{2}:[0-9]{2}.*"), printed.get(0));
    assertTrue(printed.get(1).startsWith("total "), printed.get(1));
    assertTrue(printed.stream().anyMatch(line -> line.endsWith(" pom.xml")), printed::toString);
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void signalsOfCtrlC(Platform platform) throws Exception {
    assertEndsWith("INT", platform);
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void signalsOfKill(Platform platform) throws Exception {
    assertEndsWith("TERM", platform);
  }

  private static void assertEndsWith(String signal, Platform platform) throws Exception {
    try (Program program = platform.start(E21Signals.class)) {
      String hint = program.readLine();
      assertTrue(hint.startsWith("press Ctrl+C"), hint);
      program.signal(signal);
      assertEquals(List.of("caught SIG" + signal + ": exit"), program.readLines());
      assertEquals("", String.join("\n", program.errors()));
      assertEquals(0, program.awaitExit());
    }
  }
}
