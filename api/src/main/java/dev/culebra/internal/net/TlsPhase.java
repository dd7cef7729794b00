// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.TimerHandle;
import dev.culebra.internal.loop.Watch;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Has a socket to itself for a time in which TLS talks and no application does: a handshake or a close.
 */
abstract class TlsPhase extends Watch {

  final SocketLoop sockets;
  private final Pollable source;
  private boolean hasSocket;
  private boolean registered;
  private int interest;
  private boolean ended;
  private @Nullable TimerHandle timer;

  TlsPhase(SocketLoop sockets, TlsSocket socket) {
    super(sockets);
    this.sockets = sockets;
    this.source = socket.source();
  }

  /** Whether nobody else may watch, read or write the socket. */
  final boolean hasSocket() {
    return hasSocket && !ended;
  }

  final boolean ended() {
    return ended;
  }

  /** Takes the socket, which is not registered, and goes as far as it can. */
  final void takeSocket() {
    if (!hasSocket) {
      hasSocket = true;
      begin();
      goOn();
    }
  }

  void begin() {}

  /** Goes as far as it can, or ends this phase. */
  final void goOn() {
    if (ended) {
      return;
    }
    try {
      int wanted = proceed();
      if (!ended) {
        watch(wanted);
      }
    } catch (IOException e) {
      failed(e);
    } catch (RuntimeException | Error e) {
      broken(e);
    }
  }

  /** Does what can be done now, and returns what to wait for; or ends this phase. */
  abstract int proceed() throws IOException;

  abstract void failed(Exception failure);

  /** Called once when the time of {@link #limit} is over. */
  abstract void timedOut();

  final void limit(Duration time) {
    TimerHandle earlier = timer;
    if (earlier != null) {
      earlier.cancel();
    }
    timer = sockets.callLater(time, () -> {
      if (!ended) {
        timedOut();
      }
    });
  }

  private void watch(int wanted) throws IOException {
    if (!registered) {
      if (wanted != 0) {
        loop.poller().register(source, wanted, this);
        registered = true;
      }
    } else if (wanted != interest) {
      loop.poller().modify(source, wanted);
    }
    interest = wanted;
  }

  /** Gives the socket up, unregistered. */
  final void end() {
    if (ended) {
      return;
    }
    ended = true;
    if (registered) {
      loop.poller().deregister(source);
    }
    if (timer != null) {
      timer.cancel();
    }
  }

  /** Whoever owns the connection ends it. */
  void abandon() {
    end();
  }

  @Override
  protected final void onReadable() {
    if ((interest & Poller.READ) != 0) {
      goOn();
    }
  }

  @Override
  protected final void onWritable() {
    if ((interest & Poller.WRITE) != 0) {
      goOn();
    }
  }

  @Override
  protected final void broken(Throwable thrown) {
    if (!ended) {
      failed(thrown instanceof Exception e ? e : new IOException("TLS failed", thrown));
    }
  }
}
