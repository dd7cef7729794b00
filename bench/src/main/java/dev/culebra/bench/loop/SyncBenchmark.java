// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.loop;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.gather;
import static dev.culebra.Asyncio.sleep;

import dev.culebra.bench.LoopState;
import dev.culebra.bench.Measured;
import dev.culebra.sync.AsyncLock;
import dev.culebra.sync.AsyncQueue;
import java.time.Duration;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** What {@code dev.culebra.sync} hands over from one task to another. */
public class SyncBenchmark extends Measured {

  /** An operation hands a lock over to the other of two tasks, which waits for it. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public List<Integer> lock(LoopState state) throws Exception {
    return state.loop.runUntilComplete(() -> {
      AsyncLock lock = new AsyncLock();
      return gather(
              createTask(() -> lockOften(lock, BATCH / 2)),
              createTask(() -> lockOften(lock, BATCH / 2)))
          .await();
    });
  }

  /** Who has released it, and asks again, is behind the other from then on. */
  private static int lockOften(AsyncLock lock, int times) {
    lock.acquire();
    sleep(Duration.ZERO); // until the other waits
    for (int i = 1; i < times; i++) {
      lock.release();
      lock.acquire();
    }
    lock.release();
    return times;
  }

  /** An operation hands an item over by a queue that has room for one. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public List<Integer> queue(LoopState state) throws Exception {
    return state.loop.runUntilComplete(() -> {
      AsyncQueue<Integer> queue = new AsyncQueue<>(1);
      return gather(createTask(() -> putOften(queue)), createTask(() -> getOften(queue)))
          .await();
    });
  }

  private static int putOften(AsyncQueue<Integer> queue) {
    for (int i = 0; i < BATCH; i++) {
      queue.put(1);
    }
    return BATCH;
  }

  private static int getOften(AsyncQueue<Integer> queue) {
    int sum = 0;
    for (int i = 0; i < BATCH; i++) {
      sum += queue.get();
    }
    return sum;
  }
}
