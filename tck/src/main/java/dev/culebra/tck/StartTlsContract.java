// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.startServer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.net.ConnectOptions;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamHandler;
import dev.culebra.net.TlsOptions;
import dev.culebra.net.Transport;
import dev.culebra.test.TestClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;

/** Starting TLS in a connection that stands, and TLS within TLS. */
abstract class StartTlsContract extends TlsOnLoop {

  private static final TlsOptions CLIENT = Certificates.CONNECTING.withServerName("localhost");
  private static final TlsOptions SERVER = Certificates.SERVING;
  private static final byte[] GO = "STARTTLS\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OK = "OK\n".getBytes(StandardCharsets.US_ASCII);

  /** Says OK to one line, speaks TLS from then on, and echoes. */
  private static final StreamHandler UPGRADING = (reader, writer) -> {
    assertArrayEquals(GO, reader.readLine());
    writer.write(OK);
    writer.startTls(SERVER);
    ECHO.connected(reader, writer);
  };

  // Streams

  @Test
  void aStreamGoesOnEncrypted() throws Exception {
    run(() -> {
      Server server = startServer(UPGRADING, HOST, 0);
      StreamConnection connection = openConnection(HOST, port(server));
      connection.writer().write(GO);
      assertArrayEquals(OK, connection.reader().readLine());
      assertTrue(connection.writer().canWriteEof());
      connection.writer().startTls(CLIENT);
      assertFalse(connection.writer().canWriteEof());
      assertEquals(
          "localhost", TlsContract.session(connection.writer().transport()).serverName());
      byte[] sent = SpiContract.pattern(50_000);
      connection.writer().write(sent);
      assertArrayEquals(sent, connection.reader().readExactly(sent.length));
      connection.close();
      connection.writer().awaitClosed();
      server.close();
      server.awaitClosed();
    });
  }

  /** The client's first flight comes with its command, in one segment: the plain reader has it. */
  @Test
  void bytesInFlightThatThePlainReaderHasBelongToTheHandshake() throws Exception {
    run(() -> {
      Server server = startServer(UPGRADING, HOST, 0);
      TlsRelay relay = new TlsRelay(peerOf(server));
      aside(() -> relay.echoOnceAfter(GO, OK)).await();
      server.close();
      server.awaitClosed();
    });
  }

  @Test
  void aHandshakeThatFailsOnTheServersSideIsThrownToItsHandler() throws Exception {
    run(() -> {
      Server server = startServer(
          (reader, writer) -> {
            assertArrayEquals(GO, reader.readLine());
            writer.write(OK);
            writer.startTls(CLIENT); // it has no certificate
          },
          HOST,
          0);
      StreamConnection connection = openConnection(HOST, port(server));
      connection.writer().write(GO);
      assertArrayEquals(OK, connection.reader().readLine());
      assertThrows(IOException.class, () -> connection.writer().startTls(CLIENT));
      reports.take("client_connected_cb");
      server.close();
      server.awaitClosed();
    });
  }

  @Test
  void aJdkClientMayUpgradeToo() throws Exception {
    run(() -> {
      Server server = startServer(UPGRADING, HOST, 0);
      int port = port(server);
      aside(() -> {
            try (Socket plain = new Socket(InetAddress.ofLiteral(HOST), port)) {
              plain.getOutputStream().write(GO);
              assertArrayEquals(OK, plain.getInputStream().readNBytes(OK.length));
              SSLSocketFactory factory = Certificates.CLIENT_CONTEXT.getSocketFactory();
              try (SSLSocket secure = (SSLSocket) factory.createSocket(plain, HOST, port, true)) {
                secure.getOutputStream().write(7);
                assertEquals(7, secure.getInputStream().read());
              }
            }
            return 0;
          })
          .await();
      server.close();
      server.awaitClosed();
    });
  }

  @Test
  void aTaskThatReadsIsNotPassedOver() throws Exception {
    run(() -> {
      Streamed stream = stream();
      Task<byte[]> reading = loop.createTask(() -> stream.reader().readLine());
      sleep(Duration.ZERO);
      assertThrows(IllegalStateException.class, () -> stream.writer().startTls(CLIENT));
      stream.peer().send((byte) 'x', (byte) '\n');
      assertEquals(2, reading.await().length);
      stream.connection().close();
    });
  }

  // Transports

  @Test
  void aTransportStaysTheSameAndIsNotMadeAgain() throws Exception {
    run(() -> {
      Ends ends = plainEnds();
      startBoth(ends);
      assertEquals(List.of("made"), ends.client().events);
      byte[] sent = SpiContract.pattern(30_000);
      ends.client().transport().write(sent);
      ends.server().transport().write(sent);
      await(
          "all",
          () -> ends.server().receivedCount() == sent.length
              && ends.client().receivedCount() == sent.length);
      ends.server().transport().close();
      assertNull(awaitLost(ends.client()));
      assertNull(awaitLost(ends.server()));
      assertEquals("TLSv1.3", TlsContract.session(ends.client().transport()).protocol());
    });
  }

  @Test
  void anotherProtocolMayGoOn() throws Exception {
    run(() -> {
      ConnectionLog before = new ConnectionLog.Pushed() {
        @Override
        public void connectionLost(@org.jspecify.annotations.Nullable Exception exception) {
          throw new AssertionError("another protocol is in force");
        }
      };
      ConnectionLog after = new ConnectionLog.Buffered(ByteBuffer.allocate(100));
      try (Server listening = loop.createServer(() -> before, HOST, 0)) {
        ConnectionLog client = log();
        loop.createConnection(() -> client, HOST, port(listening));
        await("the connection", before::isMade);
        Task<Transport> server =
            loop.createTask(() -> loop.startTls(before.transport(), after, SERVER, true));
        sleep(Duration.ZERO);
        loop.startTls(client.transport(), client, CLIENT, false);
        assertSame(before.transport(), server.await());
        client.transport().write(new byte[500]);
        await("data", () -> after.receivedCount() == 500);
        client.transport().close();
        await("the end", after::isLost);
        assertNull(after.lostWith());
      }
    });
  }

  /** More than the kernel takes is still unsent when TLS starts. */
  @Test
  void whatWasWrittenBeforeLeavesInTheClearAndWhatIsWrittenMeanwhileEncrypted() throws Exception {
    byte[] before = SpiContract.pattern(1_500_000);
    run(() -> {
      LoopFuture<Integer> go = loop.createFuture();
      Server server = startServer(
          (reader, writer) -> {
            go.await();
            assertArrayEquals(before, reader.readExactly(before.length));
            writer.startTls(SERVER);
            assertEquals(50_003, reader.readExactly(50_003).length);
            writer.close();
          },
          HOST,
          0);
      ConnectionLog client = log();
      loop.createConnection(() -> client, HOST, port(server));
      Transport transport = client.transport();
      transport.setOption(StandardSocketOptions.SO_SNDBUF, 16 * 1024);
      transport.write(before);
      assertTrue(transport.getWriteBufferSize() > 0);
      Task<Transport> upgrade =
          loop.createTask(() -> loop.startTls(transport, client, CLIENT, false));
      sleep(Duration.ZERO);
      transport.write(new byte[] {1, 2, 3});
      transport.write(new byte[50_000]);
      go.setResult(0);
      upgrade.await();
      assertNull(awaitLost(client));
      assertEquals(List.of("pause", "resume"), client.flow());
      server.close();
      server.awaitClosed();
    });
  }

  @Test
  void tlsGoesWithinTls() throws Exception {
    run(() -> {
      Ends ends = ends();
      startBoth(ends);
      startBoth(ends);
      byte[] sent = SpiContract.pattern(300_000);
      ends.client().transport().write(sent);
      ends.server().transport().write(sent);
      await(
          "all",
          () -> ends.server().receivedCount() == sent.length
              && ends.client().receivedCount() == sent.length);
      assertArrayEquals(sent, ends.server().received());
      ends.client().transport().close();
      assertNull(awaitLost(ends.server()));
      assertNull(awaitLost(ends.client()));
    });
  }

  @Test
  void tlsGoesWithinTlsForStreams() throws Exception {
    run(() -> {
      Server server = startServer(
          (reader, writer) -> {
            writer.startTls(SERVER);
            ECHO.connected(reader, writer);
          },
          HOST,
          0,
          SERVING);
      StreamConnection connection = openConnection(HOST, port(server), CONNECTING);
      connection.writer().startTls(CLIENT);
      byte[] sent = SpiContract.pattern(100_000);
      connection.writer().write(sent);
      for (int i = 0; i < sent.length; i += 1000) {
        connection.reader().readExactly(1000);
      }
      connection.close();
      connection.writer().awaitClosed();
      server.close();
      server.awaitClosed();
    });
  }

  // Failures

  @Test
  void aFailedHandshakeLosesTheConnection() throws Exception {
    run(() -> {
      Ends ends = plainEnds();
      Task<Transport> server = loop.createTask(
          () -> loop.startTls(ends.server().transport(), ends.server(), SERVER, true));
      sleep(Duration.ZERO);
      assertThrows(
          SSLHandshakeException.class,
          () -> loop.startTls(
              ends.client().transport(),
              ends.client(),
              CLIENT.withServerName("another.example"),
              false));
      assertThrows(SSLException.class, server::await);
      assertInstanceOf(SSLException.class, awaitLost(ends.client()));
      assertInstanceOf(SSLException.class, awaitLost(ends.server()));
    });
  }

  @Test
  void aCancelledUpgradeClosesTheConnection() throws Exception {
    run(() -> {
      Ends ends = plainEnds();
      Task<Transport> client = loop.createTask(
          () -> loop.startTls(ends.client().transport(), ends.client(), CLIENT, false));
      await("the first flight", () -> ends.server().receivedCount() > 0);
      client.cancel();
      assertThrows(CancellationException.class, client::await);
      assertNull(awaitLost(ends.client()));
      awaitLost(ends.server());
    });
  }

  @Test
  void aTransportMayBeClosedInTheHandshake() throws Exception {
    run(() -> {
      for (boolean abort : new boolean[] {true, false}) {
        Ends ends = plainEnds();
        Task<Transport> client = loop.createTask(
            () -> loop.startTls(ends.client().transport(), ends.client(), CLIENT, false));
        await("the first flight", () -> ends.server().receivedCount() > 0);
        if (abort) {
          ends.client().transport().abort();
        } else {
          ends.client().transport().close();
        }
        assertThrows(IOException.class, client::await);
        assertNull(awaitLost(ends.client()));
        awaitLost(ends.server());
      }
    });
  }

  @Test
  void aPeerThatDoesNotAnswerIsGivenUp() throws Exception {
    TestClock clock = onClock(TestClock.Mode.JUMPING);
    run(() -> {
      Ends ends = plainEnds();
      Duration before = clock.time();
      assertThrows(
          SSLHandshakeException.class,
          () -> loop.startTls(ends.client().transport(), ends.client(), CLIENT, false));
      Duration took = clock.time().minus(before);
      assertTrue(took.compareTo(Duration.ofSeconds(60)) >= 0, took::toString);
      assertNotNull(awaitLost(ends.client()));
      awaitLost(ends.server());
    });
  }

  @Test
  void whatCannotBeUpgradedSaysSo() throws Exception {
    run(() -> {
      Ends ends = plainEnds();
      Transport transport = ends.client().transport();
      ConnectionLog protocol = ends.client();
      assertThrows(
          IllegalArgumentException.class,
          () -> loop.startTls(transport, protocol, Certificates.CONNECTING, false),
          "nothing says the server's name");
      assertThrows(
          IllegalArgumentException.class,
          () -> loop.startTls(transport, protocol, TlsOptions.DEFAULT, true),
          "a server without a certificate");
      assertFalse(transport.isClosing());
      Task<Transport> first =
          loop.createTask(() -> loop.startTls(transport, protocol, CLIENT, false));
      sleep(Duration.ZERO);
      assertThrows(
          IllegalStateException.class, () -> loop.startTls(transport, protocol, CLIENT, false));
      first.cancel();
      assertThrows(CancellationException.class, first::await);
      assertThrows(
          IllegalStateException.class, () -> loop.startTls(transport, protocol, CLIENT, false));
      awaitLost(ends.client());
      awaitLost(ends.server());
    });
  }

  @Test
  void anEndedOutputCannotBeEncrypted() throws Exception {
    run(() -> {
      Ends ends = plainEnds();
      ends.server().keepSending();
      ends.client().transport().writeEof();
      assertThrows(
          IllegalStateException.class,
          () -> loop.startTls(ends.client().transport(), ends.client(), CLIENT, false));
      ends.client().transport().abort();
      awaitLost(ends.client());
    });
  }

  private Ends plainEnds() throws IOException {
    return ends(
        new ConnectionLog.Pushed(),
        ServerOptions.DEFAULT,
        new ConnectionLog.Pushed(),
        ConnectOptions.DEFAULT);
  }

  private void startBoth(Ends ends) throws Exception {
    Task<Transport> server = loop.createTask(
        () -> loop.startTls(ends.server().transport(), ends.server(), SERVER, true));
    sleep(Duration.ZERO); // it waits, so that the protocol does not get the client's part
    assertSame(
        ends.client().transport(),
        loop.startTls(ends.client().transport(), ends.client(), CLIENT, false));
    assertSame(ends.server().transport(), server.await());
  }
}
