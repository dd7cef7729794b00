// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.spi.Poller;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * Closes the TLS of a transport: says the last word, and waits for the peer's.
 *
 * <p>A peer that goes on sending is not waited for. Its time limit runs from the transport's close, and
 * anew whenever something that was written has left: a slow download is not cut.
 */
final class TlsShutdown extends TlsPhase {

  private final SocketTransport transport;
  private final Duration timeout;
  private TlsSocket socket;
  private long leftBytes;
  private boolean saidLastWord;

  TlsShutdown(SocketTransport transport, TlsSocket socket) {
    super(transport.sockets(), socket);
    this.transport = transport;
    this.socket = socket;
    this.timeout = socket.options().shutdownTimeout();
    this.leftBytes = transport.getWriteBufferSize();
    limit(timeout);
  }

  @Override
  int proceed() throws IOException {
    while (true) {
      socket.closeOutput();
      saidLastWord = false;
      if (!socket.flush()) {
        return Poller.WRITE;
      }
      saidLastWord = true;
      TlsSocket.LastWord lastWord = socket.awaitLastWord();
      if (lastWord == TlsSocket.LastWord.AWAITED) {
        return Poller.READ | (socket.unsentBytes() > 0 ? Poller.WRITE : 0);
      }
      if (lastWord == TlsSocket.LastWord.CAME && socket.below instanceof TlsSocket outer) {
        socket = outer;
      } else {
        end();
        transport.lose(null);
        return 0;
      }
    }
  }

  /** What a peer does that has got all is no failure any more. */
  @Override
  void failed(Exception failure) {
    end();
    transport.lose(saidLastWord ? null : failure);
  }

  @Override
  void timedOut() {
    long left = transport.getWriteBufferSize();
    if (left < leftBytes) {
      leftBytes = left;
      limit(timeout);
      return;
    }
    end();
    transport.lose(new SocketTimeoutException(
        "TLS shutdown timed out: nothing came or went for " + TlsHandshake.inSeconds(timeout)));
  }

  @Override
  public String toString() {
    return "TlsShutdown[" + transport + "]";
  }
}
