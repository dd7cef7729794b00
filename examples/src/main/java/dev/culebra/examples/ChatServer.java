// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.startServer;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.culebra.Task;
import dev.culebra.net.Server;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import dev.culebra.sync.AsyncQueue;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/** Sends each line that a client writes to all others. */
class ChatServer {
  static final Set<AsyncQueue<byte[]>> OUTBOXES = new LinkedHashSet<>(); // of one loop: no lock

  static void main(String[] args) throws Exception {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 8000;
    run(() -> {
      try (Server server = startServer(ChatServer::serve, "127.0.0.1", port)) {
        IO.println("serving on " + server.addresses().get(0));
        server.serveForever();
      }
    });
  }

  static void serve(StreamReader reader, StreamWriter writer) throws IOException {
    AsyncQueue<byte[]> outbox = new AsyncQueue<>(100);
    Task<?> sending = createTask(() -> send(outbox, writer));
    OUTBOXES.add(outbox);
    outbox.putNoWait(("you are number " + OUTBOXES.size() + "\n").getBytes(US_ASCII));
    try (writer) {
      for (byte[] line = reader.readLine(); line.length > 0; line = reader.readLine()) {
        for (AsyncQueue<byte[]> other : OUTBOXES) {
          if (other != outbox && !other.full()) { // who does not read holds nobody up
            other.putNoWait(line);
          }
        }
      }
    } finally {
      OUTBOXES.remove(outbox);
      sending.cancel();
    }
  }

  static void send(AsyncQueue<byte[]> outbox, StreamWriter writer) throws IOException {
    while (!writer.isClosing()) {
      writer.write(outbox.get());
      writer.drain();
    }
  }
}
