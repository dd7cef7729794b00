// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.sleep;

import dev.culebra.Asyncio;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.WaitResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Waits for several tasks for a limited time, and leaves the late ones running. */
class E12Wait {
  static void main() throws Exception {
    run(() -> {
      print("main started");
      List<Task<@Nullable Void>> corns = new ArrayList<>();
      for (int i = 1; i <= 5; i++) {
        int seconds = i;
        corns.add(createTask(() -> corn(seconds)));
      }
      WaitResult<@Nullable Void> result = Asyncio.wait(corns, Duration.ofSeconds(3));
      for (LoopFuture<?> pending : result.pending()) {
        print("" + pending.done());
      }
      sleep(Duration.ofSeconds(1));
      print("main ended");
    });
  }

  static void corn(int seconds) {
    try {
      sleep(Duration.ofSeconds(seconds));
    } catch (CancellationException e) {
      print("corn(" + seconds + ") timed out and cancelled");
    }
    print("corn(" + seconds + ") done!");
  }

  static final long START = System.nanoTime();

  static void print(String line) {
    IO.println("T+" + Duration.ofNanos(System.nanoTime() - START).toMillis() / 1e3 + " " + line);
  }
}
