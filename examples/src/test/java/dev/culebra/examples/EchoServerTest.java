// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.startServer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.net.Server;
import dev.culebra.net.StreamConnection;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EchoServerTest {

  private static final Path SOURCE = Path.of("src/main/java/dev/culebra/examples/EchoServer.java");

  @Test
  void echoes() throws Exception {
    byte[] message = new byte[300_000];
    new Random(1).nextBytes(message);
    run(() -> {
      try (Server server = startServer(EchoServer::serve, "127.0.0.1", 0)) {
        int port = ((InetSocketAddress) server.addresses().get(0)).getPort();
        try (StreamConnection client = openConnection("127.0.0.1", port)) {
          client.writer().write(message);
          client.writer().writeEof();
          assertArrayEquals(message, client.reader().readAll());
        }
      }
    });
  }

  @Test
  void theReadmesShowItAsItIs() throws Exception {
    String source = Files.readString(SOURCE);
    String shown = source.substring(source.indexOf("import ")).replaceFirst("/\\*\\*.*\n", "");

    for (String readme : List.of("README.md", "README.zh-CN.md")) {
      assertTrue(
          Files.readString(Path.of("..", readme)).contains("```java\n" + shown + "```"), readme);
    }
    assertEquals(20, shown.lines().count());
  }
}
