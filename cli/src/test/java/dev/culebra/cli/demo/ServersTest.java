// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.LoopPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both kinds of server, on the wire: they answer alike. */
class ServersTest {

  private static final String HELLO = new String(HelloRequest.hello(), StandardCharsets.US_ASCII);
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String LAST_GET = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

  static Stream<String> servers() {
    return Stream.concat(
        LoopPolicy.available().entrySet().stream()
            .filter(backend -> backend.getValue().available())
            .map(java.util.Map.Entry::getKey),
        Stream.of(ServerMain.VIRTUAL_THREADS));
  }

  @ParameterizedTest
  @MethodSource("servers")
  void answersWhateverIsSent(String name) throws Exception {
    try (ServerProcess server = start(name)) {
      String last = HELLO.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
      int port = server.port();
      assertEquals(last, talk(port, LAST_GET), "one request");
      assertEquals(HELLO + HELLO + last, talk(port, GET + GET + LAST_GET), "pipelined requests");
      assertEquals(
          HELLO + last,
          talk(
              port,
              "POST / HTTP/1.1\r\nContent-Length: 200000\r\n\r\n" + "x".repeat(200_000) + LAST_GET),
          "a body");
      assertEquals(
          HELLO + last, talk(port, "GET / HT", "TP/1.1\r\n\r", "\n" + LAST_GET), "in pieces");
      assertEquals("", talk(port, "GET / HTTP/1.1\r\nHo"), "half a request");
      assertEquals("", talk(port, ""), "nothing");
      assertEquals(
          "HTTP/1.1 400 Bad Request",
          talk(port, "hello\r\n\r\n").lines().findFirst().orElse(""));
      assertEquals(
          "HTTP/1.1 431 Request Header Fields Too Large",
          talk(port, "GET / HTTP/1.1\r\nX: " + "x".repeat(HelloRequest.MAX_HEAD_BYTES + 10))
              .lines()
              .findFirst()
              .orElse(""));
    }
  }

  @Test
  void endsWithTheProcessThatStartedIt() throws Exception {
    Process server =
        new ProcessBuilder(ServerProcess.command(List.of(), ServerMain.STREAMS)).start();
    try (BufferedReader out = server.inputReader()) {
      assertTrue(out.readLine().startsWith("listening on "));

      server.getOutputStream().close(); // as the system does when a process ends

      assertNull(out.readLine());
      assertEquals(0, server.waitFor());
    } finally {
      server.destroyForcibly();
    }
  }

  private static ServerProcess start(String name) throws IOException {
    return name.equals(ServerMain.VIRTUAL_THREADS)
        ? ServerProcess.start(name, List.of(), ServerMain.VIRTUAL_THREADS)
        : ServerProcess.start(name, List.of("-Dculebra.backend=" + name), ServerMain.STREAMS);
  }

  /** Sends pieces, ends, and returns all that came back. */
  private static String talk(int port, String... pieces) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      socket.setTcpNoDelay(true);
      for (String piece : pieces) {
        socket.getOutputStream().write(piece.getBytes(StandardCharsets.US_ASCII));
      }
      socket.shutdownOutput();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
