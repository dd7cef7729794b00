// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.sleep;

import dev.culebra.Task;
import java.time.Duration;
import java.util.concurrent.CancellationException;

/** Cancels a task while another waits for it. */
class E10Cancel {
  static void main() throws Exception {
    run(() -> {
      Task<String> task = createTask(E10Cancel::taskFunc);
      getRunningLoop().callLater(Duration.ofSeconds(3), task::cancel);
      try {
        print("task result " + task.await());
      } catch (CancellationException e) {
        print("task was cancelled");
      }
    });
  }

  static String taskFunc() {
    print("running task_func");
    sleep(Duration.ofSeconds(5));
    return "task done!";
  }

  static final long START = System.nanoTime();

  static void print(String line) {
    IO.println("T+" + Duration.ofNanos(System.nanoTime() - START).toMillis() / 1e3 + " " + line);
  }
}
