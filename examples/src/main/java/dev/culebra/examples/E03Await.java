// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.sleep;

import java.time.Duration;
import java.time.LocalTime;

/** Waits for another body, which sleeps. */
@SuppressWarnings("JavaTimeDefaultTimeZone") // the time of who reads it
class E03Await {
  static void main() throws Exception {
    run(() -> {
      IO.println("start time " + LocalTime.now());
      IO.println(nap());
      IO.println("end time " + LocalTime.now());
    });
  }

  static String nap() {
    IO.println("running, scheduling sleep");
    sleep(Duration.ofSeconds(2));
    return "done!";
  }
}
