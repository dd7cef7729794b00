// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.openDatagramEndpoint;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.net.AsyncDatagramSocket;
import dev.culebra.net.Datagram;
import dev.culebra.net.DatagramOptions;
import dev.culebra.spi.DgramSocket;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Datagrams in blocking style, and datagrams to and from others' programs. */
abstract class DatagramSocketContract extends OnLoop {

  private static final DatagramOptions LOCAL = DatagramOptions.DEFAULT.withLocalAddress(HOST, 0);

  @Test
  void tasksAskAndAnswer() throws Exception {
    run(() -> {
      try (AsyncDatagramSocket server = openDatagramEndpoint(LOCAL);
          AsyncDatagramSocket client = openDatagramEndpoint(connectedTo(server))) {
        var serving = loop.createTask(() -> {
          while (true) {
            Datagram question = server.receive();
            server.sendTo(question.data(), question.from());
          }
        });
        for (int length : new int[] {0, 1, 1400, 65_507}) {
          byte[] sent = new byte[length];
          java.util.Arrays.fill(sent, (byte) length);
          if (length == 0) {
            assertEmptyGoes(client);
            continue;
          }
          client.send(sent);
          assertArrayEquals(sent, client.receive().bytes());
        }
        ByteBuffer target = ByteBuffer.allocateDirect(3);
        client.send(new byte[] {1, 2, 3, 4});
        assertEquals(server.localAddress(), client.receive(target));
        assertEquals(3, target.position());
        assertEquals(server.localAddress(), client.remoteAddress());
        assertNull(server.remoteAddress());
        serving.cancel();
      }
    });
  }

  /** java.nio sends none on a connected socket, and says so. */
  private void assertEmptyGoes(AsyncDatagramSocket client) throws IOException {
    try {
      client.send(new byte[0]);
    } catch (SocketException e) {
      assertTrue(nonNull(e.getMessage()).contains("empty datagram"), e::getMessage);
      assertEquals("nio", loop.backend());
      return;
    }
    assertEquals(0, client.receive().bytes().length);
  }

  @Test
  void severalTasksShareOneSocket() throws Exception {
    run(() -> {
      try (AsyncDatagramSocket server = openDatagramEndpoint(LOCAL);
          AsyncDatagramSocket client = openDatagramEndpoint(LOCAL)) {
        List<Byte> got = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          loop.createTask(() -> {
            got.add(server.receive().bytes()[0]);
          });
        }
        settle();
        for (byte i = 0; i < 3; i++) {
          client.sendTo(new byte[] {i}, server.localAddress());
        }
        await("one datagram for each", () -> got.size() == 3);
        assertEquals(
            List.of((byte) 0, (byte) 1, (byte) 2), got.stream().sorted().toList());
      }
    });
  }

  @Test
  void aCancelledReceiverLosesNothing() throws Exception {
    run(() -> {
      try (AsyncDatagramSocket server = openDatagramEndpoint(LOCAL)) {
        for (int i = 0; i < 2; i++) {
          var receiving = loop.createTask(() -> server.receive());
          settle();
          if (i == 1) { // cancelled when it has been woken already
            server.sendTo(new byte[] {7}, server.localAddress());
          }
          receiving.cancel();
          assertThrows(CancellationException.class, receiving::await);
        }
        assertArrayEquals(new byte[] {7}, server.receive().bytes());
      }
    });
  }

  @Test
  void closingEndsTheWaitOfReceiversAndSenders() throws Exception {
    onBackend(new DatagramOnLoop.FullKernel(backend(), new boolean[] {true}));
    run(() -> {
      AsyncDatagramSocket socket = openDatagramEndpoint(LOCAL);
      var receiving = loop.createTask(() -> socket.receive());
      var sending = loop.createTask(() -> socket.sendTo(new byte[1], socket.localAddress()));
      settle();
      assertFalse(receiving.done() || sending.done());
      socket.close();
      socket.close();
      assertTrue(socket.isClosing());
      assertThrows(ClosedChannelException.class, receiving::await);
      assertThrows(ClosedChannelException.class, sending::await);
      assertThrows(ClosedChannelException.class, socket::receive);
      assertThrows(
          ClosedChannelException.class, () -> socket.sendTo(new byte[1], socket.localAddress()));
    });
  }

  @Test
  void aSenderWaitsWhileTheKernelIsFull() throws Exception {
    boolean[] full = {true};
    onBackend(new DatagramOnLoop.FullKernel(backend(), full));
    run(() -> {
      try (AsyncDatagramSocket socket = openDatagramEndpoint(LOCAL)) {
        var sending = loop.createTask(() -> socket.sendTo(new byte[2], socket.localAddress()));
        settle();
        assertFalse(sending.done());
        full[0] = false;
        sending.await();
        assertEquals(2, socket.receive().bytes().length);
      }
    });
  }

  @Test
  void errorsAreThrownAndTheSocketGoesOn() throws Exception {
    run(() -> {
      AsyncDatagramSocket gone = openDatagramEndpoint(LOCAL);
      try (AsyncDatagramSocket socket = openDatagramEndpoint(connectedTo(gone))) {
        gone.close();
        settle();
        socket.send(new byte[1]);
        assertThrows(PortUnreachableException.class, socket::receive);
        SocketException tooLarge =
            assertThrows(SocketException.class, () -> socket.send(new byte[65_508]));
        assertTrue(nonNull(tooLarge.getMessage()).contains("65508 bytes"));
        try (AsyncDatagramSocket back = openDatagramEndpoint(
            DatagramOptions.DEFAULT.withLocalAddress((InetSocketAddress) gone.localAddress()))) {
          socket.send(new byte[2]);
          assertEquals(2, back.receive().bytes().length);
        }
      }
      assertThrows(
          IllegalArgumentException.class, () -> openDatagramEndpoint(DatagramOptions.DEFAULT));
    });
  }

  @Test
  void aTakenPortLeavesNothingOpen() throws Exception {
    run(() -> {
      try (AsyncDatagramSocket first = openDatagramEndpoint(LOCAL)) {
        assertThrows(
            BindException.class,
            () -> openDatagramEndpoint(DatagramOptions.DEFAULT.withLocalAddress(
                (InetSocketAddress) first.localAddress())));
      }
    });
  }

  @Test
  void theLoopClosesASocketThatWasLeftOpen() throws Exception {
    run(() -> {
      AsyncDatagramSocket left = openDatagramEndpoint(LOCAL);
      left.setOption(StandardSocketOptions.SO_RCVBUF, 32_768);
      assertEquals(32_768, left.getOption(StandardSocketOptions.SO_RCVBUF));
    });
    loop.close();
  }

  @Test
  void spuriousReadinessWakesNobodyForGood() throws Exception {
    int[] spurious = {3};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      @Nullable SocketAddress receive(DgramSocket socket, ByteBuffer target) throws IOException {
        return spurious[0]-- > 0 ? null : super.receive(socket, target);
      }
    });
    run(() -> {
      try (AsyncDatagramSocket socket = openDatagramEndpoint(LOCAL)) {
        socket.sendTo(new byte[1], socket.localAddress());
        assertEquals(1, socket.receive().bytes().length);
        assertTrue(spurious[0] < 0);
      }
    });
  }

  // ---- others' programs

  @Test
  void socatIsAnswered() throws Exception {
    assumeSocat();
    run(() -> {
      try (AsyncDatagramSocket server = openDatagramEndpoint(LOCAL)) {
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        Process socat =
            socat("-t5", "-", "UDP4:127.0.0.1:" + port); // sends what it reads, prints what it gets
        socat.getOutputStream().write("question".getBytes(UTF_8));
        socat.getOutputStream().flush();
        Datagram question = server.receive();
        assertEquals("question", new String(question.bytes(), UTF_8));
        server.sendTo("answer".getBytes(UTF_8), question.from());
        byte[] answer = aside(() -> socat.getInputStream().readNBytes(6)).await();
        assertEquals("answer", new String(answer, UTF_8));
      }
    });
  }

  @Test
  void socatAnswers() throws Exception {
    assumeSocat();
    int port;
    try (java.net.DatagramSocket vacated =
        new java.net.DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(HOST), 0))) {
      port = vacated.getLocalPort();
    }
    socat("UDP4-RECVFROM:" + port + ",bind=127.0.0.1,fork", "EXEC:/bin/cat");
    run(() -> {
      DatagramLog client = new DatagramLog();
      var endpoint = loop.createDatagramEndpoint(
          () -> client, DatagramOptions.DEFAULT.withRemoteAddress(HOST, port));
      // Until socat listens, the system refuses.
      await("an answer of socat's", () -> {
        endpoint.transport().sendTo(ByteBuffer.wrap("hello".getBytes(UTF_8)));
        return !client.received.isEmpty();
      });
      assertEquals("hello", new String(client.received.get(0).data(), UTF_8));
      assertTrue(client.errors.stream().allMatch(PortUnreachableException.class::isInstance));
      endpoint.transport().close();
      await("connectionLost", client::isLost);
    });
  }

  private static void assumeSocat() {
    try {
      Process asked = new ProcessBuilder("socat", "-V")
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
      assumeTrue(asked.waitFor(5, TimeUnit.SECONDS), "socat does not answer");
    } catch (IOException | InterruptedException e) {
      System.out.println("skipped: socat is not installed");
      assumeTrue(false, () -> "socat is not installed: " + e);
    }
  }

  /** Starts socat, which is ended after the test and by itself after ten seconds. */
  private Process socat(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("socat", "-T10"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    closing(() -> {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
      process.getInputStream().close();
      process.getOutputStream().close();
    });
    return process;
  }

  private static DatagramOptions connectedTo(AsyncDatagramSocket peer) {
    return DatagramOptions.DEFAULT.withRemoteAddress((InetSocketAddress) peer.localAddress());
  }
}
