// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.loop;

import dev.culebra.EventLoop;
import dev.culebra.bench.LoopState;
import dev.culebra.bench.Measured;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** {@code callSoon} on the loop. */
public class CallSoonBenchmark extends Measured {

  /** An operation schedules a callback and runs it, 100 to an iteration of the loop. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long many(LoopState state) {
    EventLoop loop = state.loop;
    Rounds rounds = new Rounds(loop::callSoon, Rounds.MANY, loop::stop);
    loop.callSoon(rounds);
    loop.runForever();
    return rounds.counted();
  }

  /** An operation schedules a callback and runs it, with an iteration of the loop for itself. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long chain(LoopState state) {
    EventLoop loop = state.loop;
    Rounds rounds = new Rounds(loop::callSoon, 1, loop::stop);
    loop.callSoon(rounds);
    loop.runForever();
    return rounds.counted();
  }
}
