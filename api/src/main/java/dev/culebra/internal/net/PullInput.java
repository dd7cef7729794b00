// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.internal.loop.LoopTask;
import dev.culebra.internal.loop.Waitable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Receives when a task asks for it, into the task's own buffer, and parks the task while the kernel has
 * nothing. What nobody reads stays with the kernel, which slows the peer down.
 *
 * <p>The socket is watched while a task waits, and stays so after it was served: in the steady state a
 * request costs neither a change of the watch nor a read that finds nothing. Only when data comes and
 * nobody waits is the watch dropped, and {@code mayHaveData} remembers it.
 */
final class PullInput implements Input, Waitable {

  private static final int AHEAD_BYTES = 4 * 1024;
  private static final int MAX_AHEAD_BYTES = 64 * 1024;

  private final SocketTransport transport;
  private @Nullable LoopTask<?> reader;
  private @Nullable SocketStreamReader buffer;
  private boolean mayHaveData;

  /** Whether reading is paused by this, since data came and nobody waited for it. */
  private boolean paused;

  private boolean ended;

  /** What was received before anybody asked for it, and whether that goes on. */
  private @Nullable ByteBuffer ahead;

  private boolean readsAhead;
  private @Nullable Exception failure;

  PullInput(SocketTransport transport) {
    this.transport = transport;
  }

  /** What is received and not asked for is kept in a reader. */
  void restIsIn(SocketStreamReader streamReader) {
    buffer = streamReader;
  }

  @Override
  public @Nullable ByteBuffer takeReceived() {
    requireNoReader();
    return buffer == null ? null : buffer.takeReceived();
  }

  /**
   * Receives into a buffer with room, waiting if nothing is there.
   *
   * @return how many bytes came, -1 at the end of the stream
   */
  int receive(ByteBuffer target) throws IOException {
    int count;
    while ((count = tryReceive(target)) == 0) {
      awaitReadable();
    }
    return count;
  }

  /**
   * Receives into a buffer with room, without waiting.
   *
   * @return how many bytes came, 0 if nothing is there, -1 at the end of the stream
   */
  int tryReceive(ByteBuffer target) throws IOException {
    requireNoReader();
    if (ahead != null) {
      return takeAhead(ahead, target);
    }
    throwFailure();
    if (ended) {
      return -1;
    }
    if (!mayHaveData) {
      return 0;
    }
    int count = receiveNow(target);
    if (readsAhead && count > 0) {
      fillAhead();
    }
    return count;
  }

  private int receiveNow(ByteBuffer target) throws IOException {
    int count = read(target);
    mayHaveData = count > 0 && (!target.hasRemaining() || transport.mayHaveMore());
    if (count < 0) {
      ended = true;
      transport.endOfInput();
    }
    return count;
  }

  private int read(ByteBuffer target) throws IOException {
    try {
      return transport.socket().read(target);
    } catch (IOException e) {
      failure = e;
      transport.lose(e);
      throw e;
    }
  }

  /**
   * Receives what is there although nobody asks for it, from now on: whoever sent it is gone, so it is
   * hardly more than the kernel holds, and the end behind it closes the transport.
   */
  void readAhead() {
    readsAhead = true;
    if (reader == null && !ended && failure == null) {
      mayHaveData = true;
      fillAhead();
      transport.resumeReading();
    }
  }

  private void fillAhead() {
    ByteBuffer filling = ahead == null ? ByteBuffer.allocate(AHEAD_BYTES) : ahead.compact();
    ahead = null;
    try {
      int count;
      do {
        if (!filling.hasRemaining()) {
          filling = ByteBuffer.allocate(filling.capacity() * 2).put(filling.flip());
        }
        count = receiveNow(filling);
      } while (count > 0 && filling.position() < MAX_AHEAD_BYTES);
    } catch (IOException e) {
      // it is kept in failure, for whoever reads
    }
    ahead = filling.flip().hasRemaining() ? filling : null;
  }

  private int takeAhead(ByteBuffer from, ByteBuffer target) {
    int count = Math.min(from.remaining(), target.remaining());
    target.put(target.position(), from, from.position(), count);
    target.position(target.position() + count);
    from.position(from.position() + count);
    if (!from.hasRemaining()) {
      ahead = null;
    }
    return count;
  }

  /** Parks the calling task until there may be something to receive. */
  void awaitReadable() {
    LoopTask<?> task = transport.sockets().requireTask();
    reader = task;
    try {
      paused = false;
      transport.resumeReading();
      task.parkOn(this);
    } finally {
      reader = null;
    }
    mayHaveData = true;
  }

  void requireNoReader() {
    transport.sockets().checkThread();
    if (reader != null) {
      throw new IllegalStateException(
          "another task is already waiting for incoming data; one task reads at a time");
    }
  }

  /** Throws what the connection was lost with, as every read after that does. */
  void throwFailure() throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure != null) {
      throw new IOException("the connection was lost", failure);
    }
  }

  boolean ended() {
    return ended && ahead == null;
  }

  @Override
  public boolean takesReadiness() {
    LoopTask<?> waiting = reader;
    if (waiting == null) {
      return false;
    }
    waiting.wake();
    return true;
  }

  @Override
  public void onReadable() {
    if (!takesReadiness()) {
      mayHaveData = true;
      if (readsAhead && (ahead == null || ahead.remaining() < MAX_AHEAD_BYTES)) {
        fillAhead();
      } else {
        paused = transport.isReading();
        transport.pauseReading();
      }
    }
  }

  /** Half-open: the writer stays usable after the peer's end, but not with TLS, which has no such thing. */
  @Override
  public boolean eofReceived() {
    return transport.canWriteEof();
  }

  /** What it has paused for want of a reader flows again; a task that waits here would wait for ever. */
  @Override
  public void replaced() {
    if (paused) {
      paused = false;
      transport.resumeReading();
    }
    LoopTask<?> waiting = reader;
    if (waiting != null) {
      failure = new IOException("the connection was handed to another protocol");
      waiting.wake();
    }
  }

  /** It is the transport's input again. */
  void restored() {
    if (!ended && !transport.isClosing()) {
      failure = null;
      mayHaveData = true;
    }
  }

  @Override
  public void lost(@Nullable Exception exception) {
    if (exception == null) {
      ended = true;
    } else if (failure == null) {
      failure = exception;
    }
    takesReadiness();
  }

  @Override
  public boolean cancelWait(LoopTask<?> task, @Nullable String message) {
    return false;
  }
}
