// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Awaitable;
import dev.culebra.Handle;
import dev.culebra.Timeout;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Cancels the task that runs a body when its time has come: asyncio's {@code Timeout}. */
public final class TimeLimit implements Timeout {

  private enum State {
    CREATED,
    ENTERED,
    EXPIRING,
    EXPIRED,
    EXITED
  }

  private final SelectorLoop loop;
  private State state = State.CREATED;
  private @Nullable Duration when;
  private @Nullable Handle timer;
  private @Nullable LoopTask<?> task;

  private TimeLimit(SelectorLoop loop, @Nullable Duration when) {
    this.loop = loop;
    this.when = when;
  }

  /** A limit at a time on the loop's clock, or none. */
  public static TimeLimit at(SelectorLoop loop, @Nullable Duration when) {
    return new TimeLimit(loop, when);
  }

  /** A limit that counts from now, or none. */
  public static TimeLimit after(SelectorLoop loop, @Nullable Duration delay) {
    return new TimeLimit(loop, delay == null ? null : plus(loop.time(), delay));
  }

  private static Duration plus(Duration now, Duration delay) {
    try {
      return now.plus(delay);
    } catch (ArithmeticException e) {
      return delay; // for ever
    }
  }

  @Override
  public <T extends @Nullable Object> T run(Awaitable<T> body) throws TimeoutException, Exception {
    Objects.requireNonNull(body, "body");
    LoopTask<?> runner = enter();
    int cancellingBefore = runner.cancelling();
    T result;
    try {
      result = body.await();
    } catch (Throwable t) {
      throw Rethrow.<Exception>sneaky(exitAfter(t, runner, cancellingBefore));
    }
    if (exit()) {
      runner.uncancel();
    }
    return result;
  }

  private LoopTask<?> enter() {
    if (state != State.CREATED) {
      throw new IllegalStateException(
          "this Timeout has run a body already: make one for each, by timeout()");
    }
    LoopTask<?> runner = loop.requireTask();
    task = runner;
    state = State.ENTERED;
    schedule();
    return runner;
  }

  /** What leaves the body, if this is what the body threw. */
  private Throwable exitAfter(Throwable thrown, LoopTask<?> runner, int cancellingBefore) {
    boolean cancellation = runner.isCancellation(thrown);
    if (!exit() || runner.uncancel() > cancellingBefore) {
      return thrown;
    }
    TimeoutException timeout = new TimeoutException("the time limit has passed");
    if (cancellation) {
      timeout.initCause(thrown);
      return timeout;
    }
    thrown.addSuppressed(timeout);
    return thrown;
  }

  /** The body has ended. Returns whether this had cancelled it. */
  private boolean exit() {
    cancelTimer();
    boolean expired = state == State.EXPIRING;
    state = expired ? State.EXPIRED : State.EXITED;
    return expired;
  }

  @Override
  public @Nullable Duration when() {
    return when;
  }

  @Override
  public void reschedule(@Nullable Duration newWhen) {
    switch (state) {
      case ENTERED -> {
        when = newWhen;
        cancelTimer();
        schedule();
      }
      case CREATED ->
        throw new IllegalStateException(
            "this Timeout does not run a body yet: reschedule it from within the body");
      default ->
        throw new IllegalStateException("cannot reschedule a Timeout that is " + describeState());
    }
  }

  private void schedule() {
    if (when != null) {
      timer = when.compareTo(loop.time()) <= 0
          ? loop.callSoon(this::timeHasCome)
          : loop.callAt(when, this::timeHasCome);
    }
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void timeHasCome() {
    timer = null;
    state = State.EXPIRING;
    Objects.requireNonNull(task, "a body that runs has a task").cancel();
  }

  @Override
  public boolean expired() {
    return state == State.EXPIRING || state == State.EXPIRED;
  }

  private String describeState() {
    return state == State.EXITED ? "over" : state.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return "Timeout["
        + describeState()
        + (state == State.ENTERED && when != null ? ", when=" + when : "")
        + "]";
  }
}
