// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadCommandTest {

  /** How a server of these tests treats a connection. */
  @FunctionalInterface
  private interface Treatment {
    void treat(InputStream in, OutputStream out) throws IOException;
  }

  @Test
  void nobodyListeningIsToldAndExitCodeOne() throws Exception {
    int port;
    try (ServerSocket closed = listener()) {
      port = closed.getLocalPort();
    }

    assertFailure(
        "culebra load: cannot make connection 1 of 2 to 127.0.0.1:" + port + ": ", load(port));
  }

  @Test
  void sigintEndsItWithoutAWord() throws Exception {
    try (ServerSocket silent = listener();
        ChildJvm load = ChildJvm.culebra(
            "load",
            "--port=" + silent.getLocalPort(),
            "--connections=1",
            "--size=100",
            "--seconds=3600")) {
      silent.setSoTimeout(20_000);
      try (Socket connection = silent.accept()) {
        assertTrue(connection.getInputStream().read() >= 0, "it is under way");

        load.signal("INT");

        assertEquals(130, load.awaitExit());
        assertEquals("", load.errors());
      }
    }
  }

  @Test
  void aLostConnectionIsToldAndExitCodeOne() throws Exception {
    CommandRun run = loadOf((in, out) -> in.read());

    assertFailure("culebra load: connection ", run);
    assertTrue(run.err().contains(" was lost after 0 answers"), run.err());
  }

  @Test
  void aWrongByteIsToldAndExitCodeOne() throws Exception {
    CommandRun run = loadOf((in, out) -> {
      byte[] message = in.readNBytes(100);
      message[42] ^= 1;
      out.write(message);
      in.read();
    });

    assertFailure("culebra load: wrong bytes came back on connection ", run);
    assertTrue(run.err().contains("in answer 1 at byte 42"), run.err());
  }

  @Test
  void aByteTooManyIsToldAndExitCodeOne() throws Exception {
    CommandRun run = loadOf((in, out) -> {
      out.write(in.readNBytes(100));
      out.write(new byte[101]);
      in.readAllBytes();
    });

    assertFailure("culebra load: wrong bytes came back on connection ", run);
  }

  @Test
  void messagesAreAllDifferent() throws Exception {
    CommandRun run = loadOf((in, out) -> {
      byte[] first = in.readNBytes(100);
      out.write(first);
      while (in.readNBytes(100).length == 100) {
        out.write(first);
      }
    });

    assertFailure("culebra load: wrong bytes came back on connection ", run);
    assertTrue(run.err().contains("in answer 2 at byte 0"), run.err());
  }

  @Test
  void figuresAreForProgramsTooWithWhatTheServerUsed() throws Exception {
    long self = ProcessHandle.current().pid();
    CommandRun run = loadOf(
        (in, out) -> {
          byte[] message = in.readNBytes(100);
          while (message.length == 100) {
            out.write(message);
            message = in.readNBytes(100);
          }
        },
        "--json",
        "--cpu-of=" + self);
    JsonObject json = JsonParser.parseString(run.out()).getAsJsonObject();
    JsonObject micros = json.getAsJsonObject("micros");

    assertEquals(0, run.exitCode(), run.err());
    assertTrue(json.get("requests").getAsLong() > 0, run.out());
    assertTrue(micros.get("p99").getAsDouble() >= micros.get("p50").getAsDouble(), run.out());
    assertTrue(micros.get("cpu").getAsDouble() > 0, run.out());
    assertTrue(
        !micros.has("user")
            || micros.get("user").getAsDouble() <= micros.get("cpu").getAsDouble(),
        run.out());
  }

  private static void assertFailure(String start, CommandRun run) {
    assertEquals(1, run.exitCode());
    assertEquals("", run.out());
    assertTrue(run.err().startsWith(start), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  private static CommandRun loadOf(Treatment treatment, String... more) throws IOException {
    try (ServerSocket listener = listener()) {
      Thread.startVirtualThread(() -> accept(listener, treatment));
      return load(listener.getLocalPort(), more);
    }
  }

  private static void accept(ServerSocket listener, Treatment treatment) {
    try {
      while (true) {
        Socket client = listener.accept();
        Thread.startVirtualThread(() -> {
          try (client) {
            treatment.treat(client.getInputStream(), client.getOutputStream());
          } catch (IOException e) {
            // The load ends its connections as it likes.
          }
        });
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private static ServerSocket listener() throws IOException {
    return new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
  }

  private static CommandRun load(int port, String... more) {
    List<String> options = new ArrayList<>(List.of(
        "load", "--port=" + port, "--connections=2", "--size=100", "--seconds=0.2", "--warmup=0"));
    options.addAll(List.of(more));
    return CommandRun.of(options.toArray(String[]::new));
  }
}
