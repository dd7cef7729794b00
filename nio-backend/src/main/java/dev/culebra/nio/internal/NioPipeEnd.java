// SPDX-License-Identifier: Apache-2.0
package dev.culebra.nio.internal;

import dev.culebra.spi.PipeEnd;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Reads or writes the end of a {@link Pipe}, or a {@link SocketChannel} in its place.
 *
 * <p>The selector does not tell of a reader's death: a sink knows no interest but OP_WRITE, and would
 * report that all the time. It is the next write that fails.
 */
final class NioPipeEnd extends NioSocket implements PipeEnd {

  private final @Nullable ReadableByteChannel source;
  private final @Nullable GatheringByteChannel sink;

  private NioPipeEnd(
      NioPoller poller,
      SelectableChannel channel,
      @Nullable ReadableByteChannel source,
      @Nullable GatheringByteChannel sink) {
    super(poller, channel);
    this.source = source;
    this.sink = sink;
  }

  static NioPipeEnd adopt(
      NioPoller poller, Selector selector, SelectableChannel channel, boolean reads)
      throws IOException {
    NioPipeEnd end;
    if (reads && channel instanceof Pipe.SourceChannel source) {
      end = new NioPipeEnd(poller, channel, source, null);
    } else if (!reads && channel instanceof Pipe.SinkChannel sink) {
      end = new NioPipeEnd(poller, channel, null, sink);
    } else if (channel instanceof SocketChannel socket) {
      if (!socket.isConnected()) {
        throw new NotYetConnectedException();
      }
      end = new NioPipeEnd(poller, channel, reads ? socket : null, reads ? null : socket);
    } else {
      throw new IllegalArgumentException(
          "to " + (reads ? "read" : "write") + ", hand over a Pipe's " + (reads ? "source" : "sink")
              + " or a SocketChannel, not " + channel);
    }
    boolean wasBlocking = channel.isBlocking();
    channel.configureBlocking(false);
    try {
      end.claim(selector);
    } catch (IOException | RuntimeException e) {
      channel.configureBlocking(wasBlocking);
      throw e;
    }
    return end;
  }

  @Override
  int toOps(int interest) {
    return (source != null && (interest & Poller.READ) != 0 ? SelectionKey.OP_READ : 0)
        | (sink != null && (interest & Poller.WRITE) != 0 ? SelectionKey.OP_WRITE : 0);
  }

  @Override
  int toReadiness(int readyOps) {
    return ((readyOps & SelectionKey.OP_READ) != 0 ? Poller.READ : 0)
        | ((readyOps & SelectionKey.OP_WRITE) != 0 ? Poller.WRITE : 0);
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    ensureOpen();
    if (source == null) {
      throw new NonReadableChannelException();
    }
    return source.read(target);
  }

  @Override
  public int write(ByteBuffer data) throws IOException {
    ensureOpen();
    if (sink == null) {
      throw new NonWritableChannelException();
    }
    return sink.write(data);
  }

  @Override
  public long write(ByteBuffer[] data, int offset, int length) throws IOException {
    ensureOpen();
    if (sink == null) {
      throw new NonWritableChannelException();
    }
    return sink.write(data, offset, length);
  }

  @Override
  public boolean watchesReader() {
    return false;
  }
}
