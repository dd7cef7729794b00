// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench;

import static dev.culebra.Asyncio.createSubprocessExec;
import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.gather;

import dev.culebra.Asyncio;
import dev.culebra.Task;
import dev.culebra.sync.AsyncSemaphore;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs a batch of short children on a loop for each line of its input, and prints the milliseconds. */
public final class ProcessBatch {

  private ProcessBatch() {}

  /**
   * Goes on until its input ends.
   *
   * @param args how many children, and how many at once
   * @throws Exception if a child cannot be started
   */
  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[0]);
    int atOnce = Integer.parseInt(args[1]);
    System.out.println("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (in.readLine() != null) {
      long startNanos = System.nanoTime();
      Asyncio.run(() -> batch(count, atOnce));
      System.out.println((System.nanoTime() - startNanos) / 1_000_000);
    }
  }

  private static void batch(int count, int atOnce) throws Exception {
    AsyncSemaphore limit = new AsyncSemaphore(atOnce);
    List<Task<Integer>> children = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      children.add(createTask(() -> {
        limit.acquire();
        try {
          return createSubprocessExec("true").awaitExit();
        } finally {
          limit.release();
        }
      }));
    }
    if (gather(children).await().stream().anyMatch(status -> status != 0)) {
      throw new IllegalStateException("a child failed");
    }
  }
}
