// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.timers;

import java.util.concurrent.CountDownLatch;

/** Waits for another thread, where nobody interrupts. */
final class Waiting {

  private Waiting() {}

  static void on(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted in a benchmark", e);
    }
  }
}
