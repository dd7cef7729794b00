// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.taskGroup;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.culebra.ExceptionGroup;
import dev.culebra.TaskGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the contracts of task groups have in common. */
abstract class GroupOnLoop extends OnLoop {

  final IOException failure = new IOException("planted");
  final List<Object> ran = new ArrayList<>();

  /** Runs a group that is to fail, and gives its failures. */
  static List<Throwable> failuresOf(TaskGroup.Action body) {
    ExceptionGroup thrown = assertThrows(ExceptionGroup.class, () -> taskGroup(body));
    return thrown.exceptions();
  }

  final void sleepAndClean() {
    try {
      sleep(LONG);
    } finally {
      sleep(Duration.ofMillis(1));
      ran.add("clean");
    }
  }
}
