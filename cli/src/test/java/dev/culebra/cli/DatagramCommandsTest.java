// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code echo --udp} and {@code load --udp}. */
class DatagramCommandsTest {

  /** For tests in which nothing may be lost, however busy the machine is. */
  private static final String LONG = "10";

  /** For tests in which some are. */
  private static final String SHORT = "0.05";

  /** How a server of these tests answers its n-th datagram, from 1 on. */
  @FunctionalInterface
  private interface Treatment {
    void treat(int number, DatagramSocket socket, DatagramPacket packet) throws IOException;
  }

  static List<String> backends() {
    return EchoCommandTest.backends();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void echoesUnderLoadAndEndsCleanlyOnSigterm(String backend) throws Exception {
    try (ChildJvm echo = ChildJvm.culebra("echo", "--port", "0", "--udp", "--backend", backend)) {
      int port = echo.readPort();
      for (String load : List.of("1x1", "20x1024", "3x65507")) {
        CommandRun run = load(port, load, "--timeout=" + LONG);
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains(" sockets to 127.0.0.1:" + port + " in "), run.out());
        assertTrue(count(run, "requests/s") > 0, run.out());
        assertEquals(0, count(run, "lost"), run.out());
        assertEquals(0, count(run, "late"), run.out());
        assertEquals(0, count(run, "wrong"), run.out());
      }

      echo.signal("TERM");

      assertEquals(0, echo.awaitExit());
      assertNull(echo.readLine());
      assertEquals("", echo.errors());
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aPortInUseIsToldAndExitCodeOne(String backend) throws Exception {
    try (DatagramSocket taken = socket()) {
      String port = Integer.toString(taken.getLocalPort());
      try (ChildJvm echo =
          ChildJvm.culebra("echo", "--port", port, "--udp", "--backend", backend)) {
        assertNull(echo.readLine());
        assertEquals(1, echo.awaitExit());
        assertEquals(
            "culebra echo: the port of 127.0.0.1:" + port + " is in use by another program\n",
            echo.errors());
      }
    }
  }

  @Test
  void socatIsEchoed() throws Exception {
    assumeTrue(Peer.isInstalled("socat"), "no socat here");
    try (ChildJvm echo = ChildJvm.culebra("echo", "--port", "0", "--udp");
        Peer socat = Peer.start("socat", "-", "UDP4:127.0.0.1:" + echo.readPort())) {
      for (String line : List.of("hello", "there")) {
        socat.send(line + "\n");
        assertEquals(line, socat.readLine());
      }
    }
  }

  /** It forks for each datagram. */
  @Test
  void socatIsLoaded() throws Exception {
    assumeTrue(Peer.isInstalled("socat"), "no socat here");
    int port;
    try (DatagramSocket free = socket()) {
      port = free.getLocalPort();
    }
    try (Peer socat =
            Peer.start("socat", "UDP4-RECVFROM:" + port + ",bind=127.0.0.1,fork", "PIPE");
        DatagramSocket probe = socket()) {
      awaitEcho(probe, port, socat);

      CommandRun run = load(port, "2x500", "--timeout=" + LONG);

      assertEquals(0, run.exitCode(), run.err());
      assertEquals(0, count(run, "lost"), run.out());
      assertEquals(0, count(run, "wrong"), run.out());
    }
  }

  private static void awaitEcho(DatagramSocket probe, int port, Peer peer) throws IOException {
    probe.setSoTimeout(100);
    byte[] bytes = "ready?".getBytes(StandardCharsets.US_ASCII);
    InetSocketAddress server = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    for (int attempts = 100; attempts > 0; attempts--) {
      probe.send(new DatagramPacket(bytes, bytes.length, server));
      try {
        probe.receive(new DatagramPacket(new byte[100], 100));
        return;
      } catch (SocketTimeoutException e) {
        // it has not started yet
      }
    }
    throw new IOException("no answer of " + peer.readLine());
  }

  @Test
  void whatIsLostIsCountedAndTheLoadGoesOn() throws Exception {
    CommandRun run = loadOf(SHORT, (number, socket, packet) -> {
      if (number % 10 != 3) {
        socket.send(packet);
      }
    });

    assertEquals(0, run.exitCode(), run.err());
    assertTrue(count(run, "lost") >= 1, run.out());
    assertEquals(0, count(run, "wrong"), run.out());
  }

  @Test
  void whatComesTwiceIsNoAnswerToTheNext() throws Exception {
    CommandRun run = loadOf(LONG, (number, socket, packet) -> {
      socket.send(packet);
      socket.send(packet);
    });

    assertEquals(0, run.exitCode(), run.err());
    assertTrue(count(run, "late") >= 1, run.out());
    assertEquals(0, count(run, "lost"), run.out());
    assertEquals(0, count(run, "wrong"), run.out());
  }

  /** An answer is held back until the next datagram comes, which is sent when the first one's time is up. */
  @Test
  void whatComesAfterItsTimeIsLateAndNotWrong() throws Exception {
    DatagramPacket[] held = new DatagramPacket[1];
    CommandRun run = loadOf(SHORT, (number, socket, packet) -> {
      if (held[0] != null) {
        socket.send(held[0]);
      }
      held[0] = number % 5 == 1
          ? new DatagramPacket(
              packet.getData().clone(), packet.getLength(), packet.getSocketAddress())
          : null;
      if (held[0] == null) {
        socket.send(packet);
      }
    });

    assertEquals(0, run.exitCode(), run.err());
    assertTrue(count(run, "late") >= 1, run.out());
    assertTrue(count(run, "lost") >= 1, run.out());
    assertEquals(0, count(run, "wrong"), run.out());
  }

  @Test
  void wrongBytesAreCountedAndExitCodeOne() throws Exception {
    CommandRun run = loadOf(LONG, (number, socket, packet) -> {
      if (number % 10 == 3) {
        packet.getData()[42] ^= 1;
      } else if (number % 10 == 6) {
        packet.setLength(99);
      }
      socket.send(packet);
    });

    assertEquals(1, run.exitCode());
    assertTrue(count(run, "wrong") >= 2, run.out());
    assertEquals(0, count(run, "lost"), run.out());
    assertTrue(run.err().startsWith("culebra load: wrong bytes came back in "), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  @Test
  void aServerThatNeverAnswersIsToldAndExitCodeOne() throws Exception {
    CommandRun run = loadOf(SHORT, (number, socket, packet) -> {});

    assertFailure("culebra load: no answer came within 0.3 s", run);
  }

  @Test
  void nobodyListeningIsToldAndExitCodeOne() throws Exception {
    int port;
    try (DatagramSocket closed = socket()) {
      port = closed.getLocalPort();
    }

    assertFailure(
        "culebra load: nobody listens at 127.0.0.1:" + port,
        load(port, "2x100", "--timeout=" + LONG));
  }

  private static void assertFailure(String start, CommandRun run) {
    assertEquals(1, run.exitCode());
    assertEquals("", run.out());
    assertTrue(run.err().startsWith(start), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  /** The number on the line that begins with a name. */
  private static long count(CommandRun run, String name) {
    Matcher line =
        Pattern.compile("(?m)^ +" + Pattern.quote(name) + " +([0-9,]+)$").matcher(run.out());
    assertTrue(line.find(), run.out() + run.err());
    return Long.parseLong(line.group(1).replace(",", ""));
  }

  private static CommandRun loadOf(String timeout, Treatment treatment) throws Exception {
    Thread serving;
    CommandRun run;
    try (DatagramSocket socket = socket()) {
      serving = Thread.startVirtualThread(() -> serve(socket, treatment));
      run = load(socket.getLocalPort(), "1x100", "--timeout=" + timeout);
    }
    serving.join();
    return run;
  }

  private static void serve(DatagramSocket socket, Treatment treatment) {
    try {
      for (int number = 1; ; number++) {
        DatagramPacket packet = new DatagramPacket(new byte[1000], 1000);
        socket.receive(packet);
        treatment.treat(number, socket, packet);
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private static DatagramSocket socket() throws IOException {
    return new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
  }

  private static CommandRun load(int port, String load, String... more) {
    String[] parts = load.split("x", 2);
    String[] command = new String[7 + more.length];
    command[0] = "load";
    command[1] = "--udp";
    command[2] = "--port=" + port;
    command[3] = "--connections=" + parts[0];
    command[4] = "--size=" + parts[1];
    command[5] = "--seconds=0.3";
    command[6] = "--warmup=0";
    System.arraycopy(more, 0, command, 7, more.length);
    return CommandRun.of(command);
  }
}
