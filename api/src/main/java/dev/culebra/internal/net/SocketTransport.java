// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.ExceptionContext;
import dev.culebra.internal.loop.Flushable;
import dev.culebra.internal.loop.Watch;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.BufferedProtocol;
import dev.culebra.net.Protocol;
import dev.culebra.net.TlsSession;
import dev.culebra.net.Transport;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes between a stream socket and a protocol: asyncio's {@code _SelectorSocketTransport}.
 *
 * <p>How a connection ends:
 *
 * <pre>
 *   OPEN      close()                         CLOSING: reads no more, sends what is buffered
 *             abort(), failure                LOST
 *   CLOSING   all is sent, abort(), failure   LOST
 *   LOST      scheduled: connectionLost(), then the socket is closed
 * </pre>
 */
final class SocketTransport extends Watch implements Transport, Flushable {

  private static final System.Logger LOG = System.getLogger("dev.culebra");

  /** From this size on, a write goes out at once, without a copy. */
  private static final int DIRECT_WRITE_BYTES = 16 * 1024;

  /** A step that writes more than this has it sent before its end. */
  private static final int MAX_UNFLUSHED_BYTES = 64 * 1024;

  private static final int DEFAULT_HIGH_BYTES = 64 * 1024;
  private static final int DEFAULT_LOW_BYTES = 16 * 1024;

  /** As asyncio: tell about writes to a lost connection from the fifth on. */
  private static final int WRITES_AFTER_LOSS_BEFORE_WARNING = 5;

  private enum Stage {
    OPEN,
    CLOSING,
    LOST
  }

  private final SocketLoop sockets;
  private final Pollable source;
  private StreamSocket socket;
  private @Nullable TlsLayer tls;
  private final SocketAddress localAddress;
  private final @Nullable SocketAddress remoteAddress;
  private final @Nullable SocketServer server;
  private final Runnable closer = this::closeWithLoop;

  private BaseProtocol protocol;
  private Input input;

  private Stage stage = Stage.OPEN;
  private boolean registered;
  private int interest;
  private boolean readingPaused;
  private boolean inputEnded;

  private OutputBuffer output;
  private int highBytes = DEFAULT_HIGH_BYTES;
  private int lowBytes = DEFAULT_LOW_BYTES;
  private boolean writingPaused;
  private boolean kernelIsFull;
  private boolean flushScheduled;
  private boolean eofWritten;
  private boolean outputShutDown;
  private int writesAfterLoss;

  SocketTransport(
      SocketLoop sockets, StreamSocket socket, BaseProtocol protocol, @Nullable SocketServer server)
      throws IOException {
    super(sockets);
    this.sockets = sockets;
    this.socket = socket;
    this.source = TlsSocket.sourceOf(socket);
    if (socket instanceof TlsSocket secure) {
      tls = new TlsLayer(this, secure);
    }
    this.localAddress = Objects.requireNonNull(socket.localAddress(), "not connected");
    this.remoteAddress = socket.remoteAddress();
    this.server = server;
    this.protocol = protocol;
    this.input = inputFor(protocol);
    this.output = new OutputBuffer(sockets.chunks());
    loop.own(closer);
    if (server != null) {
      server.attach(this);
    }
  }

  private Input inputFor(BaseProtocol receiver) {
    if (receiver instanceof StreamProtocol streams) {
      return streams.inputOf(this);
    }
    if (receiver instanceof BufferedProtocol buffered) {
      return new BufferedProtocolInput(this, buffered);
    }
    if (receiver instanceof Protocol plain) {
      return new ProtocolInput(this, plain);
    }
    throw new IllegalArgumentException(
        receiver + " must implement dev.culebra.net.Protocol or BufferedProtocol");
  }

  /** Schedules connectionMade and, after it, the start of reading. */
  void start(Runnable whenStarted) {
    callSoon(this::connectionMade);
    callSoon(this::startReading);
    callSoon(whenStarted);
  }

  private void connectionMade() {
    protocol.connectionMade(this);
  }

  private void startReading() {
    updateInterest();
  }

  // ---- events

  @Override
  protected void becameReady(int readiness) {
    if (readiness != Poller.READ || !input.takesReadiness()) {
      super.becameReady(readiness);
    }
  }

  @Override
  protected void onReadable() {
    if ((interest & Poller.READ) != 0) {
      input.onReadable();
      readOnIfMayHaveMore();
    }
  }

  @Override
  protected void onWritable() {
    if (stage != Stage.LOST && kernelIsFull) {
      kernelIsFull = false;
      flush();
    }
  }

  /** The peer sends no more. */
  // whatever a protocol throws ends its connection, not the loop
  void endOfInput() {
    inputEnded = true;
    boolean keepSending;
    try {
      keepSending = protocol.eofReceived();
    } catch (Throwable t) {
      protocolFailed("eofReceived", t);
      return;
    }
    if (keepSending && tls == null) {
      updateInterest();
    } else {
      if (keepSending && tls != null) {
        tls.cannotKeepSending(protocol);
      }
      close();
    }
  }

  /** What a protocol's method throws ends its connection. */
  void protocolFailed(String method, Throwable thrown) {
    loop.callExceptionHandler(
        ExceptionContext.of("Fatal error: protocol." + method + "() call failed.", thrown)
            .withConnection(protocol, this));
    broken(thrown);
  }

  @Override
  protected void broken(Throwable thrown) {
    lose(thrown instanceof Exception e ? e : new IOException("the protocol failed", thrown));
  }

  StreamSocket socket() {
    return socket;
  }

  SocketLoop sockets() {
    return sockets;
  }

  private void updateInterest() {
    if (stage == Stage.LOST || isTlsBusy()) {
      return;
    }
    int wanted = (isReading() ? Poller.READ : 0) | (kernelIsFull ? Poller.WRITE : 0);
    try {
      if (!registered) {
        if (wanted != 0) {
          loop.poller().register(source, wanted, this);
          registered = true;
        }
      } else if (wanted != interest) {
        loop.poller().modify(source, wanted);
      }
      interest = wanted;
      readOnIfMayHaveMore();
    } catch (IOException e) {
      lose(e);
    }
  }

  // ---- sending

  @Override
  public void write(ByteBuffer data) {
    loop.checkThread();
    if (eofWritten) {
      throw new IllegalStateException("Cannot call write() after writeEof()");
    }
    if (stage != Stage.OPEN) {
      dropped(data);
      return;
    }
    if (data.remaining() >= DIRECT_WRITE_BYTES && !kernelIsFull) {
      sendDirectly(data);
    }
    if (data.hasRemaining()) {
      output.add(data);
      afterBuffering();
    }
  }

  @Override
  public void writeLines(List<ByteBuffer> data) {
    loop.checkThread();
    if (data.size() == 1) {
      write(data.get(0));
      return;
    }
    for (ByteBuffer each : data) {
      write(each);
    }
  }

  private void sendDirectly(ByteBuffer data) {
    try {
      kernelIsFull = !output.sendTo(socket, data);
      if (kernelIsFull) {
        updateInterest();
      }
    } catch (IOException e) {
      data.position(data.limit());
      lose(e);
    }
  }

  private void afterBuffering() {
    if (kernelIsFull) {
      updateInterest();
    } else if (output.size() > Math.min(highBytes, MAX_UNFLUSHED_BYTES)) {
      flush();
    } else if (!flushScheduled) {
      flushScheduled = true;
      loop.flushAtEndOfStep(this);
    }
    if (output.size() > highBytes && !writingPaused) {
      writingPaused = true;
      guard("pauseWriting", protocol::pauseWriting);
    }
  }

  /** Sends what is buffered, unless the kernel is full already. */
  @Override
  public void flush() {
    flushScheduled = false;
    if (kernelIsFull || stage == Stage.LOST || isTlsBusy()) {
      return;
    }
    try {
      kernelIsFull = !output.sendTo(socket);
    } catch (IOException e) {
      lose(e);
      return;
    }
    updateInterest();
    if (writingPaused && output.size() <= lowBytes) {
      writingPaused = false;
      guard("resumeWriting", protocol::resumeWriting);
    }
    if (isAllSent()) {
      allSent();
    }
  }

  private boolean isAllSent() {
    return output.size() == 0 && !kernelIsFull;
  }

  private void allSent() {
    if (stage == Stage.CLOSING && tls != null) {
      tls.takeOver();
    } else if (stage == Stage.CLOSING) {
      lose(null);
    } else if (eofWritten) {
      shutdownOutput();
    }
  }

  private void shutdownOutput() {
    if (outputShutDown) {
      return;
    }
    outputShutDown = true;
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      lose(e);
    }
  }

  private void dropped(ByteBuffer data) {
    data.position(data.limit());
    if (++writesAfterLoss >= WRITES_AFTER_LOSS_BEFORE_WARNING) {
      LOG.log(System.Logger.Level.WARNING, "write to a lost connection: {0}", this);
    }
  }

  /** Runs a flow-control callback; what it throws is reported and otherwise ignored. */
  // as in asyncio, such a failure is reported, not fatal
  private void guard(String name, Runnable callback) {
    try {
      callback.run();
    } catch (Throwable e) {
      loop.callExceptionHandler(
          ExceptionContext.of("protocol." + name + "() failed", e).withConnection(protocol, this));
    }
  }

  @Override
  public void writeEof() {
    loop.checkThread();
    if (tls != null) {
      throw new UnsupportedOperationException("TLS has no half-close; close() ends both sides");
    }
    if (eofWritten || stage != Stage.OPEN) {
      return;
    }
    eofWritten = true;
    if (output.size() == 0) {
      shutdownOutput();
    }
  }

  @Override
  public boolean canWriteEof() {
    return tls == null;
  }

  @Override
  public void setWriteBufferLimits(int high, int low) {
    loop.checkThread();
    if (high < low || low < 0) {
      throw new IllegalArgumentException(
          "high (" + high + ") must be >= low (" + low + ") must be >= 0");
    }
    highBytes = high;
    lowBytes = low;
    if (stage != Stage.LOST && output.size() > 0) {
      afterBuffering();
    }
  }

  @Override
  public long getWriteBufferSize() {
    return output.size() + (tls == null ? 0 : tls.socket.unsentBytes());
  }

  /** Whether the protocol has been told to pause writing. */
  boolean isWritingPaused() {
    return writingPaused;
  }

  // ---- receiving

  @Override
  public void pauseReading() {
    loop.checkThread();
    if (stage == Stage.OPEN && !readingPaused) {
      readingPaused = true;
      if (registered) {
        updateInterest();
      }
    }
  }

  @Override
  public void resumeReading() {
    loop.checkThread();
    if (stage == Stage.OPEN && readingPaused) {
      readingPaused = false;
      updateInterest();
    }
  }

  @Override
  public boolean isReading() {
    return stage == Stage.OPEN && !readingPaused && !inputEnded;
  }

  // ---- the end

  @Override
  public void close() {
    loop.checkThread();
    if (stage != Stage.OPEN) {
      return;
    }
    stage = Stage.CLOSING;
    if (tls != null) {
      tls.close();
    }
    if (isAllSent()) {
      allSent();
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

  /** Ends the connection now: nothing more is sent or received, and connectionLost is scheduled. */
  void lose(@Nullable Exception exception) {
    if (stage == Stage.LOST) {
      return;
    }
    stage = Stage.LOST;
    kernelIsFull = false;
    output.clear();
    leaveSocket();
    if (tls != null) {
      tls.lost();
    }
    callSoon(() -> connectionLost(exception));
  }

  private void connectionLost(@Nullable Exception exception) {
    try {
      input.lost(exception);
      protocol.connectionLost(exception);
    } finally {
      closeNow();
    }
  }

  private void closeNow() {
    socket.close();
    loop.release(closer);
    if (server != null) {
      server.detach(this);
    }
  }

  /** The loop is closed or broken: the descriptor goes with it, and a loop that still runs tells so. */
  private void closeWithLoop() {
    if (stage != Stage.LOST) {
      stage = Stage.LOST;
      output.clear();
      IOException cause = new IOException("the loop has ended");
      callSoon(() -> {
        input.lost(cause);
        protocol.connectionLost(cause);
      });
    }
    socket.close();
    if (server != null) {
      server.detach(this);
    }
  }

  // ---- TLS

  /** Puts TLS before the socket: what was written leaves first, and in the clear; the rest waits. */
  void startTls(BaseProtocol next, TlsSocket secure, TlsHandshake handshake) {
    loop.checkThread();
    if (stage != Stage.OPEN || eofWritten || isTlsBusy()) {
      throw new IllegalStateException(this
          + (isTlsBusy() ? " starts TLS already" : " is closing: it is too late to start TLS"));
    }
    ByteBuffer received = input.takeReceived();
    setProtocol(next);
    secure.comesAfter(output, received);
    output = new OutputBuffer(sockets.chunks());
    kernelIsFull = false;
    socket = secure;
    tls = new TlsLayer(this, secure, handshake);
    tls.takeOver();
  }

  void tlsStarted() {
    readingPaused = false;
    updateInterest();
    flush();
  }

  /** TLS has something to send that could not leave as it came up. */
  void outputWaits() {
    kernelIsFull = true;
    updateInterest();
  }

  /** Leaves it to others to watch the socket. */
  void leaveSocket() {
    interest = 0;
    if (registered) {
      loop.poller().deregister(source);
      registered = false;
    }
  }

  private boolean isTlsBusy() {
    return tls != null && tls.isBusy();
  }

  /** Whether there may be more to read though the poller does not know of it. */
  boolean mayHaveMore() {
    return tls != null && tls.socket.mayHaveMore();
  }

  private void readOnIfMayHaveMore() {
    if (mayHaveMore() && (interest & Poller.READ) != 0) {
      super.becameReady(Poller.READ);
    }
  }

  @Override
  public @Nullable TlsSession tlsSession() {
    return tls == null ? null : tls.socket.session();
  }

  // ---- what it is

  @Override
  public BaseProtocol getProtocol() {
    return protocol;
  }

  @Override
  public void setProtocol(BaseProtocol newProtocol) {
    loop.checkThread();
    input = inputFor(newProtocol);
    protocol = newProtocol;
    readOnIfMayHaveMore();
  }

  @Override
  public SocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public @Nullable SocketAddress remoteAddress() {
    return remoteAddress;
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws IOException {
    socket.setOption(option, value);
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return socket.getOption(option);
  }

  @Override
  public String toString() {
    return "Transport[" + localAddress + " - " + remoteAddress + ", " + stage + "]";
  }
}
