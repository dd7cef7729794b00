// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.spi.LoopThread;

/** Counts what goes on elsewhere and will come back to the loop: executors' jobs, look-ups of names. */
@LoopThread
public final class JobsOutside {

  private final LoopClock clock;
  private int count;

  JobsOutside(LoopClock clock) {
    this.clock = clock;
  }

  public void begins() {
    count++;
    clock.hold();
  }

  /** It has come back, or nobody waits for it any more. */
  public void ends() {
    count--;
    clock.release();
  }

  boolean any() {
    return count > 0;
  }
}
