// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.loop;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.gather;
import static dev.culebra.Asyncio.sleep;

import dev.culebra.Task;
import dev.culebra.bench.LoopState;
import dev.culebra.bench.Measured;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** Tasks: what it costs to make one, and to switch between them. */
public class TaskBenchmark extends Measured {

  private static final int MANY = 100;

  /** An operation makes a task, which runs, and awaits it. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int spawnAndAwait(LoopState state) throws Exception {
    return state.loop.<Integer>runUntilComplete(() -> {
      int sum = 0;
      for (int i = 0; i < BATCH; i++) {
        sum += createTask(() -> 1).await();
      }
      return sum;
    });
  }

  /** An operation is {@code sleep(0)} of the only task: to the loop, one iteration, and back. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int switchAlone(LoopState state) throws Exception {
    return state.loop.<Integer>runUntilComplete(() -> yieldOften(BATCH));
  }

  /** An operation is {@code sleep(0)} of one of 100 tasks, and so a switch to the next. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public List<Integer> switchAmongMany(LoopState state) throws Exception {
    return state.loop.runUntilComplete(() -> {
      List<Task<Integer>> tasks = new ArrayList<>(MANY);
      for (int i = 0; i < MANY; i++) {
        tasks.add(createTask(() -> yieldOften(BATCH / MANY)));
      }
      return gather(tasks).await();
    });
  }

  private static int yieldOften(int times) {
    for (int i = 0; i < times; i++) {
      sleep(Duration.ZERO);
    }
    return times;
  }

  /** An operation makes 100 tasks and gathers their results: the time is for all of them. */
  @Benchmark
  @OperationsPerInvocation(BATCH / MANY)
  public int gatherMany(LoopState state) throws Exception {
    return state.loop.<Integer>runUntilComplete(() -> {
      int sum = 0;
      for (int i = 0; i < BATCH / MANY; i++) {
        List<Task<Integer>> tasks = new ArrayList<>(MANY);
        for (int j = 0; j < MANY; j++) {
          tasks.add(createTask(() -> 1));
        }
        sum += gather(tasks).await().size();
      }
      return sum;
    });
  }
}
