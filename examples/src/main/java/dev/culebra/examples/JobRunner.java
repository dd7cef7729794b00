// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.taskGroup;
import static dev.culebra.Asyncio.timeout;

import dev.culebra.AwaitableAction;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

/** Runs jobs at their periods: none drifts, one that fails comes again, and all end together. */
class JobRunner {
  static void main() throws Exception {
    run(() -> {
      try {
        timeout(Duration.ofMillis(3500))
            .run(() -> taskGroup(group -> {
              group.createTask(() -> every(Duration.ofSeconds(1), () -> print("tick")));
              group.createTask(() -> every(Duration.ofSeconds(2), JobRunner::fail));
            }));
      } catch (TimeoutException e) {
        print("the day is over");
      }
    });
  }

  static void every(Duration period, AwaitableAction job) {
    Duration due = getRunningLoop().time();
    while (true) {
      due = due.plus(period); // not from now: a late start must not make the next one late
      sleep(due.minus(getRunningLoop().time()));
      try {
        job.await();
      } catch (CancellationException e) {
        throw e;
      } catch (Exception e) {
        print("failed: " + e.getMessage());
      }
    }
  }

  static void fail() {
    throw new IllegalStateException("no paper");
  }

  static final long START = System.nanoTime();

  static void print(String line) {
    IO.println("T+" + Duration.ofNanos(System.nanoTime() - START).toMillis() / 1e3 + " " + line);
  }
}
