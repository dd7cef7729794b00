// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.spi.Poller;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Polls once, in a thread of its own. */
final class Aside implements AutoCloseable {

  private final Poller poller;
  private final Thread thread;
  private final long patienceNanos;
  private final Recorder recorder = new Recorder();
  private volatile long elapsedNanos;
  private volatile boolean interrupted;
  private volatile @Nullable Throwable failure;

  Aside(Thread.Builder builder, Poller poller, long timeoutNanos, long patienceNanos) {
    this.poller = poller;
    this.patienceNanos = patienceNanos;
    thread = builder.name("poll-aside").start(() -> poll(timeoutNanos));
  }

  private void poll(long timeoutNanos) {
    long startNanos = System.nanoTime();
    try {
      poller.poll(timeoutNanos, recorder);
    } catch (Throwable e) {
      failure = e;
    }
    elapsedNanos = System.nanoTime() - startNanos;
    interrupted = Thread.interrupted();
  }

  Thread thread() {
    return thread;
  }

  /** Waits until the poll waits. */
  void awaitWaiting() {
    long startNanos = System.nanoTime();
    while (thread.getState() != Thread.State.WAITING) {
      assertTrue(thread.isAlive(), "missing: a wait, for the poll has ended");
      assertTrue(System.nanoTime() - startNanos < patienceNanos, "missing: a wait of the poll");
      Thread.onSpinWait();
    }
  }

  /** Waits until the poll has returned. */
  Recorder end() {
    join();
    assertFalse(thread.isAlive(), "missing: the end of the poll");
    if (failure != null) {
      throw new AssertionError("the poll failed", failure);
    }
    return recorder;
  }

  /** How long the poll took, once it has ended. */
  long elapsedNanos() {
    return elapsedNanos;
  }

  /** Whether the thread was interrupted when the poll had ended. */
  boolean isInterrupted() {
    return interrupted;
  }

  /** Ends a poll that a failed test has left behind, so that its poller can be closed. */
  @Override
  public void close() {
    if (thread.isAlive()) {
      poller.wakeup();
      join();
    }
  }

  private void join() {
    try {
      thread.join(TimeUnit.NANOSECONDS.toMillis(patienceNanos) + 1);
    } catch (InterruptedException e) {
      throw new AssertionError("the test was given up", e);
    }
  }
}
