// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.startServer;

import dev.culebra.net.ConnectOptions;
import dev.culebra.net.Connection;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamHandler;
import dev.culebra.net.TlsOptions;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** What the contracts of TLS share. */
abstract class TlsOnLoop extends OnLoop {

  static final ServerOptions SERVING = ServerOptions.DEFAULT.withTls(Certificates.SERVING);
  static final ConnectOptions CONNECTING = ConnectOptions.DEFAULT.withTls(Certificates.CONNECTING);

  /** Echoes to the end of the stream. */
  static final StreamHandler ECHO = (reader, writer) -> {
    try (writer) {
      byte[] data = reader.read(100_000);
      while (data.length > 0) {
        writer.write(data);
        writer.drain();
        data = reader.read(100_000);
      }
    }
  };

  static ServerOptions serving(UnaryOperator<TlsOptions> change) {
    return ServerOptions.DEFAULT.withTls(change.apply(Certificates.SERVING));
  }

  static ConnectOptions connecting(UnaryOperator<TlsOptions> change) {
    return ConnectOptions.DEFAULT.withTls(change.apply(Certificates.CONNECTING));
  }

  /** The two ends of a connection, both on the loop. */
  record Ends(ConnectionLog server, ConnectionLog client) {}

  /** In a task: connects two protocols. The server is closed, the connection stands. */
  final Ends ends(ConnectionLog server, ConnectionLog client) throws IOException {
    return ends(server, SERVING, client, CONNECTING);
  }

  final Ends ends() throws IOException {
    return ends(new ConnectionLog.Pushed(), new ConnectionLog.Pushed());
  }

  final Ends ends(
      ConnectionLog server, ServerOptions serving, ConnectionLog client, ConnectOptions connecting)
      throws IOException {
    try (Server listening = loop.createServer(() -> log(server), HOST, 0, serving)) {
      Connection<ConnectionLog> connection =
          loop.createConnection(() -> log(client), HOST, port(listening), connecting);
      await("the server's connection", server::isMade);
      for (ConnectionLog each : new ConnectionLog[] {server, connection.protocol()}) {
        each.transport().setOption(StandardSocketOptions.SO_SNDBUF, 16 * 1024);
      }
      return new Ends(server, client);
    }
  }

  final Server echoServer() throws IOException {
    return startServer(ECHO, HOST, 0, SERVING);
  }

  /** Connects a blocking client of the JDK's, for a thread that is not the loop's. */
  final SSLSocket jdkClient(SSLContext context, int port) throws IOException {
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(HOST, port);
    socket.setSoTimeout((int) patience().toMillis());
    return socket;
  }

  /** Answers with what it gets. */
  static final class Echo extends ConnectionLog.Pushed {
    @Override
    public void dataReceived(ByteBuffer data) throws Exception {
      came(data.duplicate());
      transport().write(data);
    }
  }
}
