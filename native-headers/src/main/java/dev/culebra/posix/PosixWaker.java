// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import dev.culebra.spi.AnyThread;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Wakes a poll from any thread, by way of a descriptor that it owns.
 *
 * <p>Two races are to be survived. Of many calls between two polls only one may cost a system call, and
 * none may be lost. And a writer that was stopped just before its write must not go on with a
 * descriptor whose number {@link #close} has given back, and which may be a client's socket by then.
 * The state is one integer: {@code SIGNALLED}, {@code CLOSED}, and above them the number of writers
 * between their two steps, {@code WRITER} each.
 *
 * <pre>
 * step                     from                    to                           does
 * -----------------------  ----------------------  ---------------------------  ------------------
 * {@link #signal} begins   neither flag            SIGNALLED, one writer more   writes
 *                          SIGNALLED or CLOSED     the same                     nothing
 * {@link #signal} ends     writers, not CLOSED     one writer less              nothing
 *                          CLOSED, several writers one writer less              nothing
 *                          CLOSED, one writer      CLOSED, no writer            closes the descriptor
 * {@link #rearm}           SIGNALLED               not SIGNALLED                nothing
 * {@link #close}           CLOSED                  the same                     nothing
 *                          no writer               CLOSED                       closes the descriptor
 *                          writers                 CLOSED, as many writers      nothing
 * </pre>
 *
 * <p>The poller rearms after it has waited and before its loop looks at what the wakers left for it. A
 * waker that finds SIGNALLED set came before that, so what it left is seen.
 */
public abstract class PosixWaker {

  private static final int SIGNALLED = 1;
  private static final int CLOSED = 2;
  private static final int WRITER = 4;

  private final int fd;
  private final AtomicInteger state = new AtomicInteger();

  /**
   * Takes over a descriptor.
   *
   * @param fd what a write goes to
   */
  protected PosixWaker(int fd) {
    this.fd = fd;
  }

  /**
   * Causes an event. Cannot fail: the descriptor stays open until the last writer is done.
   *
   * @param fd the descriptor
   */
  @AnyThread
  protected abstract void write(int fd);

  /**
   * The descriptor, for the poller, which closes this.
   *
   * @return the number
   */
  public final int fd() {
    return fd;
  }

  /** Causes an event, unless one is under way already or this is closed. */
  @AnyThread
  public final void signal() {
    // The waker of the loop has just put something into a queue; the store must not be seen later
    // than the state is read, or the loop could rearm, miss the one, and sleep through the other.
    VarHandle.fullFence();
    int before;
    do {
      before = state.get();
      if ((before & (SIGNALLED | CLOSED)) != 0) {
        return;
      }
    } while (!state.compareAndSet(before, (before | SIGNALLED) + WRITER));
    write(fd);
    int after = state.addAndGet(-WRITER);
    if ((after & CLOSED) != 0 && after < WRITER) {
      Libc.close(fd);
    }
  }

  /** Lets the next {@link #signal} cause an event again. Called by the poller, which alone does so. */
  public final void rearm() {
    if ((state.get() & SIGNALLED) != 0) {
      state.getAndAdd(-SIGNALLED);
    }
  }

  /**
   * Closes the descriptor, now or when the last writer is done with it. Idempotent. Called by the
   * poller, which alone does so.
   */
  public final void close() {
    if ((state.get() & CLOSED) == 0 && state.getAndAdd(CLOSED) < WRITER) {
      Libc.close(fd);
    }
  }
}
