// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.taskGroup;

import dev.culebra.sync.AsyncQueue;
import java.time.Duration;

/** Hands products from a producer to three consumers, up to an end marker. */
class E17Queue {
  static final int END = 0;

  static void main() throws Exception {
    run(() -> {
      AsyncQueue<Integer> queue = new AsyncQueue<>(3);
      taskGroup(group -> {
        group.createTask(() -> produce(queue));
        group.createTask(() -> consume(0, queue));
        group.createTask(() -> consume(1, queue));
        group.createTask(() -> consume(2, queue));
      });
    });
  }

  static void produce(AsyncQueue<Integer> queue) {
    print("producer on duty");
    for (int product = 1; product <= 5; product++) {
      queue.put(product);
    }
    sleep(Duration.ofSeconds(2));
    queue.put(END);
    queue.join();
    print("producer off duty");
  }

  static void consume(int number, AsyncQueue<Integer> queue) {
    print("consumer " + number + " enters");
    int product = queue.get();
    while (product != END) {
      print("consumer " + number + " consumes " + product);
      queue.taskDone();
      product = queue.get();
    }
    queue.taskDone();
    queue.put(END); // the others are to see it, too
  }

  static final long START = System.nanoTime();

  static void print(String line) {
    IO.println("T+" + Duration.ofNanos(System.nanoTime() - START).toMillis() / 1e3 + " " + line);
  }
}
