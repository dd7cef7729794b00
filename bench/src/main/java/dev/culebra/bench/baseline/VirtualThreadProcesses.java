// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.baseline;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Runs a batch of short children, a virtual thread for each: what a JDK 25 program does by itself. */
public final class VirtualThreadProcesses {

  private VirtualThreadProcesses() {}

  /**
   * Goes on until its input ends; prints the milliseconds of each batch.
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
      batch(count, atOnce);
      System.out.println((System.nanoTime() - startNanos) / 1_000_000);
    }
  }

  private static void batch(int count, int atOnce) throws Exception {
    Semaphore limit = new Semaphore(atOnce);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> children = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        children.add(threads.submit(() -> {
          limit.acquire();
          try {
            return new ProcessBuilder("true").inheritIO().start().waitFor();
          } finally {
            limit.release();
          }
        }));
      }
      for (Future<Integer> child : children) {
        if (child.get() != 0) {
          throw new IllegalStateException("a child failed");
        }
      }
    }
  }
}
