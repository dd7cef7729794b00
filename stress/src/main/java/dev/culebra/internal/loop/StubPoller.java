// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Awaitable;
import dev.culebra.internal.net.SocketLoop;
import dev.culebra.spi.Availability;
import dev.culebra.spi.Backend;
import dev.culebra.spi.DgramSocket;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import dev.culebra.spi.ReadySink;
import dev.culebra.spi.StreamSocket;
import java.net.ProtocolFamily;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Waits for wake-ups alone and costs no descriptor, so that each sample has a loop of its own. A wake-up
 * that is lost does not hang the test: the wait is bounded, and {@link #wakeUpLost} tells.
 */
final class StubPoller implements Poller {

  /** Nothing takes as long as this but what is lost. */
  static final long LOST_MILLIS = 10_000;

  private final Semaphore wakeUps = new Semaphore(0);
  private volatile boolean wakeUpLost;

  /** A loop that waits on its carrier, as on NIO. */
  static SelectorLoop newLoop() {
    return SocketLoop.open(new StubBackend(false));
  }

  /** A loop that waits on its virtual thread, as on epoll; here the wait parks it, and its carrier. */
  static SelectorLoop newLoopThatParks() {
    return SocketLoop.open(new StubBackend(true));
  }

  static boolean wakeUpLost(SelectorLoop loop) {
    return ((StubPoller) loop.poller()).wakeUpLost;
  }

  /** Runs a body that throws nothing: JCStress knows no checked exceptions. */
  static <T> T run(SelectorLoop loop, Awaitable<T> body) {
    try {
      return loop.runUntilComplete(body);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public int poll(long timeoutNanos, ReadySink sink) {
    if (timeoutNanos != 0) {
      try {
        wakeUpLost |= !wakeUps.tryAcquire(LOST_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        throw new AssertionError("nobody interrupts a loop here", e);
      }
    }
    wakeUps.drainPermits();
    return 0;
  }

  @Override
  public void wakeup() {
    wakeUps.release();
  }

  @Override
  public void close() {}

  @Override
  public void register(Pollable source, int interest, Object attachment) {
    throw new UnsupportedOperationException("no sockets here");
  }

  @Override
  public void modify(Pollable source, int interest) {
    throw new UnsupportedOperationException("no sockets here");
  }

  @Override
  public void deregister(Pollable source) {
    throw new UnsupportedOperationException("no sockets here");
  }

  @Override
  public StreamSocket openStream(ProtocolFamily family) {
    throw new UnsupportedOperationException("no sockets here");
  }

  @Override
  public DgramSocket openDatagram(ProtocolFamily family) {
    throw new UnsupportedOperationException("no sockets here");
  }

  @Override
  public ListenerSocket openListener(ProtocolFamily family) {
    throw new UnsupportedOperationException("no sockets here");
  }

  @Override
  public StreamSocket adopt(StreamSocket stream) {
    throw new UnsupportedOperationException("no sockets here");
  }

  private record StubBackend(boolean waitsOnVirtualThreads) implements Backend {

    @Override
    public String name() {
      return "stub";
    }

    @Override
    public int preference() {
      return 0;
    }

    @Override
    public Availability availability() {
      return Availability.yes("always");
    }

    @Override
    public Poller openPoller() {
      return new StubPoller();
    }
  }
}
