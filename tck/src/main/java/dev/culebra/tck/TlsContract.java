// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.startServer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.net.ConnectOptions;
import dev.culebra.net.Server;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.TlsOptions.ClientCertificates;
import dev.culebra.net.TlsSession;
import dev.culebra.net.Transport;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS: what passes between two ends, and what they know of each other. */
abstract class TlsContract extends TlsOnLoop {

  private static final List<String> VERSIONS = List.of("TLSv1.2", "TLSv1.3");

  // What passes

  @Test
  void protocolsOfBothKindsSpeakInBothVersions() throws Exception {
    byte[] sent = SpiContract.pattern(50_000);
    for (String version : VERSIONS) {
      forBothKinds(client -> {
        Ends ends =
            ends(new Echo(), SERVING, client, connecting(tls -> tls.withProtocols(version)));
        client.transport().write(sent);
        await("the echo", () -> client.receivedCount() == sent.length);
        assertArrayEquals(sent, client.received());
        assertEquals(version, session(ends.server().transport()).protocol());
        client.transport().close();
        assertNull(awaitLost(client));
        assertNull(awaitLost(ends.server()));
      });
    }
  }

  @Test
  void bufferedProtocolsServe() throws Exception {
    run(() -> {
      for (ByteBuffer buffer : List.of(ByteBuffer.allocateDirect(8192), ByteBuffer.allocate(3))) {
        Ends ends = ends(new ConnectionLog.Buffered(buffer), new ConnectionLog.Pushed());
        byte[] sent = SpiContract.pattern(40_000);
        ends.client().transport().write(sent);
        ends.client().transport().close();
        assertNull(awaitLost(ends.server()));
        assertArrayEquals(sent, ends.server().received());
      }
    });
  }

  @Test
  void streamsSpeakInBothVersions() throws Exception {
    run(() -> {
      try (Server server = echoServer()) {
        for (String version : VERSIONS) {
          StreamConnection connection =
              openConnection(HOST, port(server), connecting(tls -> tls.withProtocols(version)));
          byte[] sent = SpiContract.pattern(100_000);
          connection.writer().write(sent);
          assertArrayEquals(sent, connection.reader().readExactly(sent.length));
          connection.writer().write("one\ntwo\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
          assertEquals(4, connection.reader().readLine().length);
          assertEquals(4, connection.reader().readLine().length);
          connection.close();
          connection.writer().awaitClosed();
        }
      }
    });
  }

  /** A reader that asks for little leaves the rest of a record in the filter, not in the kernel. */
  @Test
  void whatIsLeftOfARecordIsReadThoughNothingMoreComes() throws Exception {
    run(() -> {
      try (Server server = echoServer()) {
        StreamConnection connection = openConnection(HOST, port(server), CONNECTING);
        byte[] sent = SpiContract.pattern(1000);
        connection.writer().write(sent);
        for (int i = 0; i < sent.length; i += 100) {
          byte[] piece = connection.reader().read(100);
          assertArrayEquals(java.util.Arrays.copyOfRange(sent, i, i + piece.length), piece);
          assertEquals(100, piece.length);
        }
        connection.close();
      }
    });
  }

  @Test
  void whatCameWithTheHandshakeIsReceived() throws Exception {
    run(() -> {
      Ends ends = ends(
          new ConnectionLog.Pushed() {
            @Override
            public void connectionMade(Transport made) {
              super.connectionMade(made);
              made.write(new byte[20_000]);
              made.close();
            }
          },
          SERVING,
          new ConnectionLog.Pushed(),
          CONNECTING);
      assertNull(awaitLost(ends.client()));
      assertEquals(20_000, ends.client().receivedCount());
    });
  }

  @Test
  void megabytesGoBothWaysAtOnceThroughSmallBuffers() throws Exception {
    byte[] sent = SpiContract.pattern(1_000_000);
    run(() -> {
      Ends ends = ends();
      ends.client().transport().write(sent);
      ends.client().transport().close();
      assertFalse(ends.client().isLost());
      assertNull(awaitLost(ends.server()));
      assertArrayEquals(sent, ends.server().received());
    });
    run(() -> {
      Ends ends = ends();
      ends.client().transport().write(sent);
      ends.server().transport().write(sent);
      await(
          "all of it",
          () -> ends.server().receivedCount() == sent.length
              && ends.client().receivedCount() == sent.length);
      assertArrayEquals(sent, ends.server().received());
      assertArrayEquals(sent, ends.client().received());
      assertEquals(List.of("pause", "resume"), ends.client().flow());
      assertEquals(0, ends.client().transport().getWriteBufferSize());
    });
  }

  @Test
  void gatheredWritesArriveInTheirOrder() throws Exception {
    run(() -> {
      Ends ends = ends();
      byte[] all = SpiContract.pattern(60_000);
      List<ByteBuffer> pieces = new ArrayList<>();
      for (int i = 0; i < all.length; i += 1500) {
        pieces.add(ByteBuffer.wrap(all, i, 1500));
      }
      ends.client().transport().writeLines(pieces);
      await("all", () -> ends.server().receivedCount() == all.length);
      assertArrayEquals(all, ends.server().received());
    });
  }

  // What the system does to it

  @Test
  void aByteAtATimeIsEnough() throws Exception {
    onBackend(new ScriptedBackend(backend()) {
      @Override
      int read(StreamSocket socket, ByteBuffer target) throws IOException {
        return limited(1, target, () -> super.read(socket, target));
      }

      @Override
      int write(StreamSocket socket, ByteBuffer source) throws IOException {
        return limited(7, source, () -> super.write(socket, source));
      }
    });
    echoes(1000);
  }

  @Test
  void stormsOfWouldBlockLoseNothing() throws Exception {
    int[] calls = {0};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      int read(StreamSocket socket, ByteBuffer target) throws IOException {
        return calls[0]++ % 3 != 0 ? 0 : super.read(socket, target);
      }

      @Override
      int write(StreamSocket socket, ByteBuffer source) throws IOException {
        return calls[0]++ % 2 != 0 ? 0 : limited(5000, source, () -> super.write(socket, source));
      }
    });
    echoes(10_000);
  }

  /** Whether the system takes the last record's end at once or later. */
  @Test
  void gatheredWritesAreNotForgottenWhereTheKernelIsFullAtTheirEnd() throws Exception {
    int[] calls = {0};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      int write(StreamSocket socket, ByteBuffer source) throws IOException {
        return calls[0]++ % 2 != 0 ? 0 : limited(7000, source, () -> super.write(socket, source));
      }
    });
    run(() -> {
      Ends ends = ends();
      byte[] all = SpiContract.pattern(20_000);
      for (int sent = 1; sent <= 4; sent++) {
        ends.client()
            .transport()
            .writeLines(List.of(ByteBuffer.wrap(all, 0, 9000), ByteBuffer.wrap(all, 9000, 11_000)));
        int expected = sent * all.length;
        await("all", () -> ends.server().receivedCount() == expected);
        assertEquals(0, ends.client().transport().getWriteBufferSize());
      }
    });
  }

  private interface Call {
    int run() throws IOException;
  }

  private static int limited(int count, ByteBuffer buffer, Call call) throws IOException {
    int limit = buffer.limit();
    buffer.limit(Math.min(limit, buffer.position() + count));
    try {
      return call.run();
    } finally {
      buffer.limit(limit);
    }
  }

  private void echoes(int count) throws Exception {
    byte[] sent = SpiContract.pattern(count);
    for (String version : VERSIONS) {
      run(() -> {
        ConnectionLog client = new ConnectionLog.Pushed();
        Ends ends =
            ends(new Echo(), SERVING, client, connecting(tls -> tls.withProtocols(version)));
        client.transport().write(sent);
        await("the echo", () -> client.receivedCount() == count);
        assertArrayEquals(sent, client.received());
        ends.server().transport().close();
        assertNull(awaitLost(client));
        assertNull(awaitLost(ends.server()));
      });
    }
  }

  // Pausing

  @Test
  void pausedReadingLeavesTheCiphertextWithThePeer() throws Exception {
    byte[] sent = SpiContract.pattern(2_000_000);
    run(() -> {
      Ends ends = ends();
      ends.server().transport().pauseReading();
      ends.client().transport().write(sent);
      long waiting;
      do { // until the kernel takes no more
        waiting = ends.client().transport().getWriteBufferSize();
        settle();
      } while (ends.client().transport().getWriteBufferSize() < waiting);
      assertTrue(waiting > 500_000, "the peer got rid of too much");
      assertEquals(0, ends.server().receivedCount());
      ends.server().transport().resumeReading();
      await("all", () -> ends.server().receivedCount() == sent.length);
      assertArrayEquals(sent, ends.server().received());
    });
  }

  /** The pause comes in mid-record: what is left has left the kernel already. */
  @Test
  void resumingDeliversWhatHadLeftTheKernel() throws Exception {
    run(() -> {
      ConnectionLog server = new ConnectionLog.Buffered(ByteBuffer.allocate(3)) {
        @Override
        public void bufferUpdated(int count) throws Exception {
          super.bufferUpdated(count);
          transport().pauseReading();
        }
      };
      Ends ends = ends(server, new ConnectionLog.Pushed());
      ends.client().transport().write(new byte[10]);
      for (int count : new int[] {3, 6, 9, 10}) {
        await(count + " bytes", () -> server.receivedCount() == count);
        settle();
        assertEquals(count, server.receivedCount());
        server.transport().resumeReading();
      }
    });
  }

  @Test
  void anotherProtocolGetsWhatTheFirstLeft() throws Exception {
    run(() -> {
      ConnectionLog second = new ConnectionLog.Pushed();
      ConnectionLog first = new ConnectionLog.Buffered(ByteBuffer.allocate(4)) {
        @Override
        public void bufferUpdated(int count) throws Exception {
          super.bufferUpdated(count);
          transport().setProtocol(second);
        }

        @Override
        public void connectionLost(@org.jspecify.annotations.Nullable Exception exception) {}
      };
      try (Server listening = loop.createServer(() -> first, HOST, 0, SERVING)) {
        StreamConnection client = openConnection(HOST, port(listening), CONNECTING);
        client.writer().write(new byte[1000]);
        await("the rest", () -> second.receivedCount() == 996);
        assertEquals(4, first.receivedCount());
        client.close();
        await("the end", second::isLost);
      }
    });
  }

  // What they know of each other

  @Test
  void theSessionTellsWhatWasAgreedOnAndStaysKnown() throws Exception {
    run(() -> {
      Ends ends = ends(
          new Echo(),
          serving(tls -> tls.withApplicationProtocols("http/1.1", "h2")),
          new ConnectionLog.Pushed(),
          connecting(tls -> tls.withApplicationProtocols("h2", "echo")));
      ends.client().transport().close();
      awaitLost(ends.client());
      awaitLost(ends.server());
      TlsSession client = session(ends.client().transport());
      TlsSession server = session(ends.server().transport());
      assertEquals("h2", client.applicationProtocol());
      assertEquals("h2", server.applicationProtocol());
      assertEquals("TLSv1.3", client.protocol());
      assertEquals(client.cipherSuite(), server.cipherSuite());
      assertEquals(List.of(Certificates.SERVER.certificate()), client.peerCertificates());
      assertEquals(List.of(), server.peerCertificates());
      assertNull(server.serverName(), "an address is not asked for as a name");
    });
  }

  @Test
  void withoutTlsThereIsNoSession() throws Exception {
    run(() -> {
      Served served = serve();
      assertNull(served.protocol().transport().tlsSession());
      assertTrue(served.protocol().transport().canWriteEof());
    });
  }

  @Test
  void noApplicationProtocolIsAgreedOnWhereOneSideHasNone() throws Exception {
    run(() -> {
      Ends ends = ends(
          new Echo(),
          SERVING,
          new ConnectionLog.Pushed(),
          connecting(tls -> tls.withApplicationProtocols("h2")));
      assertNull(session(ends.client().transport()).applicationProtocol());
    });
  }

  @Test
  void theServerLearnsTheNameThatIsAskedFor() throws Exception {
    run(() -> {
      for (String version : VERSIONS) {
        Ends ends = ends(
            new Echo(),
            SERVING,
            new ConnectionLog.Pushed(),
            connecting(tls -> tls.withServerName("localhost").withProtocols(version)));
        assertEquals("localhost", session(ends.server().transport()).serverName());
        assertEquals("localhost", session(ends.client().transport()).serverName());
      }
    });
  }

  @Test
  void theServerSeesTheClientsCertificate() throws Exception {
    Map<ClientCertificates, Integer> seen = Map.of(
        ClientCertificates.IGNORED, 0, ClientCertificates.WANTED, 1, ClientCertificates.NEEDED, 1);
    ConnectOptions known = ConnectOptions.DEFAULT.withTls(
        Certificates.CONNECTING.withContext(Certificates.KNOWN_CLIENT_CONTEXT));
    run(() -> {
      for (ClientCertificates wish : ClientCertificates.values()) {
        Ends ends = ends(
            new Echo(),
            serving(tls -> tls.withClientCertificates(wish)),
            new ConnectionLog.Pushed(),
            known);
        assertEquals(
            seen.get(wish),
            session(ends.server().transport()).peerCertificates().size());
      }
    });
  }

  @Test
  void aClientWithoutTheCertificateThatIsWantedIsServed() throws Exception {
    run(() -> {
      Ends ends = ends(
          new Echo(),
          serving(tls -> tls.withClientCertificates(ClientCertificates.WANTED)),
          new ConnectionLog.Pushed(),
          CONNECTING);
      assertEquals(List.of(), session(ends.server().transport()).peerCertificates());
    });
  }

  @Test
  void unixSocketsSpeakTlsToo(@TempDir Path folder) throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
    run(() -> {
      Server server = loop.createUnixServer(() -> log(new Echo()), address, SERVING);
      ConnectionLog client = log();
      loop.createUnixConnection(
          () -> client, address, connecting(tls -> tls.withServerName("localhost")));
      client.transport().write(new byte[] {1});
      await("the echo", () -> client.receivedCount() == 1);
      client.transport().close();
      awaitLost(client);
      server.closeClients();
      server.close();
      server.awaitClosed();
    });
    assertFalse(Files.exists(address.getPath()));
  }

  // In mid-stream

  /** The JDK's client asks for new keys in TLS 1.3, and for another handshake in 1.2. */
  @Test
  void newKeysAndAnotherHandshakeDoNotDisturb() throws Exception {
    for (String version : VERSIONS) {
      run(() -> {
        try (Server server = echoServer()) {
          int port = port(server);
          byte[] sent = SpiContract.pattern(50_000);
          aside(() -> {
                try (SSLSocket socket = jdkClient(Certificates.CLIENT_CONTEXT, port)) {
                  socket.setEnabledProtocols(new String[] {version});
                  for (int i = 0; i < 3; i++) {
                    socket.startHandshake();
                    socket.getOutputStream().write(sent);
                    assertArrayEquals(sent, socket.getInputStream().readNBytes(sent.length));
                  }
                }
                return 0;
              })
              .await();
        }
      });
    }
  }

  @Test
  void aSessionMayBeResumed() throws Exception {
    run(() -> {
      try (Server server = startServer(ECHO, HOST, 0, SERVING)) {
        for (String version : VERSIONS) {
          for (int i = 0; i < 3; i++) {
            StreamConnection connection =
                openConnection(HOST, port(server), connecting(tls -> tls.withProtocols(version)));
            connection.writer().write(new byte[] {1});
            assertEquals(1, connection.reader().read(10).length);
            assertEquals(
                1, session(connection.writer().transport()).peerCertificates().size());
            connection.close();
            connection.writer().awaitClosed();
          }
        }
      }
    });
  }

  // Within TLS

  @Test
  void thereIsNoHalfClose() throws Exception {
    run(() -> {
      Ends ends = ends();
      Transport transport = ends.client().transport();
      assertFalse(transport.canWriteEof());
      assertThrows(UnsupportedOperationException.class, transport::writeEof);
      assertFalse(transport.isClosing());
    });
  }

  static TlsSession session(Transport transport) {
    return nonNull(transport.tlsSession());
  }
}
