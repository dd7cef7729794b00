// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.spi.AnyThread;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;

/** Tells a loop's time, and turns durations into deadlines on it. */
@AnyThread
final class LoopTime {

  private final LongSupplier nanos;
  private final long originNanos;

  LoopTime(LongSupplier nanos) {
    this.nanos = nanos;
    this.originNanos = nanos.getAsLong();
  }

  long now() {
    return nanos.getAsLong();
  }

  /** A time of this clock, as its user sees it. */
  Duration sinceOrigin(long timeNanos) {
    return Duration.ofNanos(timeNanos - originNanos);
  }

  long deadlineAt(Duration when) {
    return originNanos + toNanos(when);
  }

  long deadlineAfter(Duration delay) {
    return now() + toNanos(delay);
  }

  /** Some 146 years is for ever, and 73 long ago: no two deadlines' difference overflows. */
  static long toNanos(Duration duration) {
    Objects.requireNonNull(duration, "duration: how long, or when, must be told");
    try {
      return Math.clamp(duration.toNanos(), Long.MIN_VALUE / 4, Long.MAX_VALUE / 2);
    } catch (ArithmeticException e) {
      return duration.isNegative() ? Long.MIN_VALUE / 4 : Long.MAX_VALUE / 2;
    }
  }
}
