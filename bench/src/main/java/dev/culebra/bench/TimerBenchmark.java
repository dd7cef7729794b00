// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench;

import dev.culebra.EventLoop;
import dev.culebra.TimerHandle;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** {@code callLater}: what a time limit costs that is set and mostly never comes. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = {LoopState.OPENS, LoopState.NATIVE})
public class TimerBenchmark {

  private static final int DELAYS = 4096;
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Timers that wait meanwhile, none of which is due soon. */
  @State(Scope.Thread)
  public static class Pending {

    @Param({"1", "1000", "100000"})
    public int pending = 1;

    private final Duration[] delays = new Duration[DELAYS];
    private TimerHandle[] waiting = {};
    private int next;

    @Setup(Level.Trial)
    public void schedule(LoopState state) {
      SplittableRandom random = new SplittableRandom(1);
      for (int i = 0; i < DELAYS; i++) {
        delays[i] = Duration.ofNanos(random.nextLong(LONGEST_NANOS));
      }
      waiting = new TimerHandle[pending];
      for (int i = 0; i < pending; i++) {
        Duration later = Duration.ofHours(1).plusNanos(random.nextLong(LONGEST_NANOS));
        waiting[i] = state.loop.callLater(later, () -> {});
      }
    }

    @TearDown(Level.Trial)
    public void cancel() {
      for (TimerHandle timer : waiting) {
        timer.cancel();
      }
    }

    Duration delay() {
      next = (next + 1) % DELAYS;
      return delays[next];
    }
  }

  /** A timer is set, to come before those that wait, and cancelled. */
  @Benchmark
  public void setAndCancel(LoopState state, Pending timers) {
    state.loop.callLater(timers.delay(), () -> {}).cancel();
  }

  /** One of the timers that wait is cancelled and set anew, as an idle timeout is. */
  @Benchmark
  public TimerHandle again(LoopState state, Pending timers) {
    int index = timers.next % timers.pending;
    timers.waiting[index].cancel();
    Duration later = Duration.ofHours(1).plus(timers.delay());
    timers.waiting[index] = state.loop.callLater(later, () -> {});
    return timers.waiting[index];
  }

  /** Timers that are due at once: set and run. */
  @Benchmark
  @OperationsPerInvocation(LoopState.BATCH)
  public void setAndRun(LoopState state, Pending timers) {
    EventLoop loop = state.loop;
    for (int i = 0; i < LoopState.BATCH; i++) {
      loop.callLater(Duration.ZERO, () -> {});
    }
    loop.callLater(Duration.ZERO, loop::stop);
    loop.runForever();
  }
}
