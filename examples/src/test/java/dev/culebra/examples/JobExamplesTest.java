// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the examples print that have work to do, and end. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class JobExamplesTest {

  private static final String BACKENDS = "dev.culebra.examples.Platform#backends";

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void workersShareTheJobsAndGoHome(Platform backend) throws Exception {
    Times.assertPrints(
        () -> backend.run(WorkerPool.class),
        "T+1 worker 1 did job 1",
        "T+1 worker 2 did job 2",
        "T+1 worker 3 did job 3",
        "T+2 worker 1 did job 4",
        "T+2 worker 1 goes home",
        "T+2 worker 2 did job 5",
        "T+2 worker 2 goes home",
        "T+2 worker 3 did job 6",
        "T+2 worker 3 goes home",
        "T+2 all done");
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void jobsRunAtTheirPeriods(Platform backend) throws Exception {
    Times.assertPrints(
        () -> backend.run(JobRunner.class),
        "T+1 tick",
        "T+2 tick",
        "T+2 failed: no paper",
        "T+3 tick",
        "T+3.5 the day is over");
  }

  /** Which answer comes first depends on the machine; that none comes before its turn does not. */
  @ParameterizedTest
  @MethodSource(BACKENDS)
  void theCrawlerSeesEachPageOnceAndInTurn(Platform backend) throws Exception {
    Times printed = Times.of(backend.run(Crawler.class));

    assertEquals(
        Set.of(
            "T+ / has /a /b",
            "T+ /a has / /c",
            "T+ /b has /c /slow",
            "T+ /c has /",
            "T+ /slow timed out",
            "T+ seen all"),
        new TreeSet<>(printed.text()));
    assertEquals(6, printed.text().size());
    for (int page = 0; page < 4; page++) {
      assertTrue(printed.seconds().get(page) >= 0.25 * (page + 1), printed::toString);
    }
    assertTrue(printed.seconds().get(5) >= 2.25, printed::toString);
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void whatTheJdkPromisesIsAwaited(Platform backend) throws Exception {
    assertEquals(
        List.of("the server says hello", "the future is late", "THE TASK HAS SLEPT"),
        backend.run(JdkFutures.class));
  }

  /** A loop that the queries held up would tick after them. How soon they begin depends on the machine. */
  @ParameterizedTest
  @MethodSource(BACKENDS)
  void theLoopTicksWhileTheDatabaseIsAsked(Platform backend) throws Exception {
    Times printed = Times.of(backend.run(BlockingJdbc.class));

    List<String> text = printed.text();
    int ticks = Collections.frequency(text, "T+ tick");
    assertTrue(ticks >= 2, printed::toString);
    List<String> expected = new ArrayList<>(List.of("T+ asks"));
    expected.addAll(Collections.nCopies(ticks, "T+ tick"));
    expected.addAll(List.of("T+ fig is violet", "T+ lemon is yellow"));
    assertEquals(expected, text);
  }
}
