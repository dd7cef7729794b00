// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.spi.AnyThread;
import dev.culebra.spi.LoopThread;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Queues the continuations that a carrier is to run, until the close, and hands them to others after it.
 *
 * <p>A thread that adds one looks at the flag {@code closed} afterwards; the close sets it and looks at the
 * queue afterwards. So one of the two sees the other, and nothing stays in the queue:
 *
 * <pre>
 *   adds before the close looks    close() hands it over
 *   adds after that                closed is set: add() hands it over
 *   both                           whoever swaps handingOver to true; the other leaves it to that one,
 *                                  which looks once more after it has swapped back
 * </pre>
 */
final class Continuations {

  private final Inbox<Runnable> inbox;
  private final Executor heir;
  private final SleepFlag idle = new SleepFlag();
  private final AtomicBoolean handingOver = new AtomicBoolean();
  private volatile boolean closed;

  /** Whom to unpark; written before the flag is raised, read after it is claimed. */
  private @Nullable Thread sleeper;

  /**
   * @param heir runs what is left at the close and what comes later
   */
  Continuations(int chunk, Executor heir) {
    inbox = new Inbox<>(chunk);
    this.heir = heir;
  }

  /** Queues a continuation, and unparks the carrier if it is idle. */
  @AnyThread
  void add(Runnable continuation) {
    inbox.offer(continuation);
    if (idle.claim()) {
      LockSupport.unpark(sleeper);
    }
  }

  /** What {@link #add} is followed by, when the poller has been woken too. */
  @AnyThread
  void handOverIfClosed() {
    if (closed) {
      handOver();
    }
  }

  @LoopThread
  @Nullable Runnable poll() {
    return inbox.poll();
  }

  @LoopThread
  boolean mayHaveWork() {
    return inbox.mayHaveWork();
  }

  /**
   * Parks the carrier until there is a continuation; may return before.
   *
   * @return whether an interrupt has ended it, whose status is cleared
   */
  @LoopThread
  boolean await() {
    boolean interrupted = false;
    if (mustPark()) {
      LockSupport.park(this);
      // A standing interrupt would make park a busy loop. The loop stops by its flag, not by
      // interrupts.
      interrupted = Thread.interrupted();
    }
    idle.lower();
    return interrupted;
  }

  /** Raises the flag and looks once more. */
  @LoopThread
  boolean mustPark() {
    sleeper = Thread.currentThread();
    idle.raise();
    return !inbox.mayHaveWork();
  }

  /** Leaves the continuations that wait, and those that still come, to the heir. */
  @LoopThread
  void close() {
    closed = true;
    handOver();
  }

  /** One consumer at a time; whoever finds another at it leaves its continuation to that one. */
  @AnyThread
  private void handOver() {
    while (inbox.mayHaveWork() && handingOver.compareAndSet(false, true)) {
      for (Runnable next; (next = inbox.poll()) != null; ) {
        heir.execute(next);
      }
      handingOver.set(false);
    }
  }
}
