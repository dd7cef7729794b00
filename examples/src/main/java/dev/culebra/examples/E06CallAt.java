// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.sleep;

import dev.culebra.EventLoop;
import java.time.Duration;

/** Has the loop call a function at a time of its own clock. */
class E06CallAt {
  static void main() throws Exception {
    run(() -> {
      EventLoop loop = getRunningLoop();
      print("adding callbacks", loop);
      loop.callAt(loop.time().plusSeconds(4), () -> callback(2, 1, loop));
      loop.callSoon(() -> callback(1, 3, loop));
      sleep(Duration.ofSeconds(5));
      print("main ended", loop);
    });
  }

  static void callback(int a, int c, EventLoop loop) {
    try {
      Thread.sleep(Duration.ofSeconds(c));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    print("a=" + a + ", c=" + c, loop);
  }

  static void print(String line, EventLoop loop) {
    IO.println("loop time " + loop.time().toMillis() / 1e3 + " " + line);
  }
}
