// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.LoopPolicy;
import dev.culebra.test.SelfSigned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EchoCommandTest {

  @TempDir
  private Path directory;

  static Stream<Arguments> everyBackendInEveryMode() {
    return backends().stream()
        .flatMap(backend -> Stream.of("protocol", "buffered", "streams", "sockets")
            .map(mode -> Arguments.of(backend, mode)));
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

  @ParameterizedTest
  @MethodSource("backends")
  void echoesOverTls(String backend) throws Exception {
    SelfSigned made = SelfSigned.of("127.0.0.1");
    Path certificate = Files.writeString(directory.resolve("cert.pem"), made.certificatePem());
    Path key = Files.writeString(directory.resolve("key.pem"), made.keyPem());
    try (ChildJvm echo = ChildJvm.culebra(
        "echo",
        "--port",
        "0",
        "--backend",
        backend,
        "--tls",
        "--cert",
        certificate.toString(),
        "--key",
        key.toString())) {
      CommandRun run = CommandRun.of(
          "load",
          "--port=" + echo.readPort(),
          "--tls",
          "--cacert=" + certificate,
          "--connections=4",
          "--size=20000",
          "--seconds=0.2",
          "--warmup=0");
      assertEquals(0, run.exitCode(), run.err());
      echo.signal("TERM");

      assertEquals(0, echo.awaitExit());
      assertEquals("", echo.errors());
    }
  }

  /** A client trusts the certificate by its file, and may take any; by itself it takes neither. */
  @ParameterizedTest
  @MethodSource("backends")
  void echoesOverTlsWithACertificateOfItsOwn(String backend) throws Exception {
    try (ChildJvm echo =
        ChildJvm.culebra("echo", "--port", "0", "--backend", backend, "--tls", "--loops", "2")) {
      int port = echo.readPort();
      Path certificate = readCertificateFile(echo);
      for (List<String> trust : List.of(
          List.of("--cacert=" + certificate),
          List.of("--cacert=" + certificate, "--host=localhost"),
          List.of("--insecure"))) {
        CommandRun run = loadOverTls(port, trust);
        assertEquals(0, run.exitCode(), run.err());
      }

      CommandRun refused = loadOverTls(port, List.of());
      assertEquals(1, refused.exitCode());
      assertTrue(refused.err().contains("no authority that is trusted here"), refused.err());
      assertEquals(1, refused.err().lines().count(), refused.err());

      echo.signal("TERM");
      assertEquals(0, echo.awaitExit());
      assertEquals("", echo.errors());
      assertFalse(Files.exists(certificate));
    }
  }

  @Test
  void opensslTalksToACertificateOfItsOwn() throws Exception {
    assumeTrue(Peer.isInstalled("openssl"), "no openssl here");
    try (ChildJvm echo = ChildJvm.culebra("echo", "--port", "0", "--tls")) {
      int port = echo.readPort();
      Path certificate = readCertificateFile(echo);
      String fingerprint = echo.readLine().strip();
      try (Peer printing = Peer.start(
          "openssl", "x509", "-in", certificate.toString(), "-noout", "-fingerprint", "-sha256")) {
        String line = printing.readLine();
        assertEquals(fingerprint, line.substring(line.indexOf('=') + 1));
      }
      try (Peer client = Peer.start(
          "openssl",
          "s_client",
          "-quiet",
          "-verify_return_error",
          "-verify_hostname",
          "localhost",
          "-CAfile",
          certificate.toString(),
          "-connect",
          "127.0.0.1:" + port)) {
        client.send("hello\n");
        client.skipTo("hello");
      }
    }
  }

  /** It takes what it has sent for an answer of a server that knows no headers yet. */
  @Test
  void curlTalksToACertificateOfItsOwn() throws Exception {
    assumeTrue(Peer.isInstalled("curl"), "no curl here");
    try (ChildJvm echo = ChildJvm.culebra("echo", "--port", "0", "--tls")) {
      int port = echo.readPort();
      Path certificate = readCertificateFile(echo);
      for (List<String> trust :
          List.of(List.of("-k"), List.of("--cacert", certificate.toString()))) {
        List<String> command = new ArrayList<>(List.of("curl", "-sSN", "--http0.9", "--http1.1"));
        command.addAll(trust);
        command.add("https://127.0.0.1:" + port + "/path");
        try (Peer client = Peer.start(command.toArray(String[]::new))) {
          assertEquals("GET /path HTTP/1.1", client.readLine());
        }
      }
    }
  }

  private static Path readCertificateFile(ChildJvm echo) throws IOException {
    String line = echo.readLine();
    assertTrue(line.matches("certificate in .* as long as this runs, SHA-256 fingerprint:"), line);
    return Path.of(line.substring("certificate in ".length(), line.indexOf(" as long as")));
  }

  private static CommandRun loadOverTls(int port, List<String> more) {
    List<String> command = new ArrayList<>(List.of(
        "load",
        "--port=" + port,
        "--tls",
        "--connections=2",
        "--size=1000",
        "--seconds=0.2",
        "--warmup=0"));
    command.addAll(more);
    return CommandRun.of(command.toArray(String[]::new));
  }

  /** In the mode that has something for each loop. */
  @ParameterizedTest
  @MethodSource("backends")
  void echoesOnSeveralLoopsAndEndsCleanlyOnSigterm(String backend) throws Exception {
    try (ChildJvm echo = ChildJvm.culebra(
        "echo", "--port", "0", "--backend", backend, "--mode", "buffered", "--loops", "2")) {
      int port = echo.readPort();
      for (String load : List.of("20x1024", "3x300000")) {
        CommandRun run = load(port, load);
        assertEquals(0, run.exitCode(), run.err());
      }
      echo.signal("TERM");

      assertEquals(0, echo.awaitExit());
      assertEquals("", echo.errors());
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void echoesOnAUnixSocketAndRemovesItAtTheEnd(String backend) throws Exception {
    for (String loops : List.of("1", "2")) {
      Path socket = directory.resolve("socket");
      try (ChildJvm echo = ChildJvm.culebra(
          "echo", "--unix", socket.toString(), "--backend", backend, "--loops", loops)) {
        assertEquals("listening on " + socket, echo.readLine());
        CommandRun run = CommandRun.of(
            "load",
            "--unix=" + socket,
            "--connections=4",
            "--size=1000",
            "--seconds=0.2",
            "--warmup=0");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains(" on 4 connections to " + socket + " in "), run.out());

        echo.signal("TERM");

        assertEquals(0, echo.awaitExit());
        assertEquals("", echo.errors());
        assertFalse(Files.exists(socket));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aFileThatIsNoSocketStaysAndIsToldAndExitCodeOne(String backend) throws Exception {
    for (String loops : List.of("1", "2")) {
      Path file = Files.writeString(directory.resolve("file"), "keep me");
      try (ChildJvm echo = ChildJvm.culebra(
          "echo", "--unix", file.toString(), "--backend", backend, "--loops", loops)) {
        assertNull(echo.readLine());
        assertEquals(1, echo.awaitExit());
        assertEquals("culebra echo: " + file + " is in the way: it is no socket\n", echo.errors());
        assertEquals("keep me", Files.readString(file));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "0"})
  void endsCleanlyOnSigint(String loops) throws Exception {
    try (ChildJvm echo = ChildJvm.culebra("echo", "--port", "0", "--loops", loops)) {
      assertTrue(echo.readPort() > 0);

      echo.signal("INT");

      assertEquals(0, echo.awaitExit());
      assertEquals("", echo.errors());
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aPortInUseIsToldAndExitCodeOne(String backend) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      for (String loops : List.of("1", "2")) {
        try (ChildJvm echo =
            ChildJvm.culebra("echo", "--port", port, "--backend", backend, "--loops", loops)) {
          assertNull(echo.readLine());
          assertEquals(1, echo.awaitExit());
          assertEquals(
              "culebra echo: the port of 127.0.0.1:" + port + " is in use by another program\n",
              echo.errors());
        }
      }
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
        "0.4",
        "--warmup",
        "0");
  }
}
