// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Checks {@code callSoonThreadsafe} against a real loop that runs, ends and closes. */
public final class CallSoonThreadsafeStress {

  private CallSoonThreadsafeStress() {}

  private static final int BEFORE = 0;
  private static final int DURING = 1;
  private static final int REFUSED = 2;
  private static final int AFTER_CLOSE = 100;

  /** The loop's last iteration and its close. */
  @JCStressTest
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "accepted before the last iteration, and ran")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "accepted meanwhile, and ran")
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "accepted meanwhile, dropped by the close")
  @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "refused")
  @Outcome(expect = FORBIDDEN, desc = "lost, refused but run, run twice or after the close")
  @State
  public static class AgainstClose {

    private final SelectorLoop loop = StubPoller.newLoop();
    private volatile boolean accepted;
    private boolean acceptedBefore;
    private boolean refused;
    private int runs;

    @Actor
    public void loop() {
      acceptedBefore = accepted;
      loop.stop(); // runs one iteration
      loop.runForever();
      loop.close();
    }

    @Actor
    public void caller() {
      try {
        loop.callSoonThreadsafe(() -> runs += loop.isClosed() ? AFTER_CLOSE : 1);
        accepted = true;
      } catch (IllegalStateException e) {
        refused = true;
      }
    }

    @Arbiter
    public void after(II_Result result) {
      result.r1 = refused ? REFUSED : acceptedBefore ? BEFORE : DURING;
      result.r2 = runs;
    }
  }

  /** Who knows that the loop is closed is refused. */
  @JCStressTest
  @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "after the close: refused")
  @Outcome(id = "false, .*", expect = ACCEPTABLE, desc = "meanwhile: refused or dropped")
  @Outcome(id = "true, false", expect = FORBIDDEN, desc = "accepted after the close")
  @State
  public static class AfterClose {

    private final SelectorLoop loop = StubPoller.newLoop();
    private volatile boolean closed;

    @Actor
    public void loop() {
      loop.close();
      closed = true;
    }

    @Actor
    public void caller(ZZ_Result result) {
      result.r1 = closed;
      try {
        loop.callSoonThreadsafe(() -> {});
      } catch (IllegalStateException e) {
        result.r2 = true;
      }
    }
  }
}
