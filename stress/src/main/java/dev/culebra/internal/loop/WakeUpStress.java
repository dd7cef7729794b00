// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * Checks that who goes to sleep sees the work that came, or is woken, as {@link SleepFlag} and {@link Inbox}
 * promise. The receiver is what the loop does before a poll and the carrier before it parks.
 */
public final class WakeUpStress {

  private WakeUpStress() {}

  /** One piece of work, in a chunk that has room for it. */
  @JCStressTest
  @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "saw the work, is not woken")
  @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "saw the work, is woken for nothing")
  @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "sleeps, is woken")
  @Outcome(id = "true, false", expect = FORBIDDEN, desc = "sleeps, is not woken")
  @State
  public static class SleepAgainstWork {

    private final SleepFlag flag = new SleepFlag();
    private final Inbox<Object> inbox = new Inbox<>(2);

    @Actor
    public void receiver(ZZ_Result result) {
      flag.raise();
      result.r1 = !inbox.mayHaveWork();
    }

    @Actor
    public void sender(ZZ_Result result) {
      inbox.offer(this);
      result.r2 = flag.claim();
    }
  }

  /** The work is the first in a new chunk. With {@code isEmpty()} for the last look, this fails. */
  @JCStressTest
  @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "saw the work, is not woken")
  @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "saw the work, is woken for nothing")
  @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "sleeps, is woken")
  @Outcome(id = "true, false", expect = FORBIDDEN, desc = "sleeps, is not woken")
  @State
  public static class SleepAgainstWorkInNewChunk {

    private final SleepFlag flag = new SleepFlag();
    private final Inbox<Object> inbox = new Inbox<>(2);

    public SleepAgainstWorkInNewChunk() {
      inbox.offer(
          inbox); // a chunk of two has room for one element, and for the link to the next chunk
      inbox.poll();
    }

    @Actor
    public void receiver(ZZ_Result result) {
      flag.raise();
      result.r1 = !inbox.mayHaveWork();
    }

    @Actor
    public void sender(ZZ_Result result) {
      inbox.offer(this);
      result.r2 = flag.claim();
    }
  }

  /**
   * Two iterations of a loop: the first sleep ends by a timer, while the wake-up is on its way. The
   * poller's wake-up is sticky, as its contract says.
   */
  @JCStressTest
  @Outcome(id = "true, true, false", expect = FORBIDDEN, desc = "sleeps on work, is not woken")
  @Outcome(id = ".*", expect = ACCEPTABLE, desc = "took the work, or is woken")
  @State
  public static class SleepTwice {

    private final SleepFlag flag = new SleepFlag();
    private final Inbox<Object> inbox = new Inbox<>(2);
    private final AtomicBoolean wakeUp = new AtomicBoolean();

    @Actor
    public void receiver(ZZZ_Result result) {
      inbox.poll();
      flag.raise();
      if (!inbox.mayHaveWork()) {
        wakeUp.set(false);
      }
      flag.lower();
      inbox.poll();
      flag.raise();
      result.r1 = !inbox.mayHaveWork();
    }

    @Actor
    public void sender() {
      inbox.offer(this);
      if (flag.claim()) {
        wakeUp.set(true);
      }
    }

    @Arbiter
    public void after(ZZZ_Result result) {
      result.r2 = inbox.mayHaveWork();
      result.r3 = wakeUp.get();
    }
  }

  /** Two messengers wake a sleeper once; who brings nothing new finds the flag down. */
  @JCStressTest
  @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "the first wakes")
  @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "the second wakes")
  @Outcome(expect = FORBIDDEN, desc = "none wakes, or both do")
  @State
  public static class TwoMessengers {

    private final SleepFlag flag = new SleepFlag();

    public TwoMessengers() {
      flag.raise();
    }

    @Actor
    public void first(ZZ_Result result) {
      result.r1 = flag.claim();
    }

    @Actor
    public void second(ZZ_Result result) {
      result.r2 = flag.claim();
    }
  }

  /** The carrier parks for want of a continuation, as {@link Continuations} has it. */
  @JCStressTest
  @Outcome(id = "true", expect = ACCEPTABLE, desc = "ran the continuation")
  @Outcome(id = "false", expect = FORBIDDEN, desc = "lost it; one that never wakes hangs the test")
  @State
  public static class CarrierAgainstUnpark {

    private final Continuations continuations = new Continuations(2, Runnable::run);
    private boolean ran;

    @Actor
    public void carrier(Z_Result result) {
      Runnable continuation;
      while ((continuation = continuations.poll()) == null) {
        continuations.await();
      }
      continuation.run();
      result.r1 = ran;
    }

    @Actor
    public void unparker() {
      continuations.add(() -> ran = true);
    }
  }
}
