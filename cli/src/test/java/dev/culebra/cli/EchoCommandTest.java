// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.LoopPolicy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EchoCommandTest {

  static Stream<Arguments> everyBackendInEveryMode() {
    return backends().stream()
        .flatMap(backend ->
            Stream.of("protocol", "buffered", "streams").map(mode -> Arguments.of(backend, mode)));
  }

  static List<String> backends() {
    return LoopPolicy.available().entrySet().stream()
        .filter(backend -> backend.getValue().available())
        .map(java.util.Map.Entry::getKey)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("everyBackendInEveryMode")
  void echoesUnderLoadAndEndsCleanlyOnSigterm(String backend, String mode) throws Exception {
    try (ChildJvm echo =
        ChildJvm.culebra("echo", "--port", "0", "--backend", backend, "--mode", mode)) {
      int port = echo.readPort();
      for (String load : List.of("20x1024", "3x300000")) {
        CommandRun run = load(port, load);
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("requests/s"), run.out());
      }
      try (Socket idle = new Socket(InetAddress.getLoopbackAddress(), port)) {
        idle.getOutputStream().write(1);
        assertEquals(1, idle.getInputStream().read());

        echo.signal("TERM");

        assertEquals(-1, idle.getInputStream().read());
      }
      assertEquals(0, echo.awaitExit());
      assertNull(echo.readLine());
      assertEquals("", echo.errors());
    }
  }

  @Test
  void endsCleanlyOnSigint() throws Exception {
    try (ChildJvm echo = ChildJvm.culebra("echo", "--port", "0")) {
      assertTrue(echo.readPort() > 0);

      echo.signal("INT");

      assertEquals(0, echo.awaitExit());
      assertEquals("", echo.errors());
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aPortInUseIsToldAndExitCodeOne(String backend) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        ChildJvm echo = ChildJvm.culebra(
            "echo", "--port", Integer.toString(taken.getLocalPort()), "--backend", backend)) {
      assertNull(echo.readLine());
      assertEquals(1, echo.awaitExit());
      assertEquals(
          "culebra echo: the port of 127.0.0.1:" + taken.getLocalPort()
              + " is in use by another program\n",
          echo.errors());
    }
  }

  @Test
  void aBackendThatDoesNotExistIsToldAndExitCodeOne() {
    CommandRun run = CommandRun.of("echo", "--port", "0", "--backend", "abacus");

    assertEquals(1, run.exitCode());
    assertTrue(run.err().startsWith("culebra echo: there is no backend 'abacus'"), run.err());
    assertEquals(1, run.err().lines().count());
  }

  private static CommandRun load(int port, String load) {
    String[] parts = load.split("x", 2);
    return CommandRun.of(
        "load",
        "--port",
        Integer.toString(port),
        "--connections",
        parts[0],
        "--size",
        parts[1],
        "--seconds",
        "0.2",
        "--warmup",
        "0");
  }
}
