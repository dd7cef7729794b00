// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.run;

import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import java.time.Duration;

/** Has a future call a function before whoever awaits it goes on. */
class E08FutureCallback {
  static void main() throws Exception {
    run(() -> {
      print("main started");
      EventLoop loop = getRunningLoop();
      LoopFuture<String> future = loop.createFuture();
      future.addDoneCallback(E08FutureCallback::callback);
      loop.callLater(Duration.ofSeconds(1), () -> future.setResult("done"));
      print("future result " + future.await());
    });
  }

  static void callback(LoopFuture<String> future) {
    print("callback called");
    try {
      Thread.sleep(Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static final long START = System.nanoTime();

  static void print(String line) {
    IO.println("T+" + Duration.ofNanos(System.nanoTime() - START).toMillis() / 1e3 + " " + line);
  }
}
