// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.spi.AnyThread;
import java.io.IOException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import org.jspecify.annotations.Nullable;

/**
 * Runs a loop on a platform thread, and notices interrupts of the thread that called for that.
 *
 * <p>A platform thread that calls carries the loop itself, and cannot notice by its interrupt status: a
 * virtual thread that it carries has a status of its own, and the JVM clears the carrier's whenever one
 * is mounted or unmounted; and a native wait does not end for it. But the JVM tells an interruptible
 * channel that the interrupted thread is in, so such a thread is in one, {@link Watch}, all the time.
 * The hazard is that a thread can be in one channel only: a blocking operation of a callback's on
 * another, or the selection of a selector, takes it out of ours. Therefore it {@link #watch}es again
 * when it has polled and before it waits otherwise, and an interrupt that came meanwhile shows in the
 * status then.
 *
 * <p>{@link Thread#interrupt} sets the status first and tells the channel afterwards, which may be a
 * while. Whoever clears the status in between must not leave our channel before it has been told: a
 * selector would be woken in its place, find no status, and wait on. So {@link #cleared} waits for it.
 *
 * <p>Nothing can wait for it where the JVM itself clears the status in just that while, on a carrier that
 * also selects. There the caller waits for a platform thread made for the loop, and is interrupted in
 * that wait; and so it is where the caller is a virtual thread.
 */
final class Interrupts {

  /** How long an interrupting thread may take to tell; it is the time of two method calls. */
  private static final long TELLING_NANOS = 100_000_000;

  /** What to do at once, besides setting the caller's status when the run has ended. */
  private volatile @Nullable Runnable listener;

  private volatile boolean noted;
  private @Nullable Watch watch;

  @AnyThread
  void setListener(@Nullable Runnable newListener) {
    listener = newListener;
  }

  @AnyThread
  private void note() {
    noted = true;
    Runnable told = listener;
    if (told != null) {
      told.run();
    }
  }

  /**
   * Runs a body on a platform thread; an interrupt of the caller stands again when it has ended.
   *
   * @param selectsOnCarrier whether that thread both carries virtual threads and selects
   */
  void during(boolean selectsOnCarrier, Runnable body) {
    noted = false;
    try {
      if (selectsOnCarrier || Thread.currentThread().isVirtual()) {
        onThreadOfItsOwn(body);
      } else {
        watched(body);
      }
    } finally {
      if (noted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void onThreadOfItsOwn(Runnable body) {
    Throwable[] thrown = new Throwable[1];
    Thread thread = Thread.ofPlatform()
        .name("culebra-carrier")
        .uncaughtExceptionHandler((t, e) -> thrown[0] = e)
        .start(body);
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        note();
      }
    }
    if (thrown[0] != null) {
      throw Rethrow.<RuntimeException>sneaky(thrown[0]);
    }
  }

  // ---- on the platform thread, while no virtual thread is mounted

  private void watched(Runnable body) {
    watch = new Watch();
    watch();
    try {
      body.run();
    } finally {
      watch(); // for an interrupt that came while the thread was in another channel
      Watch last = watch;
      watch = null;
      last.leave();
    }
  }

  /**
   * Takes note of an interrupt that stands, clears it, and watches out for the next one.
   *
   * <p>One that is found standing may be about to be told as well: therefore the channel that was told
   * stays until the next call, and two within that time are one, as they would be in a status.
   */
  void watch() {
    Watch current = watch;
    if (current != null) {
      if (current.isTold()) {
        current = new Watch();
        watch = current;
      }
      current.enter();
      if (Thread.interrupted()) {
        cleared();
      }
    }
  }

  /** To be called by whoever has cleared the status, and found it set, while it was watched. */
  void cleared() {
    Watch current = watch;
    if (current != null) {
      current.awaitNoted();
    }
  }

  /** Watches out for the next interrupt if there was one. */
  void watchAgainIfTold() {
    Watch current = watch;
    if (current != null && current.isTold()) {
      watch();
    }
  }

  /** The channel that the thread is in; an interrupt closes it, which happens once. */
  private final class Watch extends AbstractInterruptibleChannel {

    private volatile boolean hasNoted;

    void enter() {
      begin();
    }

    boolean isTold() {
      return !isOpen();
    }

    /** Bounded, since the interrupting thread may be a virtual one that waits to be carried by this one. */
    @SuppressWarnings("ThreadPriorityCheck") // the yield only spares the processor
    void awaitNoted() {
      long startNanos = System.nanoTime();
      while (!hasNoted && System.nanoTime() - startNanos < TELLING_NANOS) {
        Thread.yield();
      }
      try {
        close();
      } catch (IOException e) {
        throw new AssertionError(e); // implCloseChannel throws none
      }
    }

    @Override
    protected void implCloseChannel() {
      note();
      hasNoted = true;
    }

    void leave() {
      try {
        end(true);
      } catch (IOException e) {
        // it was interrupted, which is noted
      }
    }
  }
}
