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
import dev.culebra.net.WriteBufferLimits;
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
class SocketTransport extends Watch implements Transport, Flushable {

  private static final System.Logger LOG = System.getLogger("dev.culebra");

  /** From this size on, a write goes out at once, without a copy. */
  private static final int DIRECT_WRITE_BYTES = 16 * 1024;

  /** A step that writes more than this has it sent before its end. */
  private static final int MAX_UNFLUSHED_BYTES = 64 * 1024;

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
  private final WriteLimits limits;
  private boolean kernelIsFull;
  private boolean flushScheduled;
  private boolean eofWritten;
  private boolean outputShutDown;
  private int writesAfterLoss;
  private @Nullable FileOutlet file;

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
    this.limits = new WriteLimits(sockets);
    loop.own(closer);
    if (server != null) {
      server.attach(this);
    }
  }

  Input inputFor(BaseProtocol receiver) {
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
      keepSending = input.eofReceived();
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

  /** What the poller knows the socket as. */
  Pollable pollable() {
    return source;
  }

  SocketLoop sockets() {
    return sockets;
  }

  private void updateInterest() {
    if (stage == Stage.LOST || isTlsBusy()) {
      return;
    }
    int wanted = (wantsInput() ? Poller.READ : 0) | (kernelIsFull ? Poller.WRITE : 0);
    try {
      if (!registered) {
        if (wanted != 0) {
          loop.poller().register(pollable(), wanted, this);
          registered = true;
        }
      } else if (wanted != interest) {
        loop.poller().modify(pollable(), wanted);
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
    requireWritable();
    if (stage != Stage.OPEN) {
      dropped(data.remaining());
      data.position(data.limit());
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

  /** As many writes would, but what is large leaves uncopied, and in one system call. */
  @Override
  public void writeLines(List<ByteBuffer> data) {
    requireWritable();
    Gathering gathering = new Gathering(data);
    if (stage != Stage.OPEN) {
      dropped(gathering.size());
      return;
    }
    if (gathering.size() >= DIRECT_WRITE_BYTES && !kernelIsFull) {
      try {
        sentDirectly(output.sendTo(socket, gathering));
      } catch (IOException e) {
        lose(e);
        return;
      }
    }
    if (gathering.size() > 0) {
      gathering.addTo(output);
      afterBuffering();
    }
  }

  private void requireWritable() {
    loop.checkThread();
    if (eofWritten) {
      throw new IllegalStateException("Cannot call write() after writeEof()");
    }
    if (file != null) {
      throw new IllegalStateException("a task sends a file here: write when its sendFile is over");
    }
  }

  private void sendDirectly(ByteBuffer data) {
    try {
      sentDirectly(output.sendTo(socket, data));
    } catch (IOException e) {
      data.position(data.limit());
      lose(e);
    }
  }

  /** What is left may all be ciphertext, of which the output buffer knows nothing. */
  private void sentDirectly(boolean all) {
    kernelIsFull = !all;
    if (kernelIsFull) {
      updateInterest();
    }
  }

  private void afterBuffering() {
    if (kernelIsFull) {
      updateInterest();
    } else if (output.size() > Math.min(limits.highBytes(), MAX_UNFLUSHED_BYTES)) {
      flush();
    } else if (!flushScheduled) {
      flushScheduled = true;
      loop.flushAtEndOfStep(this);
    }
    updateFlow();
  }

  private void updateFlow() {
    long sizeBytes = output.size(); // a protocol that is told to pause may change it
    limits.pauseAbove(sizeBytes, this);
    if (file == null) { // else nobody but the file may write
      limits.resumeBelow(sizeBytes, this);
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
    updateFlow();
    if (isAllSent()) {
      allSent();
    }
  }

  boolean isAllSent() {
    return output.size() == 0 && !kernelIsFull;
  }

  private void allSent() {
    if (stage == Stage.CLOSING && tls != null) {
      tls.takeOver();
    } else if (stage == Stage.CLOSING) {
      lose(null);
    } else if (file != null) {
      file.wake();
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

  private void dropped(long sizeBytes) {
    if (sizeBytes > 0 && ++writesAfterLoss >= WRITES_AFTER_LOSS_BEFORE_WARNING) {
      LOG.log(System.Logger.Level.WARNING, "write to a lost connection: {0}", this);
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
    if (isAllSent()) {
      allSent();
    }
  }

  @Override
  public boolean canWriteEof() {
    return tls == null;
  }

  @Override
  public void setWriteBufferLimits(WriteBufferLimits newLimits) {
    loop.checkThread();
    limits.set(newLimits);
    if (stage != Stage.LOST) {
      updateFlow();
    }
  }

  @Override
  public WriteBufferLimits getWriteBufferLimits() {
    return limits.get();
  }

  @Override
  public long getWriteBufferSize() {
    return output.size() + (tls == null ? 0 : tls.socket.unsentBytes());
  }

  // ---- sending files

  /** From now on nothing but a file is sent, and a protocol is told of nothing that came. */
  void beginFile(FileOutlet begun) {
    requireFree();
    file = begun;
    updateInterest();
  }

  /** Throws unless a file can be sent now. */
  void requireFree() {
    requireWritable();
    if (stage != Stage.OPEN) {
      throw new IllegalStateException("the transport is closing: no file can be sent");
    }
  }

  void endFile() {
    file = null;
    if (stage != Stage.LOST) {
      updateInterest();
      updateFlow();
      if (isAllSent()) {
        allSent();
      }
    }
  }

  /** Sends what the kernel takes; the rest stays in the buffer, and {@link FileOutlet#wake} tells when. */
  void sendUncopied(ByteBuffer data) {
    sendDirectly(data);
    updateInterest();
  }

  /** Something waits for room in the kernel that is not in the output buffer. */
  void outputWaits() {
    kernelIsFull = true;
    updateInterest();
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
    return wantsInput();
  }

  private boolean wantsInput() {
    return stage == Stage.OPEN
        && !readingPaused
        && !inputEnded
        && (file == null || !file.holdsInput());
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
    if (file != null) {
      file.lost(exception);
    }
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
      if (file != null) {
        file.lost(cause);
      }
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
    if (file != null) {
      throw new IllegalStateException(this + " is sending a file: start TLS when that is done");
    }
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

  /** Leaves it to others to watch the socket. */
  void leaveSocket() {
    interest = 0;
    if (registered) {
      loop.poller().deregister(pollable());
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
    Input next = inputFor(Objects.requireNonNull(newProtocol, "protocol"));
    protocol = newProtocol;
    if (!input.equals(next)) {
      input.replaced();
    }
    input = next;
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
    loop.checkThread();
    socket.setOption(option, value);
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    loop.checkThread();
    return socket.getOption(option);
  }

  @Override
  public String toString() {
    return "Transport[" + localAddress + " - " + remoteAddress + ", " + stage + "]";
  }
}
