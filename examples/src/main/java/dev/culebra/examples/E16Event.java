// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.run;

import dev.culebra.sync.AsyncEvent;
import java.time.Duration;

/** Waits for an event that a callback sets. */
class E16Event {
  static void main() throws Exception {
    run(() -> {
      print("main started");
      AsyncEvent event = new AsyncEvent();
      getRunningLoop().callLater(Duration.ofSeconds(2), event::set);
      corn(event);
      print("main ended");
    });
  }

  static void corn(AsyncEvent event) {
    event.await();
    print("corn done!");
  }

  static final long START = System.nanoTime();

  static void print(String line) {
    IO.println("T+" + Duration.ofNanos(System.nanoTime() - START).toMillis() / 1e3 + " " + line);
  }
}
