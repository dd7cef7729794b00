// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.loop;

import dev.culebra.bench.Measured;
import java.util.concurrent.Executor;

/** Schedules {@link Measured#BATCH} callbacks on the loop it runs on, so many at once, itself the last of them. */
final class Rounds implements Runnable {

  /** As many as a busy loop has in an iteration. */
  static final int MANY = 100;

  private final Executor loop;
  private final int atOnce;
  private final Runnable end;
  private long count;
  private final Runnable callback = this::count;

  Rounds(Executor loop, int atOnce, Runnable end) {
    this.loop = loop;
    this.atOnce = atOnce;
    this.end = end;
  }

  @Override
  public void run() {
    count++;
    if (count >= Measured.BATCH) {
      end.run();
      return;
    }
    for (int i = 1; i < atOnce; i++) {
      loop.execute(callback);
    }
    loop.execute(this);
  }

  private void count() {
    count++;
  }

  long counted() {
    return count;
  }
}
