// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.loop;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** The JDK's lock and queue between virtual threads, on one carrier, beside {@link SyncBenchmark}. */
public class VirtualThreadSyncBenchmark extends MeasuredOnOneCarrier {

  /** An operation hands a fair lock over to the other of two virtual threads, which waits for it. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int lock() throws Exception {
    ReentrantLock lock = new ReentrantLock(true);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> one = threads.submit(() -> lockOften(lock, BATCH / 2));
      Future<Integer> other = threads.submit(() -> lockOften(lock, BATCH / 2));
      return one.get() + other.get();
    }
  }

  /** Who has released it, and asks again, is behind the other from then on. */
  @SuppressWarnings({"ThreadPriorityCheck", "LockNotBeforeTry"
  }) // until the other waits; nothing throws
  private static int lockOften(ReentrantLock lock, int times) {
    lock.lock();
    Thread.yield();
    for (int i = 1; i < times; i++) {
      lock.unlock();
      lock.lock();
    }
    lock.unlock();
    return times;
  }

  /** An operation hands an item over by a queue that has room for one. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int queue() throws Exception {
    BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> puts = threads.submit(() -> putOften(queue));
      Future<Integer> gets = threads.submit(() -> getOften(queue));
      return puts.get() + gets.get();
    }
  }

  private static int putOften(BlockingQueue<Integer> queue) throws InterruptedException {
    for (int i = 0; i < BATCH; i++) {
      queue.put(1);
    }
    return BATCH;
  }

  private static int getOften(BlockingQueue<Integer> queue) throws InterruptedException {
    int sum = 0;
    for (int i = 0; i < BATCH; i++) {
      sum += queue.take();
    }
    return sum;
  }
}
