// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.taskGroup;

import dev.culebra.sync.AsyncQueue;
import dev.culebra.sync.QueueShutDownException;
import java.time.Duration;

/** Has three workers share the jobs of a queue, which is shut down when there are no more. */
class WorkerPool {
  static void main() throws Exception {
    run(() -> {
      AsyncQueue<Integer> jobs = new AsyncQueue<>(2);
      taskGroup(group -> {
        for (int i = 1; i <= 3; i++) {
          int worker = i;
          group.createTask(() -> work(worker, jobs));
        }
        for (int job = 1; job <= 6; job++) {
          jobs.put(job); // waits while two wait already
        }
        jobs.shutdown();
      });
      print("all done");
    });
  }

  static void work(int worker, AsyncQueue<Integer> jobs) {
    try {
      while (true) {
        int job = jobs.get();
        sleep(Duration.ofSeconds(1));
        print("worker " + worker + " did job " + job);
      }
    } catch (QueueShutDownException e) {
      print("worker " + worker + " goes home");
    }
  }

  static final long START = System.nanoTime();

  static void print(String line) {
    IO.println("T+" + Duration.ofNanos(System.nanoTime() - START).toMillis() / 1e3 + " " + line);
  }
}
