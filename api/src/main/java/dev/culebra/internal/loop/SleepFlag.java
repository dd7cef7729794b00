// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.spi.AnyThread;
import dev.culebra.spi.LoopThread;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells whoever brings work whether its receiver has to be woken, so that a wake-up costs at most one
 * system call for each sleep.
 *
 * <p>The receiver raises the flag, then looks for work once more; a thread that brings work adds it, then
 * looks at the flag. Whoever comes second sees the other:
 *
 * <pre>
 *   receiver                              another thread
 *   raise()                               inbox.offer(work)
 *   inbox.mayHaveWork()? do not sleep     claim()? wake the receiver
 *   sleep; lower()
 * </pre>
 *
 * <pre>
 *   look finds work   claim() worked   then
 *   yes               no               the receiver did not sleep, and takes the work
 *   yes               yes              the same; a wake-up too many, which ends the next sleep at once
 *   no                yes              the receiver sleeps, and is woken
 *   no                no               never: the work would wait for another wake-up
 * </pre>
 *
 * <p>The last line is what {@link Inbox#mayHaveWork} is for: {@code isEmpty()} would allow it.
 */
final class SleepFlag {

  private final AtomicBoolean raised = new AtomicBoolean();

  @LoopThread
  void raise() {
    raised.set(true);
  }

  @LoopThread
  void lower() {
    raised.set(false);
  }

  /** Whether the caller, and nobody else, has to wake the receiver. */
  @AnyThread
  boolean claim() {
    return raised.get() && raised.compareAndSet(true, false);
  }
}
