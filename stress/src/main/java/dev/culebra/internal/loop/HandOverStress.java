// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** Checks that nothing stays parked when a loop closes: {@link Continuations}, {@link OrphanThreads}. */
public final class HandOverStress {

  private HandOverStress() {}

  /** What came before the close, during it, and into a new chunk, runs once. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both run, once")
  @State
  public static class AddAgainstClose {

    private final Continuations continuations = new Continuations(2, Runnable::run);
    private final AtomicInteger first = new AtomicInteger();
    private final AtomicInteger second = new AtomicInteger();

    @Actor
    public void unparker() {
      continuations.add(first::incrementAndGet);
      continuations.handOverIfClosed();
      continuations.add(second::incrementAndGet);
      continuations.handOverIfClosed();
    }

    @Actor
    public void closer() {
      continuations.close();
    }

    @Arbiter
    public void after(II_Result result) {
      result.r1 = first.get();
      result.r2 = second.get();
    }
  }

  /** Two threads unpark others after the close: one hands over for both, or each does. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both run, once")
  @State
  public static class AddAgainstAdd {

    private final Continuations continuations = new Continuations(2, Runnable::run);
    private final AtomicInteger first = new AtomicInteger();
    private final AtomicInteger second = new AtomicInteger();

    public AddAgainstAdd() {
      continuations.close();
    }

    @Actor
    public void oneUnparker() {
      continuations.add(first::incrementAndGet);
      continuations.handOverIfClosed();
    }

    @Actor
    public void otherUnparker() {
      continuations.add(second::incrementAndGet);
      continuations.handOverIfClosed();
    }

    @Arbiter
    public void after(II_Result result) {
      result.r1 = first.get();
      result.r2 = second.get();
    }
  }

  /** A virtual thread that a task had started is unparked while its loop closes. */
  @JCStressTest
  @Outcome(id = "true", expect = ACCEPTABLE, desc = "the thread ended")
  @State
  public static class UnparkAgainstClose {

    private final SelectorLoop loop = StubPoller.newLoop();
    private final Thread orphan;
    private volatile boolean unparked;

    public UnparkAgainstClose() {
      orphan = StubPoller.run(loop, () -> Thread.ofVirtual().start(this::awaitUnpark));
    }

    private void awaitUnpark() {
      while (!unparked) {
        LockSupport.park(this);
      }
    }

    @Actor
    public void unparker() {
      unparked = true;
      LockSupport.unpark(orphan);
    }

    @Actor
    public void closer() {
      loop.close();
    }

    @Arbiter
    public void after(Z_Result result) {
      try {
        result.r1 = orphan.join(Duration.ofMillis(StubPoller.LOST_MILLIS));
      } catch (InterruptedException e) {
        throw new AssertionError("nobody interrupts a test", e);
      }
    }
  }
}
