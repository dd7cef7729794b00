// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.startServer;
import static dev.culebra.Asyncio.waitFor;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.culebra.PosixSignal;
import dev.culebra.net.Server;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import dev.culebra.sync.AsyncEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Ends on SIGINT or SIGTERM, but not before those who wait have their answers. */
class GracefulServer {
  static void main(String[] args) throws Exception {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 8000;
    run(() -> {
      AsyncEvent told = new AsyncEvent();
      for (PosixSignal signal : List.of(PosixSignal.SIGINT, PosixSignal.SIGTERM)) {
        getRunningLoop().addSignalHandler(signal, told::set);
      }
      Server server = startServer(GracefulServer::serve, "127.0.0.1", port);
      IO.println("serving on " + server.addresses().get(0));
      told.await();
      IO.println("lets nobody in");
      server.close();
      try {
        waitFor(server::awaitClosed, Duration.ofSeconds(3));
        IO.println("all have left");
      } catch (TimeoutException e) {
        server.abortClients();
        IO.println("some had to be sent away");
      }
    });
  }

  static void serve(StreamReader reader, StreamWriter writer) throws IOException {
    try (writer) {
      byte[] request = reader.readLine();
      IO.println("works");
      sleep(Duration.ofSeconds(1));
      writer.write("done: ".getBytes(US_ASCII));
      writer.write(request);
      writer.drain();
    }
  }
}
