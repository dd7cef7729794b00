// SPDX-License-Identifier: Apache-2.0
package dev.culebra.nio.internal;

import dev.culebra.spi.Poller;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** Watches a channel that belongs to somebody else, who may close it at any time. */
final class NioWatch extends NioSocket {

  private static final int READING = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;
  private static final int WRITING = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;

  private final SelectableChannel channel;

  private NioWatch(NioPoller poller, SelectableChannel channel) {
    super(poller, channel);
    this.channel = channel;
  }

  static NioWatch of(NioPoller poller, Selector selector, SelectableChannel channel)
      throws IOException {
    if (channel.isBlocking()) {
      throw new IllegalArgumentException(
          "a channel is watched only while it is non-blocking: call configureBlocking(false) first");
    }
    NioWatch watch = new NioWatch(poller, channel);
    watch.claim(selector);
    return watch;
  }

  /**
   * OP_CONNECT must not be asked for once the connection stands: the JDK would have the kernel look
   * out for writability, and then report nothing, again and again. With OP_WRITE beside it, it
   * reports that.
   */
  @Override
  int toOps(int interest) {
    int ops = 0;
    if ((interest & Poller.READ) != 0) {
      ops |= READING;
    }
    if ((interest & Poller.WRITE) != 0) {
      boolean connected = channel instanceof SocketChannel socket && socket.isConnected();
      ops |= connected ? SelectionKey.OP_WRITE : WRITING;
    }
    return ops & channel.validOps();
  }

  @Override
  int toReadiness(int readyOps) {
    return ((readyOps & READING) != 0 ? Poller.READ : 0)
        | ((readyOps & WRITING) != 0 ? Poller.WRITE : 0);
  }

  /** Leaves the channel open, and frees it from the selector at once. */
  @Override
  void release() {
    cancelKey();
    poller().flushCancelled();
  }
}
