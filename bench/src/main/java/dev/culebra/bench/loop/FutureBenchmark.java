// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.loop;

import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import dev.culebra.bench.LoopState;
import dev.culebra.bench.Measured;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** Futures: what it costs to complete one. */
public class FutureBenchmark extends Measured {

  /** An operation makes a future with a callback, and completes it, so that the callback is scheduled and runs. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long callback(LoopState state) {
    EventLoop loop = state.loop;
    Completions completions = new Completions(loop);
    loop.callSoon(completions);
    loop.runForever();
    return completions.sum;
  }

  /** Completes 100 futures for each iteration of the loop. */
  private static final class Completions implements Runnable {

    private final EventLoop loop;
    private int left = BATCH;
    private long sum;

    Completions(EventLoop loop) {
      this.loop = loop;
    }

    @Override
    public void run() {
      for (int i = 0; i < Rounds.MANY; i++) {
        LoopFuture<Integer> future = loop.createFuture();
        future.addDoneCallback(done -> sum++);
        future.setResult(1);
      }
      left -= Rounds.MANY;
      if (left > 0) {
        loop.callSoon(this);
      } else {
        loop.callSoon(loop::stop);
      }
    }
  }

  /** An operation makes a future, which a callback completes, and awaits it in a task. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int await(LoopState state) throws Exception {
    EventLoop loop = state.loop;
    return loop.<Integer>runUntilComplete(() -> {
      int sum = 0;
      for (int i = 0; i < BATCH; i++) {
        LoopFuture<Integer> future = loop.createFuture();
        loop.callSoon(() -> future.setResult(1));
        sum += future.await();
      }
      return sum;
    });
  }
}
