// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.net.AsyncSocket;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Owns a backend's socket, of whichever kind, until it is closed or handed over. */
final class LoopSocket implements AsyncSocket {

  private enum Stage {
    OPEN,
    HANDED_OVER,
    CLOSED
  }

  /** So many operations in a row need not wait before others get a turn: they cost more than the turn. */
  private static final int OPERATIONS_FOR_EACH_TURN = 16;

  private final SocketLoop loop;
  private final ProtocolFamily family;
  private final Pollable source;
  private final SourceWatch watch;
  private final Runnable closer = this::close;
  private Stage stage = Stage.OPEN;
  private boolean sending;
  private boolean drained;
  private int operationsWithoutWait;

  LoopSocket(SocketLoop loop, ProtocolFamily family, Pollable source) {
    this.loop = loop;
    this.family = family;
    this.source = source;
    this.watch = new SourceWatch(loop, source);
    loop.own(closer);
  }

  /** Checks that a socket is this loop's. */
  static LoopSocket of(SocketLoop loop, AsyncSocket socket) {
    if (Objects.requireNonNull(socket, "socket") instanceof LoopSocket own && own.loop == loop) {
      return own;
    }
    throw new IllegalArgumentException(
        "another loop made the socket; open one on this loop by openSocket: " + socket);
  }

  // ---- what it is

  /** The source, if it may still be used. */
  private Pollable usable() throws ClosedChannelException {
    requireNotHandedOver();
    if (stage == Stage.CLOSED) {
      throw new ClosedChannelException();
    }
    return source;
  }

  private void requireNotHandedOver() {
    if (stage == Stage.HANDED_OVER) {
      throw new IllegalStateException("a transport or a server owns the socket now: use that");
    }
  }

  StreamSocket stream() throws ClosedChannelException {
    if (usable() instanceof StreamSocket stream) {
      return stream;
    }
    throw new IllegalStateException(
        "a listening socket only accepts; open one that connects by openSocket");
  }

  ListenerSocket listener() throws ClosedChannelException {
    if (usable() instanceof ListenerSocket listener) {
      return listener;
    }
    throw new IllegalStateException(
        "this socket connects; open one that listens by openListeningSocket");
  }

  SourceWatch watch() throws ClosedChannelException {
    Pollable ignored = usable();
    return watch;
  }

  ProtocolFamily family() {
    return family;
  }

  // ---- waiting

  /** Parks the calling task until the socket may be ready. */
  void await(int bit) throws IOException {
    operationsWithoutWait = 0;
    watch.await(bit);
  }

  /** Parks the calling task until there may be more to read than what was there the last time. */
  void awaitMore() throws IOException {
    if (drained) {
      drained = false;
      await(Poller.READ);
    }
  }

  /** Tells whether the last reading took all that there was. */
  void setDrained(boolean drained) {
    this.drained = drained;
  }

  /**
   * Begins an operation of the calling task: lets others run if this socket has kept it busy for
   * long. It must not have done anything yet that a cancellation would lose.
   */
  void begin(int bit, int operationsForEachTurn) throws IOException {
    Object ignored = loop.requireTask();
    if (++operationsWithoutWait > operationsForEachTurn) {
      operationsWithoutWait = 1;
      loop.sleep(Duration.ZERO);
    }
    watch().requireNobody(bit);
  }

  void begin(int bit) throws IOException {
    begin(bit, OPERATIONS_FOR_EACH_TURN);
  }

  void requireNobodySends() throws IOException {
    Object ignored = stream();
    if (sending) {
      throw new IllegalStateException(
          "another task sends or connects at this socket; one at a time does");
    }
  }

  /** Keeps other senders out, also while this one does not wait. */
  void beginSending() throws IOException {
    requireNobodySends();
    sending = true;
  }

  void endSending() {
    sending = false;
  }

  // ---- callbacks

  void setCallback(int bit, Runnable callback) throws IOException {
    Objects.requireNonNull(callback, "callback: there is nothing to run");
    SourceWatch open = watch();
    if (sending && bit == Poller.WRITE) {
      throw new IllegalStateException("a task sends or connects at this socket");
    }
    open.setCallback(bit, callback);
  }

  boolean removeCallback(int bit) {
    requireNotHandedOver();
    return watch.removeCallback(bit);
  }

  // ---- handing over

  /** Gives a connected stream away: it is the caller's from now on. */
  StreamSocket giveStream() throws IOException {
    StreamSocket stream = stream();
    if (stream.remoteAddress() == null || !stream.finishConnect()) {
      throw new IllegalStateException("the socket is not connected: call sockConnect first");
    }
    give();
    return stream;
  }

  /** Gives a listener away that listens: it is the caller's from now on. */
  ListenerSocket giveListener() throws IOException {
    ListenerSocket listener = listener();
    if (listener.localAddress() == null) {
      throw new IllegalStateException("the socket does not listen: call listen first");
    }
    give();
    return listener;
  }

  private void give() {
    if (sending || watch.isAwaited()) {
      throw new IllegalStateException("a task or a callback waits at the socket");
    }
    stage = Stage.HANDED_OVER;
    watch.release();
    loop.release(closer);
  }

  // ---- the socket's own affairs

  @Override
  public void bind(SocketAddress address) throws IOException {
    loop.checkThread();
    StreamSocket stream = stream();
    SocketCalls.requireFamily(family, address);
    stream.bind(address);
  }

  @Override
  public void listen(SocketAddress address, int backlog) throws IOException {
    loop.checkThread();
    ListenerSocket listener = listener();
    SocketCalls.requireFamily(family, address);
    if (backlog < 1) {
      throw new IllegalArgumentException("backlog must be at least 1, not " + backlog);
    }
    listener.bind(address, backlog);
  }

  @Override
  public void shutdownOutput() throws IOException {
    loop.checkThread();
    stream().shutdownOutput();
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws IOException {
    loop.checkThread();
    if (usable() instanceof ListenerSocket listener) {
      listener.setOption(option, value);
    } else {
      stream().setOption(option, value);
    }
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    loop.checkThread();
    if (usable() instanceof ListenerSocket) {
      throw new UnsupportedOperationException("a listening socket has no options to read");
    }
    return stream().getOption(option);
  }

  @Override
  public @Nullable SocketAddress localAddress() throws IOException {
    return usable() instanceof ListenerSocket listener
        ? listener.localAddress()
        : stream().localAddress();
  }

  @Override
  public @Nullable SocketAddress remoteAddress() throws IOException {
    return usable() instanceof ListenerSocket ? null : stream().remoteAddress();
  }

  @Override
  public boolean isOpen() {
    return stage == Stage.OPEN;
  }

  @Override
  public void close() {
    if (stage == Stage.OPEN) {
      loop.checkThread();
      stage = Stage.CLOSED;
      loop.release(closer);
      watch.close();
    }
  }

  @Override
  public String toString() {
    return "AsyncSocket[" + source + (stage == Stage.OPEN ? "" : ", " + stage) + "]";
  }
}
