// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.timers;

import java.time.Duration;
import java.util.SplittableRandom;

/** How long a timer takes, as either kind of API wants to be told: a constant in most programs. */
record Delay(long nanos, Duration duration) {

  static Delay of(long nanos) {
    return new Delay(nanos, Duration.ofNanos(nanos));
  }

  /** A random one from one bound to the other. */
  static Delay between(Duration least, Duration most, SplittableRandom random) {
    return of(random.nextLong(least.toNanos(), most.toNanos()));
  }
}
