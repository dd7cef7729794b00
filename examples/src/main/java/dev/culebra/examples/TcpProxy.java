// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.startServer;
import static dev.culebra.Asyncio.taskGroup;

import dev.culebra.net.Server;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import java.io.IOException;

/** Hands connections on to another port, and each of their two directions to its own end. */
class TcpProxy {
  static void main(String[] args) throws Exception {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 8001;
    int target = args.length > 1 ? Integer.parseInt(args[1]) : 8000;
    run(() -> {
      try (Server server =
          startServer((reader, writer) -> serve(reader, writer, target), "127.0.0.1", port)) {
        IO.println("serving on " + server.addresses().get(0));
        server.serveForever();
      }
    });
  }

  static void serve(StreamReader reader, StreamWriter writer, int target) throws Exception {
    try (writer;
        StreamConnection far = openConnection("127.0.0.1", target)) {
      taskGroup(group -> {
        group.createTask(() -> pump(reader, far.writer()));
        group.createTask(() -> pump(far.reader(), writer));
      });
    }
  }

  static void pump(StreamReader from, StreamWriter to) throws IOException {
    while (!from.atEof()) {
      to.write(from.read(64 * 1024));
      to.drain();
    }
    to.writeEof(); // the other direction goes on
  }
}
