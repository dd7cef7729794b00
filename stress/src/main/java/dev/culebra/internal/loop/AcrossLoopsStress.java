// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import static dev.culebra.Asyncio.runCoroutineThreadsafe;
import static dev.culebra.Asyncio.wrapFuture;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.culebra.LoopFuture;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** Checks that a task which waits is woken by what other threads do, on a real loop. */
public final class AcrossLoopsStress {

  private AcrossLoopsStress() {}

  /** A task on one loop asks a task on the other, each loop on a thread of its own. */
  @JCStressTest
  @Outcome(id = "42, false", expect = ACCEPTABLE, desc = "the answer came")
  @Outcome(expect = FORBIDDEN, desc = "a wake-up was lost")
  @State
  public static class FuturesOnCarriers extends Futures {
    /** Makes the loops. */
    public FuturesOnCarriers() {
      super(StubPoller.newLoop(), StubPoller.newLoop());
    }

    @Actor
    public void asker(IZ_Result result) {
      ask(result);
    }

    @Actor
    public void answerer() {
      answer();
    }
  }

  /** The same where the loops wait as virtual threads. */
  @JCStressTest
  @Outcome(id = "42, false", expect = ACCEPTABLE, desc = "the answer came")
  @Outcome(expect = FORBIDDEN, desc = "a wake-up was lost")
  @State
  public static class FuturesOnVirtualThreads extends Futures {
    /** Makes the loops. */
    public FuturesOnVirtualThreads() {
      super(StubPoller.newLoopThatParks(), StubPoller.newLoopThatParks());
    }

    @Actor
    public void asker(IZ_Result result) {
      ask(result);
    }

    @Actor
    public void answerer() {
      answer();
    }
  }

  /** A question and an answer, each a future completed from the other loop. */
  abstract static class Futures {

    private final SelectorLoop asking;
    private final SelectorLoop answering;
    private final LoopFuture<Integer> question;
    private final LoopFuture<Integer> answer;

    Futures(SelectorLoop asking, SelectorLoop answering) {
      this.asking = asking;
      this.answering = answering;
      question = answering.createFuture();
      answer = asking.createFuture();
    }

    final void ask(IZ_Result result) {
      result.r1 = StubPoller.run(asking, () -> {
        answering.callSoonThreadsafe(() -> question.setResult(21));
        return answer.await();
      });
      result.r2 = StubPoller.wakeUpLost(asking);
      asking.close();
    }

    final void answer() {
      StubPoller.run(answering, () -> {
        int asked = question.await();
        asking.callSoonThreadsafe(() -> answer.setResult(2 * asked));
        return asked;
      });
      answering.close();
    }
  }

  /** A task on one loop awaits a body on the other, by way of the JDK's futures. */
  @JCStressTest
  @Outcome(id = "42, false", expect = ACCEPTABLE, desc = "the answer came")
  @Outcome(expect = FORBIDDEN, desc = "a wake-up was lost")
  @State
  public static class Coroutines {

    private final SelectorLoop asking = StubPoller.newLoop();
    private final SelectorLoop answering = StubPoller.newLoop();
    private final LoopFuture<Integer> end = answering.createFuture();

    @Actor
    public void asker(IZ_Result result) {
      result.r1 = StubPoller.run(asking, () -> {
        int answer = wrapFuture(runCoroutineThreadsafe(() -> 42, answering)).await();
        answering.callSoonThreadsafe(() -> end.setResult(answer));
        return answer;
      });
      result.r2 = StubPoller.wakeUpLost(asking);
      asking.close();
    }

    @Actor
    public void answerer() {
      StubPoller.run(answering, end);
      answering.close();
    }
  }

  /** A task awaits a future of the JDK's, which another thread completes. */
  @JCStressTest
  @Outcome(id = "42, false", expect = ACCEPTABLE, desc = "the result came")
  @Outcome(expect = FORBIDDEN, desc = "a wake-up was lost")
  @State
  public static class WrappedFuture {

    private final SelectorLoop loop = StubPoller.newLoop();
    private final CompletableFuture<Integer> future = new CompletableFuture<>();

    @Actor
    public void loop(IZ_Result result) {
      result.r1 = StubPoller.run(loop, () -> wrapFuture(future).await());
      result.r2 = StubPoller.wakeUpLost(loop);
      loop.close();
    }

    @Actor
    public void completer() {
      future.complete(42);
    }
  }

  /** What a thread shows to itself of a loop's future is done when the loop is closed. */
  @JCStressTest
  @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "the body ran")
  @Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "the close cancelled it")
  @Outcome(id = "false, 0", expect = ACCEPTABLE, desc = "refused")
  @Outcome(expect = FORBIDDEN, desc = "never done, or refused and run")
  @State
  public static class SubmitAgainstClose {

    private final SelectorLoop loop = StubPoller.newLoop();
    private @Nullable CompletableFuture<Integer> shown;
    private int runs;

    public SubmitAgainstClose() {
      loop.setExceptionHandler((where, context) -> {}); // a task that is destroyed is no news here
    }

    @Actor
    public void loop() {
      for (int iterations = 0; iterations < 3; iterations++) {
        loop.stop();
        loop.runForever();
      }
      loop.close();
    }

    @Actor
    public void caller() {
      try {
        shown = runCoroutineThreadsafe(() -> ++runs, loop);
      } catch (IllegalStateException e) {
        shown = null;
      }
    }

    @Arbiter
    public void after(ZI_Result result) {
      CompletableFuture<Integer> future = shown;
      result.r1 = future != null;
      result.r2 = future != null && !future.isDone() ? -1 : runs;
    }
  }

  /** A task blocks outside the loop, and a thread that knows no loop unblocks it. */
  @JCStressTest
  @Outcome(id = "1, false", expect = ACCEPTABLE, desc = "went on")
  @Outcome(expect = FORBIDDEN, desc = "a wake-up was lost")
  @State
  public static class UnparkTask {

    private final SelectorLoop loop = StubPoller.newLoop();
    private final Blocked blocked = new Blocked();

    @Actor
    public void loop(IZ_Result result) {
      result.r1 = StubPoller.run(loop, blocked::await);
      result.r2 = StubPoller.wakeUpLost(loop);
      loop.close();
    }

    @Actor
    public void unparker() {
      blocked.unblock();
    }
  }

  /** The same for a callback: with it, the loop's own thread is parked, and the carrier is idle. */
  @JCStressTest
  @Outcome(id = "1, false", expect = ACCEPTABLE, desc = "went on")
  @Outcome(
      expect = FORBIDDEN,
      desc = "a wake-up was lost; a carrier that never wakes hangs the test")
  @State
  public static class UnparkCallback {

    private final SelectorLoop loop = StubPoller.newLoop();
    private final Blocked blocked = new Blocked();

    @Actor
    public void loop(IZ_Result result) {
      loop.callSoon(() -> result.r1 = blocked.await());
      loop.stop();
      loop.runForever();
      result.r2 = StubPoller.wakeUpLost(loop);
      loop.close();
    }

    @Actor
    public void unparker() {
      blocked.unblock();
    }
  }

  private static final class Blocked {

    private volatile @Nullable Thread thread;
    private volatile boolean unblocked;

    int await() {
      thread = Thread.currentThread();
      while (!unblocked) {
        LockSupport.park(this);
      }
      return 1;
    }

    void unblock() {
      unblocked = true;
      LockSupport.unpark(thread);
    }
  }
}
