// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.startServer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamConnection;
import dev.culebra.test.TestClock;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** How a connection over TLS ends. */
abstract class TlsCloseContract extends TlsOnLoop {

  @Test
  void eitherSideMayCloseFirst() throws Exception {
    run(() -> {
      for (String version : List.of("TLSv1.2", "TLSv1.3")) {
        for (boolean serverFirst : new boolean[] {true, false}) {
          Ends ends = ends(
              new ConnectionLog.Pushed(),
              SERVING,
              new ConnectionLog.Pushed(),
              connecting(tls -> tls.withProtocols(version)));
          ConnectionLog first = serverFirst ? ends.server() : ends.client();
          ConnectionLog second = serverFirst ? ends.client() : ends.server();
          first.transport().write(new byte[100]);
          first.transport().close();
          assertTrue(first.transport().isClosing());
          assertNull(awaitLost(second));
          assertNull(awaitLost(first));
          assertEquals(100, second.receivedCount());
          assertEquals(List.of("made", "data", "eof", "lost"), second.events);
          assertEquals(List.of("made", "lost"), first.events);
        }
      }
    });
  }

  @Test
  void bothSidesMayCloseAtOnce() throws Exception {
    run(() -> {
      Ends ends = ends();
      ends.server().transport().close();
      ends.client().transport().close();
      assertNull(awaitLost(ends.server()));
      assertNull(awaitLost(ends.client()));
    });
  }

  /** As in asyncio: TLS has no half-close. */
  @Test
  void eofReceivedCannotKeepTheConnection() throws Exception {
    run(() -> {
      Ends ends = ends();
      ends.server().keepSending();
      try (LogCapture logs = new LogCapture()) {
        ends.client().transport().close();
        assertNull(awaitLost(ends.server()));
        logs.take("has no effect");
      }
      awaitLost(ends.client());
    });
  }

  @Test
  void closeSendsAllThatWasWritten() throws Exception {
    byte[] sent = SpiContract.pattern(2_000_000);
    run(() -> {
      Ends ends = ends();
      ends.server().transport().pauseReading();
      ends.client().transport().write(sent);
      ends.client().transport().close();
      settle();
      assertFalse(ends.client().isLost());
      ends.server().transport().resumeReading();
      assertNull(awaitLost(ends.server()));
      assertArrayEquals(sent, ends.server().received());
      assertNull(awaitLost(ends.client()));
    });
  }

  @Test
  void theEndOfThePeerWithoutItsLastWordIsAFailure() throws Exception {
    run(() -> {
      Ends ends = ends();
      ends.client().transport().write(new byte[10]);
      await("data", () -> ends.server().receivedCount() == 10);
      ends.client().transport().abort();
      Exception failure = awaitLost(ends.server());
      assertInstanceOf(SSLException.class, failure);
      assertTrue(nonNull(failure).toString().contains("cut short"), failure::toString);
      assertEquals(List.of("made", "data", "lost"), ends.server().events);
    });
  }

  @Test
  void aReaderIsToldOfAnEndThatMayBeACut() throws Exception {
    run(() -> {
      try (Server server = loop.createServer(
          () -> log(new ConnectionLog.Pushed() {
            @Override
            public void dataReceived(java.nio.ByteBuffer data) {
              transport().write(new byte[1000]);
              loop.callSoon(transport()::abort);
            }
          }),
          HOST,
          0,
          SERVING)) {
        StreamConnection connection = openConnection(HOST, port(server), CONNECTING);
        connection.writer().write(new byte[] {1});
        assertEquals(1000, connection.reader().readExactly(1000).length);
        assertThrows(SSLException.class, () -> connection.reader().read(1));
        assertThrows(SSLException.class, connection.writer()::awaitClosed);
      }
    });
  }

  @Test
  void abortDropsWhatIsBuffered() throws Exception {
    run(() -> {
      Ends ends = ends();
      ends.server().transport().pauseReading();
      ends.client().transport().write(new byte[2_000_000]);
      ends.client().transport().abort();
      assertNull(awaitLost(ends.client()));
      ends.server().transport().resumeReading();
      assertNotNull(awaitLost(ends.server()));
      assertTrue(ends.server().receivedCount() < 2_000_000);
    });
  }

  /** A JDK client that never reads, and so never answers. */
  @Test
  void aPeerThatDoesNotAnswerIsGivenUp() throws Exception {
    TestClock clock = onClock(TestClock.Mode.JUMPING);
    CountDownLatch over = new CountDownLatch(1);
    run(() -> {
      ConnectionLog server = new ConnectionLog.Pushed();
      try (Server listening = loop.createServer(() -> log(server), HOST, 0, SERVING)) {
        int port = port(listening);
        thread(() -> {
          try (SSLSocket socket = jdkClient(Certificates.CLIENT_CONTEXT, port)) {
            socket.getOutputStream().write(1);
            over.await(patience().toSeconds(), TimeUnit.SECONDS);
          } catch (IOException e) {
            // it is given up
          }
        });
        while (server.receivedCount() == 0) {
          dev.culebra.Asyncio.sleep(Duration.ofMillis(1));
        }
        Duration before = clock.time();
        server.transport().close();
        while (!server.isLost()) {
          dev.culebra.Asyncio.sleep(Duration.ofMillis(100));
        }
        over.countDown();
        assertInstanceOf(SocketTimeoutException.class, server.lostWith());
        Duration took = clock.time().minus(before);
        assertTrue(took.compareTo(Duration.ofSeconds(30)) >= 0, took::toString);
        assertTrue(took.compareTo(Duration.ofSeconds(31)) < 0, took::toString);
      }
    });
  }

  @Test
  void aDownloadIsNotWaitedFor() throws Exception {
    run(() -> {
      Ends ends = ends();
      ends.server().transport().setWriteBufferLimits(0);
      Runnable[] more = new Runnable[1];
      more[0] = () -> {
        if (!ends.server().transport().isClosing()) {
          ends.server().transport().write(new byte[100_000]);
          loop.callSoon(more[0]);
        }
      };
      more[0].run();
      await("the download", () -> ends.client().receivedCount() > 100_000);
      ends.client().transport().close();
      assertNull(awaitLost(ends.client()));
      ends.server().transport().abort();
      awaitLost(ends.server());
    });
  }

  @Test
  void aDownloadOfAStreamIsNotWaitedFor() throws Exception {
    ServerOptions serving = SERVING;
    run(() -> {
      Server server = startServer(
          (reader, writer) -> {
            try {
              while (true) {
                writer.write(new byte[50_000]);
                writer.drain();
              }
            } catch (IOException e) {
              // the client has had enough
            } finally {
              writer.close();
            }
          },
          HOST,
          0,
          serving);
      StreamConnection connection = openConnection(HOST, port(server), CONNECTING);
      connection.reader().readExactly(200_000);
      connection.close();
      connection.writer().awaitClosed();
      server.close();
      server.awaitClosed();
    });
  }

  /** What had come before the close, and nobody has read, does not count as going on. */
  @Test
  void unreadDataIsDroppedAndTheEndStillInOrder() throws Exception {
    run(() -> {
      ConnectionLog server = new ConnectionLog.Buffered(java.nio.ByteBuffer.allocate(10)) {
        @Override
        public void bufferUpdated(int count) throws Exception {
          super.bufferUpdated(count);
          transport().close();
        }
      };
      Ends ends = ends(server, new ConnectionLog.Pushed());
      ends.client().transport().write(new byte[1000]);
      assertNull(awaitLost(server));
      assertNull(awaitLost(ends.client()));
      assertEquals(10, server.receivedCount());
      assertEquals(List.of("made", "eof", "lost"), ends.client().events);
    });
  }

  @Test
  void aStreamsEndIsTheEndOfBothSides() throws Exception {
    run(() -> {
      boolean[] ended = {false};
      Server server = startServer(
          (reader, writer) -> {
            assertEquals(3, reader.readAll().length);
            assertTrue(writer.isClosing());
            ended[0] = true;
          },
          HOST,
          0,
          SERVING);
      StreamConnection connection = openConnection(HOST, port(server), CONNECTING);
      assertFalse(connection.writer().canWriteEof());
      assertThrows(UnsupportedOperationException.class, connection.writer()::writeEof);
      connection.writer().write(new byte[3]);
      connection.close();
      connection.writer().awaitClosed();
      await("the handler's end", () -> ended[0]);
      server.close();
      server.awaitClosed();
    });
  }

  @Test
  void aServerMayCloseAndAbortItsClients() throws Exception {
    run(() -> {
      for (boolean abort : new boolean[] {true, false}) {
        ConnectionLog server = new ConnectionLog.Pushed();
        Server listening = loop.createServer(() -> log(server), HOST, 0, SERVING);
        ConnectionLog client = log();
        loop.createConnection(() -> client, HOST, port(listening), CONNECTING);
        await("the server's connection", server::isMade);
        if (abort) {
          listening.abortClients();
        } else {
          listening.closeClients();
        }
        listening.close();
        listening.awaitClosed();
        Exception failure = awaitLost(client);
        assertEquals(abort, failure instanceof SSLException, () -> "" + failure);
      }
    });
  }
}
