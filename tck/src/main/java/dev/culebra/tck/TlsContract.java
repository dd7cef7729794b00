// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.startServer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culebra.net.ConnectOptions;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamHandler;
import org.junit.jupiter.api.Test;

/** TLS: handshakes, what passes, and what both sides know of each other. */
abstract class TlsContract extends OnLoop {

  static final ServerOptions SERVING = ServerOptions.DEFAULT.withTls(Certificates.SERVING);
  static final ConnectOptions CONNECTING = ConnectOptions.DEFAULT.withTls(Certificates.CONNECTING);

  static final StreamHandler ECHO = (reader, writer) -> {
    for (byte[] data; (data = reader.read(100_000)).length > 0; ) {
      writer.write(data);
      writer.drain();
    }
    writer.close();
  };

  @Test
  void streamsEcho() throws Exception {
    run(() -> {
      try (Server server = startServer(ECHO, HOST, 0, SERVING)) {
        StreamConnection connection = openConnection(HOST, port(server), CONNECTING);
        byte[] sent = SpiContract.pattern(100_000);
        connection.writer().write(sent);
        assertArrayEquals(sent, connection.reader().readExactly(sent.length));
        assertEquals("TLSv1.3", connection.writer().transport().tlsSession().protocol());
        connection.close();
        connection.writer().awaitClosed();
      }
    });
  }
}
