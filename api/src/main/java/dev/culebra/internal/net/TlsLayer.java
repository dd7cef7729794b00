// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.net.BaseProtocol;
import org.jspecify.annotations.Nullable;

/** Holds the TLS of a transport, and the phase of it that has the transport's socket, or is to have it. */
final class TlsLayer {

  private static final System.Logger LOG = System.getLogger("dev.culebra");

  private final SocketTransport transport;
  final TlsSocket socket;

  /** The handshake of an upgrade or, once the transport is closing, the end. */
  private @Nullable TlsPhase phase;

  TlsLayer(SocketTransport transport, TlsSocket socket) {
    this.transport = transport;
    this.socket = socket;
    socket.whenOutputWaits(transport::outputWaits);
  }

  TlsLayer(SocketTransport transport, TlsSocket socket, TlsHandshake handshake) {
    this(transport, socket);
    phase = handshake;
  }

  /** Tells a protocol that has answered eofReceived with true. */
  void cannotKeepSending(BaseProtocol protocol) {
    LOG.log(
        System.Logger.Level.WARNING,
        () -> "returning true from eofReceived() has no effect with TLS, which has no half-close: "
            + protocol);
  }

  /** Whether nobody else may watch, read or write the socket. */
  boolean isBusy() {
    return phase != null && phase.hasSocket();
  }

  /** Lets the phase have the socket. */
  void takeOver() {
    transport.leaveSocket();
    if (phase != null) {
      phase.takeSocket();
    }
  }

  /** The transport is being closed; when all is sent, {@link #takeOver} goes on with that. */
  void close() {
    if (isBusy()) {
      transport.lose(null); // a handshake cannot be closed in order
    } else {
      phase = new TlsShutdown(transport, socket);
    }
  }

  void lost() {
    if (phase != null) {
      phase.abandon();
    }
  }
}
