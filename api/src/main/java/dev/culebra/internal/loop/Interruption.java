// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.KeyboardInterruptException;
import dev.culebra.spi.AnyThread;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Cancels the main task of one run when SIGINT comes, or when the thread that waits in it is interrupted,
 * and tells afterwards what that has led to.
 *
 * <p>SIGINT goes to one run at a time, the first. Others that run beside it have no part in it.
 */
final class Interruption {

  private static final AtomicBoolean SIGINT_TAKEN = new AtomicBoolean();

  private final SelectorLoop loop;
  private final LoopTask<?> main;
  private final AtomicInteger sigints = new AtomicInteger();
  private Signals.@Nullable Handling handling;

  // ---- touched by the loop, and by the thread in run() before and after

  private int cancels;
  private boolean cancelledBySigint;

  Interruption(SelectorLoop loop, LoopTask<?> main) {
    this.loop = loop;
    this.main = main;
  }

  /** Handles what comes, from now until {@link #end}. */
  void begin(boolean handleSigint) {
    if (handleSigint && SIGINT_TAKEN.compareAndSet(false, true)) {
      handling = Signals.inPlaceOfJvm("INT", this::sigint);
      if (handling == null) {
        SIGINT_TAKEN.set(false);
      }
    }
    loop.interrupts.setListener(() -> cancelMain("interrupted", false));
  }

  @AnyThread
  private void sigint(Signals.Handling sigint) {
    if (sigints.incrementAndGet() == 1) {
      cancelMain(null, true);
    } else {
      sigint.passOn();
    }
  }

  @AnyThread
  private void cancelMain(@Nullable String message, boolean bySigint) {
    loop.callSoonOutOfTurn(() -> {
      if (main.cancel(message)) {
        cancels++;
        cancelledBySigint |= bySigint;
      }
    });
  }

  /**
   * Gives back what {@link #begin} took.
   *
   * @throws KeyboardInterruptException if SIGINT came when the main task was past being cancelled
   */
  void end() {
    loop.interrupts.setListener(null);
    Signals.Handling sigint = handling;
    if (sigint != null) {
      sigint.end();
      SIGINT_TAKEN.set(false);
      boolean came = sigints.getAndSet(1) > 0; // one that is on its way goes to the JVM
      if (came && !cancelledBySigint) {
        throw keyboardInterrupt(sigint);
      }
    }
  }

  /** What {@code run} throws when the main task has been cancelled, after {@link #end}. */
  Exception outcomeOf(CancellationException cancellation) {
    if (cancels == 0 || !isWithdrawn()) {
      return cancellation;
    }
    Exception outcome;
    if (handling != null && cancelledBySigint) {
      outcome = keyboardInterrupt(handling);
    } else {
      Thread.interrupted(); // the exception tells it
      outcome = new InterruptedException("interrupted: the main task was cancelled");
    }
    outcome.initCause(cancellation);
    return outcome;
  }

  /** Takes back what was requested here; false if somebody else has requested it as well. */
  private boolean isWithdrawn() {
    int left = 0;
    for (int i = 0; i < cancels; i++) {
      left = main.uncancel();
    }
    return left == 0;
  }

  private static KeyboardInterruptException keyboardInterrupt(Signals.Handling sigint) {
    UncaughtSigint.watch(Thread.currentThread(), sigint);
    return new KeyboardInterruptException();
  }
}
