// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.internal.loop.LoopTask;
import dev.culebra.internal.loop.RepeatingCallback;
import dev.culebra.internal.loop.Waitable;
import dev.culebra.internal.loop.Watch;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import org.jspecify.annotations.Nullable;

/**
 * Tells whoever waits for a source that it is ready: in each direction one task, or one callback, which
 * share one registration with those of the other direction.
 *
 * <p>A task that was served leaves the interest in reading in place, since it mostly waits again soon:
 * in the steady state a request costs no change of the registration. If data comes and nobody waits, it is
 * dropped then. Cancelled waits and removed callbacks leave nothing behind.
 */
final class SourceWatch extends Watch {

  private final Pollable source;
  private final Direction reading = new Direction(Poller.READ);
  private final Direction writing = new Direction(Poller.WRITE);
  private int interest;
  private boolean closed;

  SourceWatch(SocketLoop loop, Pollable source) {
    super(loop);
    this.source = source;
  }

  /** Who waits for readiness of one kind. */
  private static final class Direction implements Waitable {

    final int bit;

    @Nullable LoopTask<?> task;

    @Nullable RepeatingCallback callback;

    Direction(int bit) {
      this.bit = bit;
    }

    /** Whether anybody was told. */
    boolean tell() {
      if (task != null) {
        task.wake();
      } else if (callback != null) {
        callback.enqueue();
      } else {
        return false;
      }
      return true;
    }

    @Override
    public boolean cancelWait(LoopTask<?> cancelled, @Nullable String message) {
      return false;
    }

    @Override
    public String toString() {
      return bit == Poller.READ ? "receives or accepts" : "sends or connects";
    }
  }

  private Direction direction(int bit) {
    return bit == Poller.READ ? reading : writing;
  }

  // ---- tasks

  /**
   * Parks the calling task until the source may be ready.
   *
   * @throws AsynchronousCloseException if it is closed meanwhile
   */
  void await(int bit) throws IOException {
    LoopTask<?> task = loop.requireTask();
    Direction direction = direction(bit);
    boolean ready = false;
    want(bit);
    direction.task = task;
    try {
      task.parkOn(direction);
      ready = true;
    } finally {
      direction.task = null;
      if (!ready || bit == Poller.WRITE) {
        drop(bit);
      }
    }
    if (closed) {
      throw new AsynchronousCloseException();
    }
  }

  /** Refuses a second task, or a task beside a callback. */
  void requireNobody(int bit) {
    Direction direction = direction(bit);
    if (direction.task != null) {
      throw new IllegalStateException(
          "another task " + direction + " at this socket; one at a time does");
    }
    if (direction.callback != null) {
      throw new IllegalStateException("a callback watches this socket: call "
          + (bit == Poller.READ ? "removeReader" : "removeWriter") + " before a task "
          + direction);
    }
  }

  /** Whether a task or a callback waits in either direction. */
  boolean isAwaited() {
    return reading.task != null
        || writing.task != null
        || reading.callback != null
        || writing.callback != null;
  }

  // ---- callbacks

  /** Has a callback told, in the place of the one that was there. */
  void setCallback(int bit, Runnable action) throws IOException {
    Direction direction = direction(bit);
    if (direction.task != null) {
      throw new IllegalStateException("a task " + direction + " at this socket");
    }
    RepeatingCallback callback = loop.newRepeatingCallback(action);
    if (direction.callback != null) {
      direction.callback.cancel();
      direction.callback = null;
      unregister(); // the number may be another file's by now, which the kernel does not watch
    }
    want(bit);
    direction.callback = callback;
  }

  /** Returns whether there was one. */
  boolean removeCallback(int bit) {
    Direction direction = direction(bit);
    RepeatingCallback callback = direction.callback;
    if (callback == null) {
      return false;
    }
    direction.callback = null;
    callback.cancel();
    drop(bit);
    return true;
  }

  // ---- the registration

  private void want(int bits) throws IOException {
    int wanted = interest | bits | awaited();
    if (interest == 0) {
      loop.poller().register(source, wanted, this);
    } else if (wanted != interest) {
      loop.poller().modify(source, wanted);
    }
    interest = wanted;
  }

  private int awaited() {
    return (reading.task != null || reading.callback != null ? Poller.READ : 0)
        | (writing.task != null || writing.callback != null ? Poller.WRITE : 0);
  }

  private void drop(int bit) {
    int left = interest & ~bit;
    if (left == interest || closed) {
      return;
    }
    if (left == 0) {
      unregister();
      return;
    }
    try {
      loop.poller().modify(source, left);
      interest = left;
    } catch (IOException e) {
      unregister(); // who still waits is told, and finds out by what it does next
      reading.tell();
      writing.tell();
    }
  }

  private void unregister() {
    if (interest != 0) {
      loop.poller().deregister(source);
      interest = 0;
    }
  }

  /** Gives the source up, for somebody else to register. */
  void release() {
    unregister();
    closed = true;
  }

  /** Closes the source, and ends all waits for it. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    interest = 0;
    source.close();
    for (Direction direction : new Direction[] {reading, writing}) {
      if (direction.callback != null) {
        direction.callback.cancel();
        direction.callback = null;
      }
      direction.tell();
    }
  }

  // ---- events

  @Override
  protected void becameReady(int readiness) {
    int unheard = readiness;
    if ((unheard & Poller.READ) != 0 && reading.tell()) {
      unheard &= ~Poller.READ;
    }
    if ((unheard & Poller.WRITE) != 0 && writing.tell()) {
      unheard &= ~Poller.WRITE;
    }
    if (unheard != 0) {
      super.becameReady(unheard);
    }
  }

  @Override
  protected void onReadable() {
    dropUnlessAwaited(Poller.READ);
  }

  @Override
  protected void onWritable() {
    dropUnlessAwaited(Poller.WRITE);
  }

  private void dropUnlessAwaited(int bit) {
    if ((awaited() & bit) == 0) {
      drop(bit);
    }
  }

  @Override
  protected void broken(Throwable thrown) {
    close();
  }

  @Override
  public String toString() {
    return "Watch[" + source + "]";
  }
}
