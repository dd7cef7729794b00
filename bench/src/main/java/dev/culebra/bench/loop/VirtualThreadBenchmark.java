// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The JDK's virtual threads, on one carrier, beside {@link TaskBenchmark}. */
public class VirtualThreadBenchmark extends MeasuredOnOneCarrier {

  private static final int MANY = 100;

  /** Runs each job in a virtual thread of its own. */
  @State(Scope.Benchmark)
  public static class Threads {

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    @TearDown(Level.Trial)
    public void close() {
      executor.close();
    }
  }

  /** An operation starts a virtual thread from another, and gets its result. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int spawnAndGet(Threads threads) throws Exception {
    ExecutorService executor = threads.executor;
    return executor
        .submit(() -> {
          int sum = 0;
          for (int i = 0; i < BATCH; i++) {
            sum += executor.submit(() -> 1).get();
          }
          return sum;
        })
        .get();
  }

  /** An operation is {@code yield} of the only virtual thread. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int switchAlone(Threads threads) throws Exception {
    return threads.executor.submit(() -> yieldOften(BATCH)).get();
  }

  /** An operation is {@code yield} of one of 100 virtual threads, and so a switch to the next. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int switchAmongMany(Threads threads) throws Exception {
    List<Future<Integer>> all = new ArrayList<>(MANY);
    for (int i = 0; i < MANY; i++) {
      all.add(threads.executor.submit(() -> yieldOften(BATCH / MANY)));
    }
    return sum(all);
  }

  @SuppressWarnings("ThreadPriorityCheck") // what is measured
  private static int yieldOften(int times) {
    for (int i = 0; i < times; i++) {
      Thread.yield();
    }
    return times;
  }

  /** An operation starts 100 virtual threads and gets their results: the time is for all of them. */
  @Benchmark
  @OperationsPerInvocation(BATCH / MANY)
  public int getMany(Threads threads) throws Exception {
    ExecutorService executor = threads.executor;
    return executor
        .submit(() -> {
          int sum = 0;
          for (int i = 0; i < BATCH / MANY; i++) {
            List<Future<Integer>> all = new ArrayList<>(MANY);
            for (int j = 0; j < MANY; j++) {
              all.add(executor.submit(() -> 1));
            }
            sum += sum(all);
          }
          return sum;
        })
        .get();
  }

  private static int sum(List<Future<Integer>> all) throws Exception {
    int sum = 0;
    for (Future<Integer> each : all) {
      sum += each.get();
    }
    return sum;
  }
}
