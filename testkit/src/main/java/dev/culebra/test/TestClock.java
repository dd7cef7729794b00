// SPDX-License-Identifier: Apache-2.0
package dev.culebra.test;

import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import dev.culebra.LoopPolicy;
import dev.culebra.internal.loop.Inspection;
import dev.culebra.internal.loop.LoopClock;
import dev.culebra.internal.loop.SelectorLoop;
import dev.culebra.internal.net.SocketLoop;
import dev.culebra.spi.AnyThread;
import dev.culebra.spi.Backend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Tells a loop under test the time, and moves it on when nothing else is left to do: {@code sleep} of an
 * hour takes microseconds (asyncio has no such clock; trio's is {@code MockClock}).
 *
 * <p>A loop has <i>nothing left to do</i> when no callback and no task is ready, no socket of it is, no
 * task is blocked outside the loop, and nobody {@linkplain #hold holds} the clock; host names that are
 * being looked up hold it. Sockets whose peer is on the same loop work as ever: before the clock moves,
 * a loop with open sockets looks at them for a millisecond of real time. While code runs, a jumping or
 * manual clock stands still.
 *
 * <p>What goes on in other threads and other processes, the clock cannot see. A test that waits for
 * those holds the clock meanwhile, lest a time limit be over before they answer.
 *
 * <pre>{@code
 * try (EventLoop loop = TestClock.policy(TestClock.Mode.JUMPING).newEventLoop()) {
 *   loop.runUntilComplete(() -> Asyncio.sleep(Duration.ofHours(1), "done"));
 * }
 * }</pre>
 *
 * <p><b>Threading</b>: all methods may be called from any thread. Those that wait park the calling task
 * if it is one of the clock's loop; they run the loop if it does not run; else they block the calling
 * thread while the loop goes on.
 *
 * <p><b>Lifecycle</b>: a clock serves the one loop that it was made with.
 */
@AnyThread
public final class TestClock {

  /** Who moves the clock. */
  public enum Mode {
    /** The loop: to the next timer, as soon as nothing else is left to do. Starts at zero. */
    JUMPING,

    /** The test, by {@link TestClock#advance}. Starts at zero. */
    MANUAL,

    /** The system, as without a test clock; {@link TestClock#awaitIdle} works all the same. */
    REAL
  }

  /** Keeps a clock from moving while something goes on that it cannot see. */
  public interface Hold extends AutoCloseable {

    /** Lets the clock move again, unless others hold it too. Idempotent; from any thread. */
    @Override
    void close();
  }

  /** Within a host, what was sent has arrived by then; a machine under load may take a moment. */
  private static final long SETTLE_NANOS = 1_000_000;

  private static final long CLOSED_CHECK_MILLIS = 50;

  private final Mode mode;
  private final LoopClock face = new Face();
  private final AtomicInteger holds = new AtomicInteger();
  private volatile long nowNanos;
  private @Nullable SelectorLoop loop;

  /** Touched on the loop only, or while it does not run. */
  private final List<Arrival> arrivals = new ArrayList<>();

  private TestClock(Mode mode) {
    this.mode = mode;
  }

  /** A wait for nothing to be left to do, at a time or later. */
  private record Arrival(long atNanos, LoopFuture<@Nullable Void> future) {}

  // ---- loops

  /**
   * A policy whose loops have each a clock of their own, on the backend of the policy in force.
   *
   * @param mode who moves the clocks
   * @return the policy; {@link LoopPolicy#set} it, and {@link dev.culebra.Asyncio#run} makes such loops
   */
  public static LoopPolicy policy(Mode mode) {
    return policy(mode, LoopPolicy.get());
  }

  /**
   * A policy whose loops have each a clock of their own.
   *
   * @param mode who moves the clocks
   * @param on whose backend the loops run on
   * @return the policy
   */
  public static LoopPolicy policy(Mode mode, LoopPolicy on) {
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(on, "on");
    return new LoopPolicy() {
      @Override
      public Backend backend() {
        return on.backend();
      }

      @Override
      public EventLoop newEventLoop() {
        TestClock clock = new TestClock(mode);
        SelectorLoop loop = SocketLoop.open(backend(), clock.face);
        clock.loop = loop;
        return loop;
      }
    };
  }

  /**
   * The clock of a loop.
   *
   * @param loop a loop that a {@link #policy} of this class has made
   * @return its clock
   * @throws IllegalArgumentException if the loop is on the system's clock
   */
  public static TestClock of(EventLoop loop) {
    if (loop instanceof SelectorLoop made && made.clock() instanceof Face face) {
      return face.clock();
    }
    throw new IllegalArgumentException(
        "not on a test clock: make the loop by TestClock.policy(mode).newEventLoop(); " + loop);
  }

  /** What the loop sees of the clock. */
  private final class Face implements LoopClock {

    TestClock clock() {
      return TestClock.this;
    }

    @Override
    public long getAsLong() {
      return mode == Mode.REAL ? System.nanoTime() : nowNanos;
    }

    @Override
    public long settleNanos() {
      return mode == Mode.REAL ? 0 : SETTLE_NANOS;
    }

    @Override
    public long waitNanos(long timeoutNanos) {
      if (isBusyElsewhere()) {
        return mode == Mode.REAL ? timeoutNanos : -1;
      }
      if (completeArrivals()) {
        return 0;
      }
      return switch (mode) {
        case REAL -> timeoutNanos;
        case JUMPING -> timeoutNanos < 0 ? -1 : move(timeoutNanos);
        case MANUAL -> moveToArrival(timeoutNanos);
      };
    }

    @Override
    public void hold() {
      holds.incrementAndGet();
    }

    @Override
    public void release() {
      holds.decrementAndGet();
      loop().callSoonThreadsafeUnlessClosed(() -> {}); // it waits, and is to look again
    }
  }

  private boolean isBusyElsewhere() {
    return holds.get() > 0 || Inspection.hasTaskBlockedOutside(loop());
  }

  private boolean completeArrivals() {
    long now = face.getAsLong();
    boolean any = false;
    for (Arrival each : List.copyOf(arrivals)) {
      if (each.future.done()) {
        arrivals.remove(each); // whoever waited was cancelled
      } else if (each.atNanos - now <= 0) {
        arrivals.remove(each);
        each.future.setResult(null);
        any = true;
      }
    }
    return any;
  }

  private long moveToArrival(long timeoutNanos) {
    if (arrivals.isEmpty()) {
      return -1;
    }
    long left = Long.MAX_VALUE;
    for (Arrival each : arrivals) {
      left = Math.min(left, each.atNanos - nowNanos);
    }
    return move(timeoutNanos < 0 ? left : Math.min(left, timeoutNanos));
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only the loop writes it
  private long move(long byNanos) {
    nowNanos += byNanos;
    return 0;
  }

  private SelectorLoop loop() {
    return Objects.requireNonNull(loop, "set when it was opened");
  }

  // ---- for tests

  /**
   * Who moves this clock.
   *
   * @return as it was made
   */
  public Mode mode() {
    return mode;
  }

  /**
   * The time, as {@link EventLoop#time} tells it.
   *
   * @return the time since the loop was made
   */
  public Duration time() {
    return loop().time();
  }

  /**
   * Waits until nothing but timers is left to do. On a jumping clock no time passes meanwhile.
   *
   * <p>A task that is never done with other things, such as one that calls {@code sleep(0)} in a loop,
   * makes this wait for ever.
   *
   * @throws IllegalStateException if it is called in a callback, or the loop is closed
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled
   */
  public void awaitIdle() {
    await(Duration.ZERO);
  }

  /**
   * Moves a manual clock on, from timer to timer: each runs at its own time, and the next one when
   * nothing else is left to do. Returns when that is so at the end, too.
   *
   * @param by how far; zero is {@link #awaitIdle}
   * @throws IllegalArgumentException if it is negative
   * @throws IllegalStateException if the clock moves by itself, it is called in a callback, or the loop
   *     is closed
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled
   */
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("a clock does not go back: " + by);
    }
    if (mode != Mode.MANUAL) {
      throw new IllegalStateException(
          "a " + mode + " clock moves by itself: sleep(), or make it a MANUAL one");
    }
    await(by);
  }

  /**
   * Keeps the clock from moving, and {@link #awaitIdle} from returning, while something goes on that
   * the clock cannot see: in another thread, in another process.
   *
   * @return what to close when the loop has been told of the outcome
   */
  public Hold hold() {
    face.hold();
    AtomicBoolean held = new AtomicBoolean(true);
    return () -> {
      if (held.compareAndSet(true, false)) {
        face.release();
      }
    };
  }

  private void await(Duration ahead) {
    SelectorLoop target = loop();
    if (target.isClosed()) {
      throw closed();
    }
    try {
      if (Inspection.isCurrent(target)) {
        target.requireTask();
        arrival(ahead).await();
      } else if (target.isRunning()) {
        awaitFromAnotherThread(target, ahead);
      } else {
        target.runUntilComplete(arrival(ahead));
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("an arrival does not fail", e);
    }
  }

  private LoopFuture<@Nullable Void> arrival(Duration ahead) {
    LoopFuture<@Nullable Void> future = loop().createFuture();
    arrivals.add(new Arrival(face.getAsLong() + ahead.toNanos(), future));
    return future;
  }

  private void awaitFromAnotherThread(SelectorLoop target, Duration ahead)
      throws ExecutionException, InterruptedException {
    CompletableFuture<@Nullable Void> arrived = new CompletableFuture<>();
    target.callSoonThreadsafe(() -> arrival(ahead).addDoneCallback(done -> arrived.complete(null)));
    while (!arrived.isDone()) {
      try {
        arrived.get(CLOSED_CHECK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (target.isClosed()) {
          throw closed();
        }
      }
    }
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("Event loop is closed");
  }

  @Override
  public String toString() {
    return "TestClock[" + mode + ", " + time() + "]";
  }
}
