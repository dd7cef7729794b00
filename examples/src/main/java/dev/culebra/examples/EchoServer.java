// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.startServer;

import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;

/** Sends back what it is sent. */
public class EchoServer {
  public static void main(String[] args) throws Exception {
    run(() -> startServer(EchoServer::serve, "127.0.0.1", 8000).serveForever());
  }

  static void serve(StreamReader reader, StreamWriter writer) throws Exception {
    try (writer) {
      while (!reader.atEof()) {
        writer.write(reader.read(64 * 1024));
        writer.drain();
      }
    }
  }
}
