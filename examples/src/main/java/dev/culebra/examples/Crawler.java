// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.startServer;
import static dev.culebra.Asyncio.taskGroup;
import static dev.culebra.Asyncio.timeout;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.culebra.TaskGroup;
import dev.culebra.net.Server;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import dev.culebra.sync.AsyncLock;
import dev.culebra.sync.Permit;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** Follows the links of a site: a task for each page, a time limit for each, four a second at most. */
class Crawler {
  /** Pages and what they link to; one that is not there never answers. */
  static final Map<String, String> SITE =
      Map.of("/", "/a /b", "/a", "/ /c", "/b", "/c /slow", "/c", "/");

  private final Set<String> seen = new HashSet<>();
  private final AsyncLock turn = new AsyncLock();
  private final int port;

  Crawler(int port) {
    this.port = port;
  }

  static void main() throws Exception {
    run(() -> {
      try (Server server = startServer(Crawler::serve, "127.0.0.1", 0)) {
        Crawler crawler = new Crawler(((InetSocketAddress) server.addresses().get(0)).getPort());
        taskGroup(group -> {
          crawler.visit("/", group);
        });
        print("seen all");
      }
    });
  }

  void visit(String path, TaskGroup group) throws Exception {
    if (!seen.add(path)) {
      return;
    }
    awaitTurn();
    try {
      String links = timeout(Duration.ofSeconds(1)).run(() -> fetch(path));
      print(path + " has " + links);
      for (String link : links.split(" ", -1)) {
        group.createTask(() -> visit(link, group));
      }
    } catch (TimeoutException e) {
      print(path + " timed out");
    }
  }

  void awaitTurn() {
    try (Permit held = turn.enter()) {
      sleep(Duration.ofMillis(250));
    }
  }

  String fetch(String path) throws IOException {
    try (StreamConnection connection = openConnection("127.0.0.1", port)) {
      connection.writer().write(("GET " + path + "\n").getBytes(US_ASCII));
      return new String(connection.reader().readAll(), US_ASCII);
    }
  }

  static void serve(StreamReader reader, StreamWriter writer) throws IOException {
    try (writer) {
      String path = new String(reader.readLine(), US_ASCII).strip().substring("GET ".length());
      String links = SITE.get(path);
      if (links == null) {
        sleep(Duration.ofHours(1));
      } else {
        writer.write(links.getBytes(US_ASCII));
      }
    }
  }

  static final long START = System.nanoTime();

  static void print(String line) {
    IO.println("T+" + Duration.ofNanos(System.nanoTime() - START).toMillis() / 1e3 + " " + line);
  }
}
