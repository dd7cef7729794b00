// SPDX-License-Identifier: Apache-2.0
package dev.culebra.nio.internal;

import dev.culebra.spi.FileSource;
import dev.culebra.spi.Poller;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes a {@link SocketChannel}.
 *
 * <p>The JDK copies a heap buffer into a native one of the same size, all of it at every attempt and
 * however little the kernel takes, and keeps the copy with the thread. Heap buffers are therefore
 * handed to it in chunks.
 */
final class NioStreamSocket extends NioSocket implements StreamSocket {

  /** As much as a socket's send buffer usually has room for. */
  private static final int HEAP_CHUNK_BYTES = 256 * 1024;

  private final SocketChannel channel;
  private boolean outputShut;

  private NioStreamSocket(NioPoller poller, SocketChannel channel) {
    super(poller, channel);
    this.channel = channel;
  }

  static NioStreamSocket open(NioPoller poller, ProtocolFamily family) throws IOException {
    return prepared(poller, SocketChannel.open(family), family);
  }

  /** Makes a new or accepted channel what the contract wants it to be, or closes it. */
  static NioStreamSocket prepared(NioPoller poller, SocketChannel channel, ProtocolFamily family)
      throws IOException {
    try {
      channel.configureBlocking(false);
      if (family != StandardProtocolFamily.UNIX) {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      }
      return new NioStreamSocket(poller, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Takes over the channel of a connected socket that belongs to another poller. */
  static NioStreamSocket adopt(NioPoller poller, StreamSocket stream) throws IOException {
    if (!(stream instanceof NioStreamSocket former)) {
      throw new IllegalArgumentException("not a socket of this backend: " + stream);
    }
    former.ensureOpen();
    if (!former.channel.isConnected()) {
      throw new NotYetConnectedException();
    }
    former.disown();
    return new NioStreamSocket(poller, former.channel);
  }

  /** While a connect is under way its end is all that there is to wait for. */
  @Override
  int toOps(int interest) {
    if (interest != 0 && channel.isConnectionPending()) {
      return SelectionKey.OP_CONNECT;
    }
    int ops = 0;
    if ((interest & Poller.READ) != 0) {
      ops |= SelectionKey.OP_READ;
    }
    if ((interest & Poller.WRITE) != 0) {
      ops |= SelectionKey.OP_WRITE;
    }
    return ops;
  }

  @Override
  int toReadiness(int readyOps) {
    int readiness = 0;
    if ((readyOps & (SelectionKey.OP_READ | SelectionKey.OP_CONNECT)) != 0) {
      readiness |= Poller.READ;
    }
    if ((readyOps & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0) {
      readiness |= Poller.WRITE;
    }
    return readiness;
  }

  /** The channel, unless it was handed over. */
  private SocketChannel usable() throws ClosedChannelException {
    ensureOpen();
    return channel;
  }

  @Override
  public boolean connect(SocketAddress address) throws IOException {
    boolean connected = usable().connect(address);
    updateOps();
    return connected;
  }

  @Override
  public boolean finishConnect() throws IOException {
    boolean connected = usable().finishConnect();
    updateOps();
    return connected;
  }

  @Override
  public void bind(SocketAddress address) throws IOException {
    poller().retryAfterRelease(() -> usable().bind(address));
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (target.isDirect() || target.remaining() <= HEAP_CHUNK_BYTES) {
      return usable().read(target);
    }
    int limit = target.limit();
    target.limit(target.position() + HEAP_CHUNK_BYTES);
    try {
      return usable().read(target);
    } finally {
      target.limit(limit);
    }
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    if (source.isDirect() || source.remaining() <= HEAP_CHUNK_BYTES) {
      return usable().write(source);
    }
    SocketChannel own = usable();
    int start = source.position();
    int limit = source.limit();
    try {
      do {
        source.limit(Math.min(source.position() + HEAP_CHUNK_BYTES, limit));
        own.write(source);
      } while (!source.hasRemaining() && source.position() < limit);
    } finally {
      source.limit(limit);
    }
    return source.position() - start;
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    if (!hasLargeHeapBuffer(sources, offset, length)) {
      return usable().write(sources, offset, length);
    }
    long taken = 0;
    for (int i = offset; i < offset + length; i++) {
      taken += write(sources[i]);
      if (sources[i].hasRemaining()) {
        break;
      }
    }
    return taken;
  }

  private static boolean hasLargeHeapBuffer(ByteBuffer[] sources, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (!sources[i].isDirect() && sources[i].remaining() > HEAP_CHUNK_BYTES) {
        return true;
      }
    }
    return false;
  }

  @Override
  public long sendFile(FileSource file, long position, long count) throws IOException {
    if (!(file instanceof NioFile own) || own.poller() != poller()) {
      throw new IllegalArgumentException("another poller opened the file");
    }
    requireWritable();
    long sent = own.channel().transferTo(position, count, channel);
    return sent == 0 && position >= own.channel().size() ? -1 : sent;
  }

  /** {@code transferTo} asks neither. */
  private void requireWritable() throws IOException {
    if (!channel.isOpen() || outputShut) {
      throw new ClosedChannelException();
    }
    if (!channel.isConnected()) {
      throw new NotYetConnectedException();
    }
  }

  @Override
  public void shutdownOutput() throws IOException {
    usable().shutdownOutput();
    outputShut = true;
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws IOException {
    usable().setOption(option, value);
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return usable().getOption(option);
  }

  @Override
  public @Nullable SocketAddress localAddress() throws IOException {
    return usable().getLocalAddress();
  }

  @Override
  public @Nullable SocketAddress remoteAddress() throws IOException {
    return usable().getRemoteAddress();
  }
}
