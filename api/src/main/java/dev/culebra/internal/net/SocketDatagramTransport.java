// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.ExceptionContext;
import dev.culebra.internal.loop.Flushable;
import dev.culebra.internal.loop.Watch;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.BaseTransport;
import dev.culebra.net.DatagramProtocol;
import dev.culebra.net.DatagramTransport;
import dev.culebra.net.WriteBufferLimits;
import dev.culebra.spi.DgramBatch;
import dev.culebra.spi.DgramSocket;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Moves datagrams between a socket and a protocol: asyncio's {@code _SelectorDatagramTransport}.
 *
 * <p>It ends as {@link SocketTransport} does, but only by {@code close()} and {@code abort()}: a datagram
 * that fails says nothing about the next one.
 */
final class SocketDatagramTransport extends Watch implements DatagramTransport, Flushable {

  private static final System.Logger LOG = System.getLogger("dev.culebra");

  /** A step that sends more than this has it sent before its end. */
  private static final int MAX_UNFLUSHED_BYTES = 64 * 1024;

  /** As asyncio, so that empty datagrams count, too. */
  private static final int HEADER_BYTES = 8;

  /** As asyncio: tell about datagrams to a closed endpoint from the fifth on. */
  private static final int DROPPED_BEFORE_WARNING = 5;

  private enum Stage {
    OPEN,
    CLOSING,
    LOST
  }

  private record Queued(ByteBuffer data, @Nullable SocketAddress to) {}

  private final SocketLoop sockets;
  private final DgramSocket socket;
  private final DatagramAddresses addresses;
  private final Runnable closer = this::closeWithLoop;
  private DatagramProtocol protocol;

  private Stage stage = Stage.OPEN;
  private boolean started;
  private boolean registered;
  private int interest;

  /** What the kernel had no room for, in order; while there is any, it is waited for. */
  private final ArrayDeque<Queued> queue = new ArrayDeque<>(0);

  private long queuedBytes;

  /** What this step has sent so far: it leaves in one call when the step ends. */
  private @Nullable DgramBatch output;

  private long heldBytes;
  private boolean flushScheduled;
  private boolean flushing;
  private final WriteLimits limits;
  private int dropped;

  SocketDatagramTransport(
      SocketLoop sockets,
      DgramSocket socket,
      DatagramAddresses addresses,
      DatagramProtocol protocol) {
    super(sockets);
    this.sockets = sockets;
    this.socket = socket;
    this.addresses = addresses;
    this.protocol = Objects.requireNonNull(protocol, "the factory made no protocol");
    this.limits = new WriteLimits(sockets);
    loop.own(closer);
  }

  /** Schedules connectionMade and, after it, the start of receiving. */
  void start(Runnable whenStarted) {
    callSoon(() -> protocol.connectionMade((BaseTransport) this));
    callSoon(() -> {
      started = true;
      updateInterest();
    });
    callSoon(whenStarted);
  }

  private void updateInterest() {
    if (stage == Stage.LOST) {
      return;
    }
    boolean reads = started && stage == Stage.OPEN;
    int wanted = (reads ? Poller.READ : 0) | (queue.isEmpty() ? 0 : Poller.WRITE);
    try {
      if (!registered) {
        if (wanted != 0) {
          loop.poller().register(socket, wanted, this);
          registered = true;
        }
      } else if (wanted != interest) {
        loop.poller().modify(socket, wanted);
      }
      interest = wanted;
    } catch (IOException e) {
      lose(e);
    }
  }

  // ---- receiving

  @Override
  protected void onReadable() {
    if (stage != Stage.OPEN) {
      return;
    }
    DgramBatch batch = sockets.batches().takeInput();
    try {
      socket.receive(batch);
      for (int i = 0; i < batch.size() && stage == Stage.OPEN; i++) {
        handOver(batch.data(i), Objects.requireNonNull(batch.address(i), "nobody's"));
      }
      IOException failure = batch.takeFailure();
      if (failure != null && stage == Stage.OPEN) {
        failed(failure);
      }
    } catch (IOException e) {
      failed(e);
    } finally {
      sockets.batches().giveBackInput(batch);
    }
  }

  // whatever a protocol throws costs this datagram only, as in asyncio
  private void handOver(ByteBuffer data, SocketAddress from) {
    try {
      protocol.datagramReceived(data, from);
    } catch (Throwable t) {
      protocolFailed("datagramReceived", t);
    }
  }

  private void failed(IOException exception) {
    try {
      protocol.errorReceived(exception);
    } catch (Throwable t) {
      protocolFailed("errorReceived", t);
    }
  }

  private void protocolFailed(String method, Throwable thrown) {
    loop.callExceptionHandler(ExceptionContext.of("protocol." + method + "() call failed.", thrown)
        .withConnection(protocol, this));
  }

  // ---- sending

  @Override
  public void sendTo(ByteBuffer data, @Nullable SocketAddress to) {
    loop.checkThread();
    SocketAddress target = addresses.target(to);
    if (stage != Stage.OPEN) {
      drop(data);
      return;
    }
    if (!queue.isEmpty() || flushing) { // others come first
      enqueue(data, target);
      pauseIfFull();
    } else if (data.remaining() > BatchPool.OUTPUT_BYTES) {
      flush();
      if (stage == Stage.OPEN) { // unless its protocol was told of an error
        sendDirectly(data, target);
      }
    } else {
      hold(data, target);
    }
  }

  /** Keeps a copy until the end of the step. */
  private void hold(ByteBuffer data, @Nullable SocketAddress target) {
    DgramBatch batch = output;
    if (batch == null) {
      batch = sockets.batches().takeOutput();
      output = batch;
    }
    heldBytes += data.remaining() + HEADER_BYTES;
    batch.data(batch.size()).clear().put(data).flip();
    batch.add(target);
    if (batch.size() == batch.capacity()
        || heldBytes > Math.min(limits.highBytes(), MAX_UNFLUSHED_BYTES)) {
      flush();
    } else if (!flushScheduled) {
      flushScheduled = true;
      loop.flushAtEndOfStep(this);
    }
  }

  /** Sends what is held; what the kernel has no room for is kept. */
  @Override
  public void flush() {
    flushScheduled = false;
    DgramBatch batch = output;
    if (batch == null) {
      return;
    }
    output = null;
    heldBytes = 0;
    flushing = true; // a protocol that is told of an error may send again
    try {
      int sent = queue.isEmpty() ? send(batch) : 0;
      for (int i = sent; i < batch.size() && stage != Stage.LOST; i++) {
        enqueue(batch.data(i), batch.address(i));
      }
    } catch (ClosedChannelException e) {
      broken(e); // it is never closed before it is lost
    } finally {
      flushing = false;
      sockets.batches().giveBackOutput(batch);
    }
    pauseIfFull();
    afterSending();
  }

  /**
   * Sends a batch, and tells the protocol of what fails.
   *
   * @return how many are done with
   */
  private int send(DgramBatch batch) throws ClosedChannelException {
    int next = 0;
    int done;
    while (next < batch.size() && stage != Stage.LOST && (done = socket.send(batch, next)) > 0) {
      next += done;
      IOException failure = batch.takeFailure();
      if (failure != null) {
        failed(failure);
      }
    }
    return next;
  }

  /** Sends a large datagram without a copy, after what was held. */
  private void sendDirectly(ByteBuffer data, @Nullable SocketAddress target) {
    int lengthBytes = data.remaining();
    boolean taken = false;
    try {
      taken = queue.isEmpty() && socket.send(data, target);
    } catch (IOException e) {
      data.position(data.limit());
      failed(addresses.explained(e, lengthBytes));
      return;
    }
    if (!taken) {
      enqueue(data, target);
      pauseIfFull();
    }
  }

  private void enqueue(ByteBuffer data, @Nullable SocketAddress target) {
    byte[] copy = new byte[data.remaining()];
    data.get(copy);
    queue.add(new Queued(ByteBuffer.wrap(copy), target));
    queuedBytes += copy.length + HEADER_BYTES;
  }

  private void pauseIfFull() {
    updateInterest();
    if (stage != Stage.LOST) {
      limits.pauseAbove(queuedBytes, this);
    }
  }

  @Override
  protected void onWritable() {
    Queued next;
    while (stage != Stage.LOST && (next = queue.peek()) != null) {
      int lengthBytes = next.data.remaining();
      IOException failure = null;
      try {
        if (!socket.send(next.data, next.to)) {
          break;
        }
      } catch (IOException e) {
        failure = addresses.explained(e, lengthBytes);
      }
      queue.remove();
      queuedBytes -= lengthBytes + HEADER_BYTES;
      if (failure != null) {
        failed(failure);
        break; // as in asyncio: a protocol that then sends again does not hold up the loop
      }
    }
    afterSending();
  }

  private void afterSending() {
    if (stage == Stage.LOST) {
      return;
    }
    limits.resumeBelow(queuedBytes, this);
    if (stage == Stage.CLOSING && queue.isEmpty() && output == null) {
      lose(null);
    } else {
      updateInterest();
    }
  }

  private void drop(ByteBuffer data) {
    data.position(data.limit());
    if (++dropped >= DROPPED_BEFORE_WARNING) {
      LOG.log(System.Logger.Level.WARNING, "datagram to a closed endpoint: {0}", this);
    }
  }

  @Override
  public void setWriteBufferLimits(WriteBufferLimits newLimits) {
    loop.checkThread();
    limits.set(newLimits);
    pauseIfFull();
  }

  @Override
  public WriteBufferLimits getWriteBufferLimits() {
    return limits.get();
  }

  @Override
  public long getWriteBufferSize() {
    return queuedBytes + heldBytes;
  }

  // ---- the end

  @Override
  public void close() {
    loop.checkThread();
    if (stage != Stage.OPEN) {
      return;
    }
    stage = Stage.CLOSING;
    if (queue.isEmpty() && output == null && !flushing) {
      lose(null);
    } else {
      updateInterest();
    }
  }

  @Override
  public void abort() {
    loop.checkThread();
    lose(null);
  }

  @Override
  public boolean isClosing() {
    return stage != Stage.OPEN;
  }

  @Override
  protected void broken(Throwable thrown) {
    lose(thrown instanceof Exception e ? e : new IOException("the endpoint failed", thrown));
  }

  private void lose(@Nullable Exception exception) {
    if (stage == Stage.LOST) {
      return;
    }
    stage = Stage.LOST;
    dropUnsent();
    if (registered) {
      loop.poller().deregister(socket);
      registered = false;
    }
    callSoon(() -> {
      try {
        protocol.connectionLost(exception);
      } finally {
        socket.close();
        loop.release(closer);
      }
    });
  }

  private void dropUnsent() {
    queue.clear();
    queuedBytes = 0;
    heldBytes = 0;
    if (output != null) {
      sockets.batches().giveBackOutput(output);
      output = null;
    }
  }

  /** The loop is closed or broken: the descriptor goes with it, and a loop that still runs tells so. */
  private void closeWithLoop() {
    if (stage != Stage.LOST) {
      stage = Stage.LOST;
      dropUnsent();
      callSoon(() -> protocol.connectionLost(new IOException("the loop has ended")));
    }
    socket.close();
  }

  // ---- what it is

  @Override
  public BaseProtocol getProtocol() {
    return protocol;
  }

  @Override
  public void setProtocol(BaseProtocol newProtocol) {
    loop.checkThread();
    if (!(newProtocol instanceof DatagramProtocol datagrams)) {
      throw new IllegalArgumentException(
          newProtocol + " must implement dev.culebra.net.DatagramProtocol");
    }
    protocol = datagrams;
  }

  @Override
  public SocketAddress localAddress() {
    return addresses.local();
  }

  @Override
  public @Nullable SocketAddress remoteAddress() {
    return addresses.peer();
  }

  @Override
  public void joinGroup(InetAddress group, NetworkInterface at) throws IOException {
    loop.checkThread();
    DatagramAddresses.requireGroup(group);
    socket.join(group, at);
  }

  @Override
  public void leaveGroup(InetAddress group, NetworkInterface at) throws IOException {
    loop.checkThread();
    DatagramAddresses.requireGroup(group);
    socket.leave(group, at);
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws IOException {
    loop.checkThread();
    socket.setOption(option, value);
  }

  @Override
  public <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
    loop.checkThread();
    return socket.getOption(option);
  }

  @Override
  public String toString() {
    return "DatagramTransport[" + addresses + ", " + stage + "]";
  }
}
