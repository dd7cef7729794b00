// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.net.BaseProtocol;
import dev.culebra.net.BaseTransport;
import dev.culebra.net.StreamConnection;
import java.io.IOException;
import java.net.SocketException;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes a reader and a writer of a connection: asyncio's StreamReaderProtocol, but for reading, which
 * {@link PullInput} does.
 */
class StreamProtocol implements BaseProtocol {

  private final SocketLoop loop;
  private final int limitBytes;
  private final @Nullable Consumer<StreamProtocol> whenConnected;
  private final Waiters drainers;
  private final Waiters closeWaiters;

  private @Nullable PullInput input;
  private @Nullable StreamConnection connection;
  private boolean paused;
  private boolean lost;
  private @Nullable Exception lossCause;

  StreamProtocol(
      SocketLoop loop, int limitBytes, @Nullable Consumer<StreamProtocol> whenConnected) {
    this.loop = loop;
    this.limitBytes = limitBytes;
    this.whenConnected = whenConnected;
    this.drainers = new Waiters(loop);
    this.closeWaiters = new Waiters(loop);
  }

  /** Called by the transport as it is made: how it is to be read. */
  Input inputOf(SocketTransport transport) {
    if (input != null) { // it comes back to the transport that it had
      input.restored();
      return input;
    }
    PullInput pull = new PullInput(transport);
    input = pull;
    SocketStreamReader reader = new SocketStreamReader(pull, loop.chunks(), limitBytes);
    pull.restIsIn(reader);
    connection = new StreamConnection(reader, new SocketStreamWriter(transport, this));
    return pull;
  }

  StreamConnection connection() {
    return Objects.requireNonNull(connection, "the transport asks for the input first");
  }

  /** Whoever sends is gone: what it has sent is kept here, so that the transport can close. */
  void readAhead() {
    if (input != null) {
      input.readAhead();
    }
  }

  @Override
  public void connectionMade(BaseTransport transport) {
    if (whenConnected != null) {
      whenConnected.accept(this);
    }
  }

  /** Whether a server made this. */
  boolean isServed() {
    return whenConnected != null;
  }

  @Override
  public void pauseWriting() {
    paused = true;
  }

  @Override
  public void resumeWriting() {
    paused = false;
    drainers.wakeAll();
  }

  @Override
  public void connectionLost(@Nullable Exception exception) {
    lost = true;
    lossCause = exception;
    drainers.wakeAll();
    closeWaiters.wakeAll();
  }

  /** Parks the calling task while the transport has more than its high limit. */
  void drain() throws IOException {
    Objects.requireNonNull(input).throwFailure();
    throwIfLost();
    while (paused) {
      drainers.await();
      throwIfLost();
    }
  }

  private void throwIfLost() throws IOException {
    if (lost) {
      throwLossCause();
      throw new SocketException("Connection lost");
    }
  }

  /** Parks the calling task until the connection is gone; throws what it was lost with. */
  void awaitClosed() throws IOException {
    while (!lost) {
      closeWaiters.await();
    }
    throwLossCause();
  }

  private void throwLossCause() throws IOException {
    if (lossCause instanceof IOException e) {
      throw e;
    }
    if (lossCause != null) {
      throw new IOException("the connection was lost", lossCause);
    }
  }

  @Override
  public String toString() {
    return "StreamProtocol";
  }
}
