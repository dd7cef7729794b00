// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.net.TlsOptions;
import dev.culebra.net.TlsSession;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts what is written to a socket, and decrypts what is read from it. It wraps another stream
 * socket, which may be one of its own kind.
 *
 * <p>As in every stream socket, nothing here blocks, 0 is would-block, and -1 is the end of the stream,
 * which in TLS is the peer's close_notify. An end without it is an exception, because nobody can tell it
 * from an attacker's cut. What a plain socket does not have, and who uses this must look at:
 *
 * <ul>
 *   <li>{@link #mayHaveMore}: there may be something to read of which the poller knows nothing. A read
 *       that did not fill its target leaves nothing behind but perhaps the end of the stream.
 *   <li>{@link #flush}: ciphertext may be unsent though all plaintext was taken.
 * </ul>
 *
 * <p>Nothing is read ahead, but for the rest of what came with one call: reading no more leaves the
 * ciphertext with the kernel.
 */
final class TlsSocket extends StreamFilter {

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final ByteBuffer[] NO_SOURCES = {NOTHING};

  /** What a handshake waits for. */
  enum Step {
    TO_READ,
    TO_WRITE,
    /** A job of {@link #runTasks}. */
    A_TASK,
    NOTHING
  }

  /** What has come of waiting for the peer's last word. */
  enum LastWord {
    AWAITED,
    CAME,
    /** The peer goes on sending. */
    NOT_MEANT
  }

  private enum Stage {
    NEW,
    HANDSHAKE,
    OPEN,
    CLOSING,
    CLOSED
  }

  private final SSLEngine engine;
  private final TlsOptions options;
  private final RecordPool pool;
  private final ByteBuffer[] single = new ByteBuffer[1];

  private Stage stage = Stage.NEW;
  private @Nullable TlsSession session;

  /** Plaintext that was written before TLS, and leaves before it. */
  private @Nullable OutputBuffer plainOutput;

  /** Ciphertext that somebody else received. */
  private @Nullable ByteBuffer early;

  /** Ciphertext that is not decrypted yet: never more than came with one call. */
  private @Nullable ByteBuffer received;

  /** Plaintext of one record for which a target had no room. */
  private @Nullable ByteBuffer decrypted;

  private @Nullable ByteBuffer unsent;

  private boolean mayHaveMore;
  private boolean lastFillWasShort;
  private @Nullable IOException failure;
  private Runnable whenOutputWaits = () -> {};

  TlsSocket(StreamSocket below, SSLEngine engine, TlsOptions options, RecordPool pool) {
    super(below);
    this.engine = engine;
    this.options = options;
    this.pool = pool;
  }

  /**
   * Puts this where a conversation in the clear has been.
   *
   * @param unsentOutput what is to be sent, as it is, before the handshake
   * @param ciphertext what came behind the last that was read of it, null if nothing did
   */
  void comesAfter(OutputBuffer unsentOutput, @Nullable ByteBuffer ciphertext) {
    plainOutput = unsentOutput;
    early = ciphertext;
  }

  /** Has this called when reading has made ciphertext that could not be sent: then flush later. */
  void whenOutputWaits(Runnable callback) {
    whenOutputWaits = callback;
  }

  /** What the poller can watch. */
  Pollable source() {
    return sourceOf(below);
  }

  static Pollable sourceOf(StreamSocket socket) {
    return socket instanceof TlsSocket tls ? tls.source() : socket;
  }

  TlsOptions options() {
    return options;
  }

  /** What the handshake has come to, null before its end. */
  @Nullable TlsSession session() {
    return session;
  }

  // ---- the handshake

  /** Starts a handshake, or goes on with it as far as it can. */
  Step handshake() throws IOException {
    try {
      return shakeHands();
    } catch (SSLException e) {
      sendAlert();
      throw e;
    }
  }

  private Step shakeHands() throws IOException {
    if (stage == Stage.NEW) {
      stage = Stage.HANDSHAKE;
      engine.beginHandshake();
    }
    while (true) {
      if (!flush()) {
        return Step.TO_WRITE;
      }
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> {
          return Step.A_TASK;
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (!receiveHandshake()) {
            return Step.TO_READ;
          }
        }
        case NOT_HANDSHAKING, FINISHED -> {
          requireOpenEngine();
          opened();
          return Step.NOTHING;
        }
        case NEED_WRAP -> requireOpenEngine(); // and flush
      }
    }
  }

  /** Returns false if nothing is there. */
  private boolean receiveHandshake() throws IOException {
    if (unwrap(NOTHING).getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
      int count = fill();
      if (count < 0) {
        throw endedEarly();
      }
      return count > 0;
    }
    return true;
  }

  private void requireOpenEngine() throws SSLException {
    if (engine.isInboundDone() || engine.isOutboundDone()) {
      throw endedEarly();
    }
  }

  private static SSLException endedEarly() {
    return new SSLHandshakeException("the peer closed the connection during the TLS handshake");
  }

  private void opened() {
    stage = Stage.OPEN;
    session = TlsEngines.session(engine);
    releaseReceived();
    mayHaveMore = received != null || early != null || belowMayHaveMore();
  }

  /** Does what the engine leaves to its user because it may take long; in a thread of any kind. */
  void runTasks() {
    for (Runnable task; (task = engine.getDelegatedTask()) != null; ) {
      task.run();
    }
  }

  // ---- receiving

  /** Whether a read may give something though the kernel has nothing. */
  boolean mayHaveMore() {
    return mayHaveMore;
  }

  private boolean belowMayHaveMore() {
    return below instanceof TlsSocket tls && tls.mayHaveMore();
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    requireNotClosed();
    if (stage != Stage.OPEN) {
      return 0;
    }
    int start = target.position();
    mayHaveMore = false;
    boolean ended = false;
    try {
      ended = decryptInto(target);
    } catch (IOException e) {
      failure = e;
    } finally {
      releaseReceived();
    }
    int count = target.position() - start;
    if (count > 0) {
      mayHaveMore |= ended || failure != null;
      return count;
    }
    if (failure != null) {
      throw failure;
    }
    return ended ? -1 : 0;
  }

  /** Returns whether the stream has ended. */
  private boolean decryptInto(ByteBuffer target) throws IOException {
    if (failure != null) {
      throw failure;
    }
    takeDecrypted(target);
    lastFillWasShort = false;
    while (target.hasRemaining()) {
      if (engine.isInboundDone()) {
        return true;
      }
      SSLEngineResult.Status status = unwrapOrAlert(target);
      if (status == SSLEngineResult.Status.BUFFER_OVERFLOW) {
        status = decryptAside(); // which may still find that the record has not come whole
        takeDecrypted(target);
      }
      if (status != SSLEngineResult.Status.BUFFER_UNDERFLOW) {
        attendToEngine();
      } else if (lastFillWasShort || !fillOrThrow()) {
        return false;
      }
    }
    mayHaveMore = decrypted != null || received != null || early != null || belowMayHaveMore();
    return false;
  }

  /** Returns false if nothing is there. */
  private boolean fillOrThrow() throws IOException {
    int count = fill();
    if (count < 0) {
      throw new SSLException("the peer ended the connection without a close_notify of TLS;"
          + " what came before may be cut short");
    }
    return count > 0;
  }

  private SSLEngineResult.Status unwrapOrAlert(ByteBuffer target) throws SSLException {
    try {
      return unwrap(target).getStatus();
    } catch (SSLException e) {
      sendAlert();
      throw e;
    }
  }

  private SSLEngineResult unwrap(ByteBuffer target) throws SSLException {
    ByteBuffer source = received;
    return engine.unwrap(source != null ? source : NOTHING, target);
  }

  /** Decrypts a record for which the target has too little room. */
  private SSLEngineResult.Status decryptAside() throws IOException {
    ByteBuffer buffer = pool.take();
    try {
      return unwrapOrAlert(buffer);
    } finally {
      decrypted = buffer.flip();
    }
  }

  private void takeDecrypted(ByteBuffer target) {
    ByteBuffer source = decrypted;
    if (source == null) {
      return;
    }
    int count = Math.min(source.remaining(), target.remaining());
    target.put(target.position(), source, source.position(), count);
    target.position(target.position() + count);
    source.position(source.position() + count);
    if (!source.hasRemaining()) {
      decrypted = null;
      pool.giveBack(source);
    }
  }

  /** In mid-stream too: a ticket, new keys, another handshake, the answer to a close_notify. */
  private void attendToEngine() throws IOException {
    HandshakeStatus status = engine.getHandshakeStatus();
    if (status == HandshakeStatus.NEED_TASK) {
      runTasks();
      status = engine.getHandshakeStatus();
    }
    if (status == HandshakeStatus.NEED_WRAP && !answered()) {
      whenOutputWaits.run();
    }
  }

  /** A peer that takes no answers any more may still have sent its last word. */
  private boolean answered() throws SSLException {
    try {
      return flush();
    } catch (SSLException e) {
      throw e;
    } catch (IOException e) {
      return true;
    }
  }

  /** Receives ciphertext. */
  private int fill() throws IOException {
    ByteBuffer buffer = received;
    buffer = buffer == null ? pool.take() : buffer.compact();
    try {
      int room = buffer.remaining();
      int count = early != null ? takeEarly(early, buffer) : below.read(buffer);
      lastFillWasShort = count < room && early == null && !belowMayHaveMore();
      return count;
    } finally {
      received = buffer.flip();
      releaseReceived();
    }
  }

  private int takeEarly(ByteBuffer source, ByteBuffer target) {
    int count = Math.min(source.remaining(), target.remaining());
    target.put(target.position(), source, source.position(), count);
    target.position(target.position() + count);
    source.position(source.position() + count);
    if (!source.hasRemaining()) {
      early = null;
    }
    return count;
  }

  private void releaseReceived() {
    ByteBuffer buffer = received;
    if (buffer != null && !buffer.hasRemaining()) {
      received = null;
      pool.giveBack(buffer);
    }
  }

  // ---- sending

  @Override
  public int write(ByteBuffer source) throws IOException {
    single[0] = source;
    try {
      return (int) write(single, 0, 1);
    } finally {
      single[0] = NOTHING;
    }
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    requireNotClosed();
    if (stage != Stage.OPEN) {
      return 0;
    }
    long taken = 0;
    while (flush()) {
      long count = encrypt(sources, offset, length);
      if (count == 0) {
        break;
      }
      taken += count;
    }
    return taken;
  }

  /** Encrypts as much as one buffer takes. */
  private long encrypt(ByteBuffer[] sources, int offset, int length) throws IOException {
    if (!hasRemaining(sources, offset, length)) {
      return 0;
    }
    long taken = 0;
    ByteBuffer target = pool.take();
    try {
      SSLEngineResult result;
      do {
        result = engine.wrap(sources, offset, length, target);
        taken += result.bytesConsumed();
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
          runTasks();
        }
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
          throw new SSLException(
              "the TLS connection is closed for sending; what was to be sent is lost");
        }
      } while (result.getStatus() == SSLEngineResult.Status.OK
          && hasRemaining(sources, offset, length));
    } finally {
      keepUnsent(target.flip());
    }
    return taken;
  }

  private static boolean hasRemaining(ByteBuffer[] sources, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (sources[i].hasRemaining()) {
        return true;
      }
    }
    return false;
  }

  private void keepUnsent(ByteBuffer buffer) {
    if (buffer.hasRemaining()) {
      unsent = buffer;
    } else {
      pool.giveBack(buffer);
    }
  }

  /**
   * Sends ciphertext that is left from before, and what the engine has to say of its own.
   *
   * @return whether nothing is left
   */
  boolean flush() throws IOException {
    while (sendUnsent()) {
      if (engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP || !wrapOwn()) {
        return !(below instanceof TlsSocket tls) || tls.flush();
      }
    }
    return false;
  }

  private boolean sendUnsent() throws IOException {
    if (plainOutput != null) {
      if (!plainOutput.sendTo(below)) {
        return false;
      }
      plainOutput = null;
    }
    ByteBuffer buffer = unsent;
    if (buffer != null) {
      below.write(buffer);
      if (buffer.hasRemaining()) {
        return false;
      }
      unsent = null;
      pool.giveBack(buffer);
    }
    return true;
  }

  /** Returns false if the engine has nothing to say. */
  private boolean wrapOwn() throws SSLException {
    ByteBuffer target = pool.take();
    try {
      SSLEngineResult result = engine.wrap(NO_SOURCES, 0, 1, target);
      return result.bytesProduced() > 0 || result.getHandshakeStatus() != HandshakeStatus.NEED_WRAP;
    } finally {
      keepUnsent(target.flip());
    }
  }

  /** How many bytes of ciphertext are unsent. */
  int unsentBytes() {
    ByteBuffer buffer = unsent;
    return buffer == null ? 0 : buffer.remaining();
  }

  /** Tells the peer what was wrong, if it can be told at once. */
  private void sendAlert() {
    try {
      flush();
    } catch (IOException e) {
      // the failure that is to be told of is the first one
    }
  }

  // ---- the end

  /** Says the last word; what has come and was not read is dropped. */
  void closeOutput() {
    if (stage == Stage.OPEN) {
      stage = Stage.CLOSING;
      mayHaveMore = false;
      engine.closeOutbound();
    }
  }

  /** Reads on to the peer's last word. */
  LastWord awaitLastWord() throws IOException {
    boolean isNew = received == null;
    pool.giveBack(decrypted);
    decrypted = null;
    ByteBuffer dropped = pool.take();
    try {
      while (!engine.isInboundDone()) {
        SSLEngineResult result = unwrap(dropped.clear());
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
          int count = fill();
          if (count <= 0) {
            return count == 0 ? LastWord.AWAITED : LastWord.CAME;
          }
          isNew = true;
        } else if (result.bytesProduced() > 0 && isNew) {
          return LastWord.NOT_MEANT;
        } else {
          attendToEngine();
        }
      }
      return LastWord.CAME;
    } finally {
      releaseReceived();
      pool.giveBack(dropped);
    }
  }

  @Override
  public void close() {
    if (stage != Stage.CLOSED) {
      stage = Stage.CLOSED;
      mayHaveMore = false;
      pool.giveBack(received);
      pool.giveBack(decrypted);
      pool.giveBack(unsent);
      received = null;
      decrypted = null;
      unsent = null;
      early = null;
      if (plainOutput != null) {
        plainOutput.clear();
        plainOutput = null;
      }
    }
    below.close();
  }

  private void requireNotClosed() throws ClosedChannelException {
    if (stage == Stage.CLOSED) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public String toString() {
    return "TlsSocket[" + stage + ", "
        + Arrays.toString(options.applicationProtocols().toArray()) + "]";
  }
}
