// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.asCompleted;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.sleep;

import dev.culebra.Awaitable;
import dev.culebra.LoopFuture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Gets results as they come, for a limited time. */
class E14AsCompleted {
  static void main() throws Exception {
    run(() -> {
      List<Awaitable<String>> corns =
          List.of(() -> corn(1), () -> corn(2), () -> corn(3), () -> corn(4), () -> corn(5));
      try {
        for (LoopFuture<String> next : asCompleted(corns, Duration.ofMillis(3500))) {
          print(next.await());
        }
      } catch (TimeoutException e) {
        print("timed out");
      }
    });
  }

  static String corn(int seconds) {
    sleep(Duration.ofSeconds(seconds));
    return "corn(" + seconds + ") done!";
  }

  static final long START = System.nanoTime();

  static void print(String line) {
    IO.println("T+" + Duration.ofNanos(System.nanoTime() - START).toMillis() / 1e3 + " " + line);
  }
}
