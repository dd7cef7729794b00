// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.ensureFuture;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.sleep;

import dev.culebra.LoopFuture;
import java.time.Duration;

/** Makes a future of whatever can be awaited. */
class E11EnsureFuture {
  static void main() throws Exception {
    run(() -> {
      print("main started");
      LoopFuture<String> future = ensureFuture(E11EnsureFuture::taskFunc);
      print("task result " + future.await());
    });
  }

  static String taskFunc() {
    print("running task_func");
    sleep(Duration.ofSeconds(2));
    return "task done!";
  }

  static final long START = System.nanoTime();

  static void print(String line) {
    IO.println("T+" + Duration.ofNanos(System.nanoTime() - START).toMillis() / 1e3 + " " + line);
  }
}
