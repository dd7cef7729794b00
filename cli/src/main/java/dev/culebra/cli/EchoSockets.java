// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.Asyncio;
import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.net.AsyncSocket;
import dev.culebra.net.Server;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Sends back what it receives, with the loop's low-level socket functions: a task for each connection. */
final class EchoSockets implements Server {

  private static final int FIRST_BUFFER_BYTES = 4 * 1024;
  private static final int LARGEST_BUFFER_BYTES = 256 * 1024;

  private final EventLoop loop = Asyncio.getRunningLoop();
  private final AsyncSocket listener;
  private final List<SocketAddress> addresses;
  private final Set<AsyncSocket> clients = new LinkedHashSet<>();
  private final LoopFuture<@Nullable Void> ended = loop.createFuture();
  private @Nullable Task<?> accepting;
  private boolean closed;

  /** Takes over a socket that listens. */
  EchoSockets(AsyncSocket listener) throws IOException {
    this.listener = listener;
    this.addresses = List.of(Objects.requireNonNull(listener.localAddress(), "not listening"));
  }

  @Override
  public void startServing() {
    if (accepting == null) {
      accepting = loop.createTask(this::acceptAll);
    }
  }

  private void acceptAll() {
    while (!closed) {
      try {
        AsyncSocket client = loop.sockAccept(listener).socket();
        clients.add(client);
        loop.createTask(() -> echo(client));
      } catch (IOException e) {
        // closed, or a client that gave up
      }
    }
  }

  private void echo(AsyncSocket client) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(FIRST_BUFFER_BYTES);
    try (client) {
      while (loop.sockRecvInto(client, buffer) >= 0) {
        boolean filled = !buffer.hasRemaining();
        loop.sockSendAll(client, buffer.flip());
        buffer = filled && buffer.capacity() < LARGEST_BUFFER_BYTES
            ? ByteBuffer.allocateDirect(buffer.capacity() * 4)
            : buffer.clear();
      }
    } catch (IOException e) {
      // A client that breaks its connection is no business of the others.
    } finally {
      clients.remove(client);
      endIfOver();
    }
  }

  private void endIfOver() {
    if (closed && clients.isEmpty() && !ended.done()) {
      ended.setResult(null);
    }
  }

  @Override
  public List<SocketAddress> addresses() {
    return closed ? List.of() : addresses;
  }

  @Override
  public EventLoop getLoop() {
    return loop;
  }

  @Override
  public void serveForever() {
    startServing();
    awaitClosed();
  }

  @Override
  public boolean isServing() {
    return accepting != null && !closed;
  }

  @Override
  public void close() {
    closed = true;
    if (accepting != null) {
      accepting.cancel();
    }
    listener.close();
    endIfOver();
  }

  /** What was received has been sent: these sockets hold nothing back. */
  @Override
  public void closeClients() {
    List.copyOf(clients).forEach(AsyncSocket::close);
  }

  @Override
  public void abortClients() {
    closeClients();
  }

  @Override
  public void awaitClosed() {
    try {
      Asyncio.shield(ended).await();
    } catch (CancellationException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("it only ever gets a result", e);
    }
  }
}
