// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.run;

import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import java.time.Duration;

/** Waits for a future that a callback completes. */
class E07Future {
  static void main() throws Exception {
    run(() -> {
      print("main started");
      EventLoop loop = getRunningLoop();
      LoopFuture<String> future = loop.createFuture();
      loop.callLater(Duration.ofSeconds(3), () -> markDone(future));
      print("future result " + future.await());
    });
  }

  static void markDone(LoopFuture<String> future) {
    print("marking the future done");
    future.setResult("done!");
  }

  static final long START = System.nanoTime();

  static void print(String line) {
    IO.println("T+" + Duration.ofNanos(System.nanoTime() - START).toMillis() / 1e3 + " " + line);
  }
}
