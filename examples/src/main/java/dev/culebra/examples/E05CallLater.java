// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.run;

import dev.culebra.EventLoop;
import java.time.Duration;

/** Has the loop call functions later, if it still runs by then. */
class E05CallLater {
  static void main() throws Exception {
    run(() -> {
      EventLoop loop = getRunningLoop();
      print("adding callbacks");
      loop.callLater(Duration.ofSeconds(1), () -> callback(2, 0));
      loop.callLater(Duration.ofMinutes(1), () -> callback(3, 0)); // never: the run is over by then
      loop.callSoon(() -> callback(1, 3));
      print("main ended");
    });
  }

  static void callback(int a, int c) {
    try {
      Thread.sleep(Duration.ofSeconds(c));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    print("a=" + a + ", c=" + c);
  }

  static final long START = System.nanoTime();

  static void print(String line) {
    IO.println("T+" + Duration.ofNanos(System.nanoTime() - START).toMillis() / 1e3 + " " + line);
  }
}
