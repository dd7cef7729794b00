// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.sleep;

import dev.culebra.Task;
import java.time.Duration;

/** Makes a task and waits for its result. */
class E09Task {
  static void main() throws Exception {
    run(() -> {
      Task<String> task = createTask(E09Task::taskFunc);
      print("task result " + task.await());
    });
  }

  static String taskFunc() {
    print("running task_func");
    sleep(Duration.ofSeconds(3));
    return "task done!";
  }

  static final long START = System.nanoTime();

  static void print(String line) {
    IO.println("T+" + Duration.ofNanos(System.nanoTime() - START).toMillis() / 1e3 + " " + line);
  }
}
