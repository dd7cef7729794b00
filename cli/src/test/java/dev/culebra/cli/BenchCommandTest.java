// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BenchCommandTest {

  /** Starts four JVMs, one after the other. */
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  @Test
  void memoryIsToldForEachBackendInBothStyles() {
    CommandRun run = CommandRun.of("bench", "memory", "--connections", "50");

    assertEquals(0, run.exitCode(), run.err());
    assertEquals("", run.err());
    for (String backend : EchoCommandTest.backends()) {
      for (String mode : new String[] {"protocol", "streams"}) {
        assertTrue(
            run.out()
                .lines()
                .anyMatch(line -> line.matches(
                    "  " + backend + " " + mode + " +-?[0-9,]+ +-?[0-9,]+ +(-?[0-9,]+|\\?)")),
            run.out());
      }
    }
  }
}
