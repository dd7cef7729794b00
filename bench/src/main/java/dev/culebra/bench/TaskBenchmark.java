// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench;

import dev.culebra.Asyncio;
import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** Tasks: what it costs to make one, and to switch between them. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = {LoopState.OPENS, LoopState.NATIVE})
public class TaskBenchmark {

  /** A task is made, runs, and is awaited. */
  @Benchmark
  @OperationsPerInvocation(LoopState.BATCH)
  public int spawnAndAwait(LoopState state) throws Exception {
    return state.loop.<Integer>runUntilComplete(() -> {
      int sum = 0;
      for (int i = 0; i < LoopState.BATCH; i++) {
        sum += Asyncio.createTask(() -> 1).await();
      }
      return sum;
    });
  }

  /** A task gives the loop one iteration. */
  @Benchmark
  @OperationsPerInvocation(LoopState.BATCH)
  public void sleepZero(LoopState state) throws Exception {
    state.loop.runUntilComplete(() -> {
      for (int i = 0; i < LoopState.BATCH; i++) {
        Asyncio.sleep(Duration.ZERO);
      }
      return true;
    });
  }

  /** A task waits for a future that a callback completes. */
  @Benchmark
  @OperationsPerInvocation(LoopState.BATCH)
  public int awaitFuture(LoopState state) throws Exception {
    EventLoop loop = state.loop;
    return loop.<Integer>runUntilComplete(() -> {
      int sum = 0;
      for (int i = 0; i < LoopState.BATCH; i++) {
        LoopFuture<Integer> future = loop.createFuture();
        loop.callSoon(() -> future.setResult(1));
        sum += future.await();
      }
      return sum;
    });
  }
}
