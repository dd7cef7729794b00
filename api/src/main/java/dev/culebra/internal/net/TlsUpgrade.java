// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.internal.loop.Promise;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.TlsOptions;
import dev.culebra.net.Transport;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** Puts TLS into a connection that stands: asyncio's {@code start_tls}. */
final class TlsUpgrade {

  private TlsUpgrade() {}

  /** Upgrades a transport, and parks the calling task for the handshake. */
  static Transport upgrade(
      SocketLoop loop,
      Transport transport,
      BaseProtocol protocol,
      TlsOptions options,
      boolean serverSide)
      throws IOException {
    Objects.requireNonNull(protocol, "protocol");
    if (!(transport instanceof SocketTransport plain) || plain.sockets() != loop) {
      throw new IllegalArgumentException(
          "TLS can be started on connections of this loop only, and " + transport + " is none");
    }
    if (transport instanceof PipeTransport) {
      throw new IllegalArgumentException(
          "TLS needs a connection of two directions, and " + transport + " is the end of a pipe");
    }
    SSLEngine engine =
        serverSide ? TlsEngines.server(options) : TlsEngines.client(options, null, -1);
    loop.requireTask();
    TlsSocket secure = new TlsSocket(plain.socket(), engine, options, loop.records());
    Promise<@Nullable Void> done = new Promise<>(loop);
    plain.startTls(
        protocol,
        secure,
        new TlsHandshake(loop, secure, (handshake, failure) -> ended(plain, failure, done)));
    await(plain, done);
    return plain;
  }

  private static void ended(
      SocketTransport transport, @Nullable Exception failure, Promise<@Nullable Void> done) {
    if (failure == null) {
      transport.tlsStarted();
    } else {
      transport.lose(failure);
    }
    TlsHandshake.complete(done, failure);
  }

  private static void await(SocketTransport transport, Promise<@Nullable Void> done)
      throws IOException {
    try {
      TlsHandshake.await(done);
    } catch (CancellationException e) {
      transport.abort();
      throw e;
    }
  }
}
