// SPDX-License-Identifier: Apache-2.0
package dev.culebra.nio.internal;

import dev.culebra.spi.Pollable;
import dev.culebra.spi.ReadySink;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.jspecify.annotations.Nullable;

/** Keeps the registration of a channel, whose key outlives it. */
abstract class NioSocket implements Pollable {

  private final NioPoller poller;
  private final SelectableChannel channel;

  private @Nullable SelectionKey key;
  private @Nullable Object attachment; // null while not registered
  private int interest;
  private int found; // by the poll under way, not handed out yet
  private boolean open = true;

  NioSocket(NioPoller poller, SelectableChannel channel) {
    this.poller = poller;
    this.channel = channel;
  }

  /** What the selector is to watch for, given an interest and the channel's state. */
  abstract int toOps(int interest);

  /** The readiness that the selector's ready operations stand for. */
  abstract int toReadiness(int readyOps);

  final NioPoller poller() {
    return poller;
  }

  @Override
  public final boolean isOpen() {
    return open;
  }

  final void ensureOpen() throws ClosedChannelException {
    // A connect that fails closes the channel.
    if (!open || !channel.isOpen()) {
      throw new ClosedChannelException();
    }
  }

  /** Has its key before it is registered, so that others see whose the channel is. */
  final void claim(Selector selector) throws IOException {
    key = channel.register(selector, 0, this);
  }

  /** Gives the key up; the next selection frees the channel from it. */
  final void cancelKey() {
    if (key != null) {
      key.cancel();
    }
  }

  final void register(Selector selector, int interest, Object attachment) throws IOException {
    ensureOpen();
    if (this.attachment != null) {
      throw new IllegalStateException("registered already: " + this);
    }
    if (key == null) {
      key = channel.register(selector, toOps(interest), this);
    } else {
      key.interestOps(toOps(interest));
    }
    this.interest = interest;
    this.attachment = attachment;
  }

  final void modify(int interest) throws IOException {
    if (attachment == null) {
      throw new IllegalStateException("not registered: " + this);
    }
    ensureOpen();
    this.interest = interest;
    updateOps();
  }

  /** Tells the selector what the interest means now that the channel's state has changed. */
  final void updateOps() {
    if (key != null && key.isValid() && attachment != null) {
      key.interestOps(toOps(interest));
    }
  }

  final void deregister() {
    attachment = null;
    found = 0;
    if (key != null && key.isValid()) {
      key.interestOps(0);
    }
  }

  /**
   * Adds to what the poll under way has found.
   *
   * @return whether it is the first it has found
   */
  final boolean found(int readyOps) {
    boolean first = found == 0;
    found |= toReadiness(readyOps);
    return first && found != 0;
  }

  /**
   * Hands out what was found, as far as the sink has not lost interest meanwhile.
   *
   * @return whether there was anything to hand out
   */
  final boolean handOut(ReadySink sink) {
    int readiness = found & interest;
    found = 0;
    if (readiness == 0 || attachment == null) {
      return false;
    }
    sink.ready(attachment, readiness);
    return true;
  }

  /** Drops what was found. */
  final void forget() {
    found = 0;
  }

  @Override
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    attachment = null;
    found = 0;
    release();
  }

  /** Gives the channel's descriptor back. */
  void release() {
    try {
      channel.close();
    } catch (IOException ignored) {
      // The descriptor is gone whatever close(2) says, and what it may say is about data that the
      // peer will not get; the owner has given those up.
    }
    if (channel.isRegistered()) {
      poller.lingers();
    }
  }

  /**
   * Forgets the channel, which has a new owner. One that has a key with this poller's selector keeps it:
   * its descriptor would be released only when both selectors have selected.
   */
  final void disown() {
    if (key != null) {
      throw new IllegalStateException("registered, so it cannot be handed over: " + this);
    }
    open = false;
  }

  @Override
  public final String toString() {
    return channel.toString();
  }
}
