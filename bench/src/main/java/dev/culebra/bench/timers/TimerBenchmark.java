// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.timers;

import dev.culebra.bench.Measured;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What a time limit costs that is set and mostly never comes, while many others wait. */
public class TimerBenchmark extends Measured {

  private static final int DELAYS = 1024;
  static final int SOME = 1_000;

  /** The timers that wait meanwhile, none of which is due soon, and room for {@link #SOME} more. */
  @State(Scope.Thread)
  public static class Pending {

    /** A backend of ours, or whose timers else. */
    @Param({"epoll", "executor", "netty", "netty-wheel", "agrona-wheel"})
    public String timersOf = "epoll";

    @Param({"10", "1000", "100000", "1000000"})
    public int pending = 10;

    @SuppressWarnings("NullAway.Init") // JMH calls schedule() first
    Timers timers;

    private final SplittableRandom random = new SplittableRandom(1);
    private final Delay[] late =
        delays(() -> Delay.between(Duration.ofHours(1), Duration.ofHours(2), random));
    private final Delay[] soon =
        delays(() -> Delay.between(Duration.ofSeconds(20), Duration.ofSeconds(40), random));
    private final Delay[] mixed = delays(this::mixedDelay);
    private int next;
    private long nextSlot;

    private static Delay[] delays(Supplier<Delay> random) {
      return Stream.generate(random).limit(DELAYS).toArray(Delay[]::new);
    }

    /** As servers have them: half are a request's, four tenths a connection's, the rest a session's. */
    private Delay mixedDelay() {
      int kind = random.nextInt(10);
      if (kind < 5) {
        return Delay.between(Duration.ofMillis(1), Duration.ofMillis(20), random);
      }
      return kind < 9
          ? Delay.between(Duration.ofSeconds(1), Duration.ofSeconds(30), random)
          : Delay.between(Duration.ofHours(1), Duration.ofHours(2), random);
    }

    @Setup(Level.Trial)
    public void schedule() {
      timers = Timers.of(timersOf, pending + SOME);
      for (int slot = 0; slot < pending; slot++) {
        timers.schedule(slot, Delay.between(Duration.ofHours(1), Duration.ofHours(2), random));
      }
    }

    @TearDown(Level.Trial)
    public void close() {
      timers.close();
    }

    private int next() {
      next = (next + 1) % DELAYS;
      return next;
    }

    /** One that comes somewhere among those that wait. */
    Delay late() {
      return late[next()];
    }

    /** One that comes before them all. */
    Delay soon() {
      return soon[next()];
    }

    Delay mixed() {
      return mixed[next()];
    }

    /** The slot of one that waits, each time another. */
    int slot() {
      nextSlot = nextSlot * 6364136223846793005L + 1442695040888963407L;
      return (int) (((nextSlot >>> 32) * pending) >>> 32);
    }

    void scheduleSome() {
      for (int i = 0; i < SOME; i++) {
        timers.schedule(pending + i, late());
      }
    }

    void cancelSome() {
      for (int i = 0; i < SOME; i++) {
        timers.cancel(pending + i);
      }
    }
  }

  /** Takes out what an invocation has set, after it. */
  public static class CancelledAfterwards extends Pending {

    @TearDown(Level.Invocation)
    public void cancel() {
      cancelSome();
    }
  }

  /** Sets what an invocation will take out, before it. */
  public static class ScheduledBefore extends Pending {

    @Setup(Level.Invocation)
    public void scheduleMore() {
      scheduleSome();
    }
  }

  /** An operation sets one timer, to come among those that wait; 1,000 are set before they are taken out. */
  @Benchmark
  @OperationsPerInvocation(SOME)
  public void schedule(CancelledAfterwards state) {
    state.scheduleSome();
  }

  /** An operation cancels one timer, of 1,000 that are among those that wait. */
  @Benchmark
  @OperationsPerInvocation(SOME)
  public void cancel(ScheduledBefore state) {
    state.cancelSome();
  }

  /** An operation sets one timer, to come among those that wait, and cancels it. */
  @Benchmark
  public void scheduleAndCancel(Pending state) {
    state.timers.schedule(state.pending, state.late());
    state.timers.cancel(state.pending);
  }

  /** The same with a timer that comes before all those that wait: what is the worst for a heap. */
  @Benchmark
  public void scheduleAndCancelFirst(Pending state) {
    state.timers.schedule(state.pending, state.soon());
    state.timers.cancel(state.pending);
  }

  /** An operation cancels one of those that wait and sets it anew, as an idle timeout is. */
  @Benchmark
  public void reschedule(Pending state) {
    int slot = state.slot();
    state.timers.cancel(slot);
    state.timers.schedule(slot, state.late());
  }

  /** An operation sets one timer that is due at once, and runs it. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void expire(Pending state) {
    state.timers.expire(BATCH);
  }

  /**
   * An operation sets one of those that wait anew, to deadlines from a millisecond to two hours; after each
   * 1,000, those expire that are due.
   */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void churn(Pending state) {
    state.timers.run(BATCH / SOME, () -> {
      for (int i = 0; i < SOME; i++) {
        int slot = state.slot();
        state.timers.cancel(slot);
        state.timers.schedule(slot, state.mixed());
      }
    });
  }
}
