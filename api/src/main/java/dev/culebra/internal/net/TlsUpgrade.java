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
    if (!(transport instanceof SocketTransport sockets) || sockets.sockets() != loop) {
      throw new IllegalArgumentException(
          "transport " + transport + " is not one of this loop's, which alone can start TLS");
    }
    SSLEngine engine =
        serverSide ? TlsEngines.server(options) : TlsEngines.client(options, null, -1);
    loop.requireTask();
    Promise<@Nullable Void> done = new Promise<>(loop);
    sockets.startTls(
        protocol, new TlsSocket(sockets.socket(), engine, options, loop.records()), done);
    try {
      done.await();
    } catch (CancellationException e) {
      sockets.abort();
      throw e;
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the TLS handshake failed", e);
    }
    return sockets;
  }
}
