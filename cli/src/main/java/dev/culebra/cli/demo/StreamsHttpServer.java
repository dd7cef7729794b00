// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.demo;

import dev.culebra.Asyncio;
import dev.culebra.cli.HostPort;
import dev.culebra.net.IncompleteReadException;
import dev.culebra.net.LimitOverrunException;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import java.io.IOException;

/** Says "Hello Client!" over HTTP/1.1, a task for each connection. Nothing in it knows which backend it runs on. */
public final class StreamsHttpServer {

  private static final int SKIP_BYTES = 64 * 1024;
  private static final byte[] END_OF_HEAD = HelloRequest.endOfHead();

  private StreamsHttpServer() {}

  /**
   * Serves until the process is ended.
   *
   * @param args the port; by default the system chooses one
   */
  public static void main(String[] args) throws Exception {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 0;
    ServerOptions options = ServerOptions.DEFAULT.withLimitBytes(HelloRequest.MAX_HEAD_BYTES);
    Asyncio.run(() -> {
      try (Server server =
          Asyncio.startServer(StreamsHttpServer::serve, "127.0.0.1", port, options)) {
        System.out.println("listening on " + HostPort.of(server.addresses().get(0)));
        server.serveForever();
      }
    });
  }

  private static void serve(StreamReader reader, StreamWriter writer) {
    try (writer) {
      HelloRequest request;
      do {
        request = read(reader);
        writer.write(request.answer());
        writer.drain();
      } while (request.keepsAlive());
    } catch (IOException e) {
      // The client is gone, as clients are; between two requests that is how a connection ends.
    }
  }

  private static HelloRequest read(StreamReader reader) throws IOException {
    HelloRequest request;
    try {
      request = HelloRequest.parse(reader.readUntil(END_OF_HEAD));
    } catch (LimitOverrunException e) {
      return HelloRequest.TOO_LONG;
    }
    for (long left = request.bodyBytes(); left > 0; ) {
      int count = reader.read((int) Math.min(left, SKIP_BYTES)).length;
      if (count == 0) {
        throw new IncompleteReadException(new byte[0], -1);
      }
      left -= count;
    }
    return request;
  }
}
