// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.gather;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.sleep;

import java.time.Duration;

/** Runs several bodies at once, and gets their results in order. */
class E13Gather {
  static void main() throws Exception {
    run(() -> gather(() -> corn(1), () -> corn(2), () -> corn(3), () -> corn(4), () -> corn(5))
        .await()
        .forEach(E13Gather::print));
  }

  static String corn(int seconds) {
    sleep(Duration.ofSeconds(seconds));
    return "corn(" + seconds + ") done! at " + now();
  }

  static final long START = System.nanoTime();

  static String now() {
    return "T+" + Duration.ofNanos(System.nanoTime() - START).toMillis() / 1e3;
  }

  static void print(String line) {
    IO.println(now() + " " + line);
  }
}
