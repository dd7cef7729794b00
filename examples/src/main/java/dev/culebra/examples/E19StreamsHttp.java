// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.startServer;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.culebra.net.Server;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import java.io.IOException;

/** Answers HTTP on streams: a task for each connection. */
class E19StreamsHttp {
  static void main(String[] args) throws Exception {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 8000;
    run(() -> {
      try (Server server = startServer(E19StreamsHttp::serve, "127.0.0.1", port)) {
        IO.println("serving on " + server.addresses().get(0));
        server.serveForever();
      }
    });
  }

  static void serve(StreamReader reader, StreamWriter writer) throws IOException {
    byte[] request = reader.read(64 * 1024);
    IO.println(new String(request, US_ASCII));
    writer.write("HTTP/1.1 200 OK\r\n\r\nHello Client!".getBytes(US_ASCII));
    writer.close();
  }
}
