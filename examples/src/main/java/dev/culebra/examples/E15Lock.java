// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.gather;
import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.run;

import dev.culebra.sync.AsyncLock;
import dev.culebra.sync.Permit;
import java.time.Duration;

/** Shares a lock among tasks: first come, first served. */
class E15Lock {
  static void main() throws Exception {
    run(() -> {
      AsyncLock lock = new AsyncLock();
      lock.acquire();
      print("locked");
      releaseLater(lock, 2);
      gather(() -> work(1, lock), () -> work(2, lock), () -> work(3, lock))
          .await()
          .forEach(IO::println);
    });
  }

  static String work(int number, AsyncLock lock) {
    try (Permit held = lock.enter()) {
      // and leave: it is the next one's turn
    }
    lock.acquire(); // at the back of the queue
    releaseLater(lock, 1);
    return now() + " " + number;
  }

  static void releaseLater(AsyncLock lock, int seconds) {
    getRunningLoop().callLater(Duration.ofSeconds(seconds), () -> {
      print("released");
      lock.release();
    });
  }

  static final long START = System.nanoTime();

  static String now() {
    return "T+" + Duration.ofNanos(System.nanoTime() - START).toMillis() / 1e3;
  }

  static void print(String line) {
    IO.println(now() + " " + line);
  }
}
