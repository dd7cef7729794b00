// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.loop;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The JDK's {@link CompletableFuture}, beside {@link FutureBenchmark}. */
public class CompletableFutureBenchmark extends MeasuredOnOneCarrier {

  /** What callbacks count. */
  @State(Scope.Thread)
  public static class Counter {

    private long sum;
  }

  /** An operation makes a future with a callback, and completes it: the callback runs within that. */
  @Benchmark
  public CompletableFuture<?> callback(Counter counter) {
    CompletableFuture<Integer> future = new CompletableFuture<>();
    CompletableFuture<?> called = future.thenAccept(result -> counter.sum++);
    future.complete(1);
    return called;
  }

  /** An operation makes a future, which one virtual thread completes, and gets it in another, on one carrier. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int await() throws Exception {
    List<CompletableFuture<Integer>> futures =
        Stream.generate(CompletableFuture<Integer>::new).limit(BATCH).toList();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> one = threads.submit(() -> completeAndGet(futures, 0));
      Future<Integer> other = threads.submit(() -> completeAndGet(futures, 1));
      return one.get() + other.get();
    }
  }

  /** Completes every second future, each when the other thread has completed the one before. */
  private static int completeAndGet(List<CompletableFuture<Integer>> futures, int first)
      throws Exception {
    int sum = 0;
    for (int i = first; i < futures.size(); i += 2) {
      if (i > 0) {
        sum += futures.get(i - 1).get();
      }
      futures.get(i).complete(1);
    }
    return sum;
  }
}
