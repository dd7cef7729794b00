// SPDX-License-Identifier: Apache-2.0
package dev.culebra.nio.internal;

import dev.culebra.spi.DgramSocket;
import dev.culebra.spi.FileSource;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.PipeEnd;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import dev.culebra.spi.ReadySink;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Waits for sockets with a {@link Selector}.
 *
 * <h2>Some facts about selectors</h2>
 *
 * <p><b>Cancelled keys linger.</b> A key that is cancelled, by hand or because its channel is
 * closed, stays with the selector until the next selection. Until then the channel cannot be
 * registered anew, and the descriptor of a closed channel stays open: a listener goes on to hold
 * its port. Therefore deregistering keeps the key, with no interest, for the next registration to
 * use. Closing a stream leaves its descriptor to the next selection, because the JDK shuts its
 * output down at once and the peer sees no difference, and because a selection for each of a
 * thousand closes would be wasteful. Closing a listener, a datagram socket or the end of a pipe selects at once. Where
 * a new socket is refused, the lingering descriptors are released and the call is tried again.
 *
 * <p><b>Every selection swallows the wake-up.</b> One that merely releases descriptors would lose
 * it. Therefore the truth about wake-ups is {@link #woken}, and {@link Selector#wakeup} is only the
 * signal that makes a selection look there. A selection that ends without an event, a wake-up, an
 * interrupt or the end of its time is resumed. An interrupt ends every selection, again and again
 * until the thread's status is cleared, which is left to the loop.
 *
 * <p><b>Callbacks run under the selector's locks</b>, and on macOS twice for a channel that is
 * ready in both directions. Therefore a selection only collects, and the sink is called after it.
 */
final class NioPoller implements Poller {

  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int INITIAL_READY = 64;

  private final Selector selector;
  private final AtomicBoolean woken = new AtomicBoolean();
  private final Consumer<SelectionKey> collect = this::collect;

  private @Nullable NioSocket[] ready = new NioSocket[INITIAL_READY];
  private int readyCount;
  private boolean lingering;

  NioPoller(Selector selector) {
    this.selector = selector;
  }

  @Override
  public void register(Pollable source, int interest, Object attachment) throws IOException {
    ensureOpen();
    own(source).register(selector, interest, attachment);
  }

  @Override
  public void modify(Pollable source, int interest) throws IOException {
    ensureOpen();
    own(source).modify(interest);
  }

  @Override
  public void deregister(Pollable source) {
    own(source).deregister();
  }

  @Override
  public int poll(long timeoutNanos, ReadySink sink) throws IOException {
    lingering = false;
    select(timeoutNanos);
    // Read and written in one step, so that what was done before a wake-up that came second, and
    // therefore did nothing, is visible here.
    woken.getAndSet(false);
    return handOut(sink);
  }

  private void select(long timeoutNanos) throws IOException {
    long startNanos = timeoutNanos > 0 ? System.nanoTime() : 0;
    long leftNanos = timeoutNanos;
    while (true) {
      if (leftNanos == 0 || woken.get()) {
        selector.selectNow(collect);
        return;
      }
      if (leftNanos < 0) {
        selector.select(collect);
      } else {
        selector.select(collect, (leftNanos - 1) / NANOS_PER_MILLI + 1);
      }
      if (readyCount > 0 || woken.get() || Thread.currentThread().isInterrupted()) {
        return;
      }
      if (timeoutNanos > 0) {
        leftNanos = Math.max(0, timeoutNanos - (System.nanoTime() - startNanos));
        if (leftNanos == 0) {
          return;
        }
      }
    }
  }

  private void collect(SelectionKey key) {
    NioSocket socket = (NioSocket) key.attachment();
    if (socket.found(key.readyOps())) {
      if (readyCount == ready.length) {
        ready = Arrays.copyOf(ready, readyCount * 2);
      }
      ready[readyCount++] = socket;
    }
  }

  private int handOut(ReadySink sink) {
    int handedOut = 0;
    int next = 0;
    try {
      while (next < readyCount) {
        NioSocket socket = ready[next];
        ready[next++] = null;
        if (socket != null && socket.handOut(sink)) {
          handedOut++;
        }
      }
    } finally {
      while (next < readyCount) { // only after a sink that has thrown
        NioSocket socket = ready[next];
        ready[next++] = null;
        if (socket != null) {
          socket.forget();
        }
      }
      readyCount = 0;
    }
    return handedOut;
  }

  @Override
  public void wakeup() {
    if (!woken.getAndSet(true)) {
      selector.wakeup();
    }
  }

  @Override
  public StreamSocket openStream(ProtocolFamily family) throws IOException {
    ensureOpen();
    return retryAfterRelease(() -> NioStreamSocket.open(this, family));
  }

  @Override
  public ListenerSocket openListener(ProtocolFamily family) throws IOException {
    ensureOpen();
    return retryAfterRelease(() -> NioListenerSocket.open(this, family));
  }

  @Override
  public FileSource fileOf(FileChannel channel) {
    ensureOpen();
    return new NioFile(this, channel);
  }

  @Override
  public Pollable watchChannel(SelectableChannel channel) throws IOException {
    ensureOpen();
    requireForeign(channel);
    return NioWatch.of(this, selector, channel);
  }

  @Override
  public PipeEnd adoptPipe(SelectableChannel channel, int direction) throws IOException {
    ensureOpen();
    requireForeign(channel);
    return NioPipeEnd.adopt(this, selector, channel, direction == READ);
  }

  private void requireForeign(SelectableChannel channel) throws IOException {
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
    if (channel.keyFor(selector) != null) {
      throw new IllegalStateException(
          "this loop watches the channel already, or a transport of it owns it: " + channel);
    }
    if (channel.provider() != selector.provider()) {
      throw new IllegalArgumentException("not a channel of the platform: " + channel);
    }
  }

  @Override
  public StreamSocket adopt(StreamSocket stream) throws IOException {
    ensureOpen();
    return NioStreamSocket.adopt(this, stream);
  }

  @Override
  public DgramSocket openDatagram(ProtocolFamily family) throws IOException {
    ensureOpen();
    return retryAfterRelease(() -> NioDgramSocket.open(this, family));
  }

  @Override
  public void close() {
    try {
      selector.close();
    } catch (IOException ignored) {
      // The JDK throws only before it has released anything, and there is nobody to try again.
    }
  }

  /** Notes that a closed channel still holds its descriptor. */
  void lingers() {
    lingering = true;
  }

  /**
   * Releases the descriptors of closed channels.
   *
   * @return whether there were any
   */
  boolean releaseLingering() {
    if (!lingering || !selector.isOpen()) {
      return false;
    }
    flushCancelled();
    return true;
  }

  /** Has the selector let go of the channels whose keys were cancelled. */
  void flushCancelled() {
    if (!selector.isOpen()) {
      return;
    }
    lingering = false;
    try {
      // What this finds is level-triggered: the next poll finds it again.
      selector.selectNow(key -> {});
    } catch (IOException ignored) {
      // The selector is broken, as the next poll will tell.
    }
  }

  /** Makes a call again that may have failed for want of what lingering descriptors hold. */
  <T extends @Nullable Object> T retryAfterRelease(Call<T> call) throws IOException {
    try {
      return call.make();
    } catch (IOException e) {
      if (!releaseLingering()) {
        throw e;
      }
      return call.make();
    }
  }

  private NioSocket own(Pollable source) {
    if (source instanceof NioSocket socket && socket.poller() == this) {
      return socket;
    }
    throw new IllegalArgumentException("not a socket of this poller: " + source);
  }

  private void ensureOpen() {
    if (!selector.isOpen()) {
      throw new ClosedSelectorException();
    }
  }

  /** A system call that may be refused. */
  interface Call<T extends @Nullable Object> {
    T make() throws IOException;
  }
}
