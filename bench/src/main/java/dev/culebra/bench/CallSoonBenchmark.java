// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench;

import dev.culebra.EventLoop;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** {@code callSoon}: what it costs to schedule a callback and to run it. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = {LoopState.OPENS, LoopState.NATIVE})
public class CallSoonBenchmark {

  /** Many at once: one iteration of the loop runs them all. */
  @Benchmark
  @OperationsPerInvocation(LoopState.BATCH)
  public void many(LoopState state) {
    for (int i = 0; i < LoopState.BATCH; i++) {
      state.loop.callSoon(() -> {});
    }
    state.loop.stop();
    state.loop.runForever();
  }

  /** Each schedules the next: an iteration of the loop for each. */
  @Benchmark
  @OperationsPerInvocation(LoopState.BATCH)
  public void chain(LoopState state) {
    EventLoop loop = state.loop;
    loop.callSoon(new Runnable() {

      private int left = LoopState.BATCH;

      @Override
      public void run() {
        if (--left > 0) {
          loop.callSoon(this);
        } else {
          loop.stop();
        }
      }
    });
    loop.runForever();
  }
}
