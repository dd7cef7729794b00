// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.net.Server;
import dev.culebra.net.Transport;
import dev.culebra.spi.Backend;
import dev.culebra.spi.FileSource;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import dev.culebra.spi.ReadySink;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProtocolFamily;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the loop does with what a system can do to it: refusals, short reads and writes, a broken poller. */
abstract class FaultContract extends OnLoop {

  // Accepting

  /** The loop tries again after a second. */
  @Tag("slow")
  @Test
  void anAcceptThatFailsIsReportedOnceAndTriedAgainWithoutSpinning() throws Exception {
    IOException refusal = new IOException("planted: Too many open files");
    boolean[] refusing = {true};
    int[] attempts = {0};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      @Nullable StreamSocket accept(ListenerSocket listener) throws IOException {
        attempts[0]++;
        if (refusing[0]) {
          throw refusal;
        }
        return super.accept(listener);
      }
    });
    List<ConnectionLog> served = new ArrayList<>();
    run(() -> {
      Server server = loop.createServer(
          () -> {
            served.add(log());
            return served.get(served.size() - 1);
          },
          HOST,
          0);
      peerOf(server).send((byte) 1);
      peerOf(server).send((byte) 2);
      await("the report", () -> reports.count() == 1);
      assertSame(refusal, reports.take("accept").exception());
      settle();
      assertEquals(1, attempts[0]);
      assertTrue(server.isServing());
      refusing[0] = false;
      while (served.size() < 2) {
        sleep(Duration.ofMillis(20)); // what waited in the backlog comes now
      }
      server.closeClients();
      server.close();
      server.awaitClosed();
    });
  }

  /** Three seconds, in which it tries thrice. */
  @Tag("slow")
  @Test
  void anAcceptThatFailsForLongIsReportedOnce() throws Exception {
    int[] failures = {3};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      @Nullable StreamSocket accept(ListenerSocket listener) throws IOException {
        if (failures[0]-- > 0) {
          throw new IOException("planted: Too many open files");
        }
        return super.accept(listener);
      }
    });
    run(() -> {
      ConnectionLog protocol = log();
      try (Server server = loop.createServer(() -> protocol, HOST, 0)) {
        peerOf(server);
        await("the connection", protocol::isMade);
      }
      reports.take("accept");
    });
  }

  @Test
  void aServerClosedWhileItWaitsToTryAgainStaysClosed() throws Exception {
    onBackend(new ScriptedBackend(backend()) {
      @Override
      @Nullable StreamSocket accept(ListenerSocket listener) throws IOException {
        throw new IOException("planted");
      }
    });
    run(() -> {
      Server server = loop.createServer(this::log, HOST, 0);
      peerOf(server);
      await("the report", () -> reports.count() == 1);
      server.close();
      server.awaitClosed();
      reports.take("accept");
    });
  }

  @Test
  void aListenerThatIsReadyForNothingIsNoConnection() throws Exception {
    int[] spurious = {5};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      @Nullable StreamSocket accept(ListenerSocket listener) throws IOException {
        return spurious[0]-- > 0 ? null : super.accept(listener);
      }
    });
    run(() -> {
      ConnectionLog protocol = log();
      try (Server server = loop.createServer(() -> protocol, HOST, 0)) {
        peerOf(server);
        await("the connection", protocol::isMade);
      }
    });
  }

  @Test
  void aLoopWhosePollerCannotBeOpenedIsNotMade() {
    IOException refusal = new IOException("planted: Too many open files");
    Backend refusing = new ScriptedBackend(backend()) {
      @Override
      Poller openPoller(Backend from) throws IOException {
        throw refusal;
      }
    };
    assertSame(
        refusal,
        assertThrows(UncheckedIOException.class, () -> newLoop(refusing)).getCause());
  }

  @Test
  void aConnectionForWhichThereIsNoDescriptorIsNotMade() throws Exception {
    IOException refusal = new IOException("planted: Too many open files");
    onBackend(new ScriptedBackend(backend()) {
      @Override
      StreamSocket openStream(Poller poller, ProtocolFamily family) throws IOException {
        throw refusal;
      }

      @Override
      ListenerSocket openListener(Poller poller, ProtocolFamily family) throws IOException {
        throw refusal;
      }
    });
    run(() -> {
      assertSame(refusal, assertThrows(IOException.class, () -> openConnection(HOST, 1)));
      assertSame(
          refusal,
          assertThrows(
              IOException.class, () -> loop.createServer(this::log, HOST, 0).close()));
      assertSame(
          refusal,
          assertThrows(
              IOException.class,
              () -> loop.createServer(this::log, (String) null, 0).close()));
    });
  }

  // Reading and writing

  @Test
  void readinessWithoutDataIsNoDataAndNoEnd() throws Exception {
    int[] spurious = {5};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      int read(StreamSocket socket, ByteBuffer target) throws IOException {
        return spurious[0]-- > 0 ? 0 : super.read(socket, target);
      }
    });
    run(() -> {
      Served served = serve();
      served.peer().send((byte) 1);
      await("data", () -> served.protocol().receivedCount() == 1);
      spurious[0] = 5;
      Streamed stream = stream();
      stream.peer().send((byte) 2);
      assertArrayEquals(new byte[] {2}, stream.reader().read(10));
      stream.connection().close();
    });
  }

  @Test
  void readsOfOneByteAndWritesOfThreeLoseNothing() throws Exception {
    byte[] sent = SpiContract.pattern(4000);
    onBackend(new ScriptedBackend(backend()) {
      @Override
      int read(StreamSocket socket, ByteBuffer target) throws IOException {
        int limit = target.limit();
        target.limit(target.position() + 1);
        try {
          return super.read(socket, target);
        } finally {
          target.limit(limit);
        }
      }

      @Override
      int write(StreamSocket socket, ByteBuffer source) throws IOException {
        int limit = source.limit();
        source.limit(Math.min(limit, source.position() + 3));
        try {
          return super.write(socket, source);
        } finally {
          source.limit(limit);
        }
      }

      @Override
      long write(StreamSocket socket, ByteBuffer[] sources, int offset, int length)
          throws IOException {
        return write(socket, sources[offset]);
      }
    });
    run(() -> {
      Streamed stream = stream();
      thread(() -> stream.peer().send(stream.peer().receive(sent.length)));
      stream.writer().write(sent);
      assertArrayEquals(sent, stream.reader().readExactly(sent.length));
      stream.connection().close();
    });
  }

  @Test
  void aReadThatFailsLosesTheConnectionAndIsNoReport() throws Exception {
    IOException failure = new IOException("planted");
    onBackend(new ScriptedBackend(backend()) {
      @Override
      int read(StreamSocket socket, ByteBuffer target) throws IOException {
        throw failure;
      }
    });
    run(() -> {
      for (ConnectionLog protocol :
          List.of(new ConnectionLog.Pushed(), new ConnectionLog.Buffered())) {
        serve(protocol).peer().send((byte) 1);
        assertSame(failure, awaitLost(protocol));
      }
    });
  }

  @Test
  void aWriteThatFailsLosesTheConnectionAndIsNoReport() throws Exception {
    IOException failure = new IOException("planted");
    onBackend(new ScriptedBackend(backend()) {
      @Override
      int write(StreamSocket socket, ByteBuffer source) throws IOException {
        throw failure;
      }
    });
    run(() -> {
      for (int size : new int[] {1, 100_000}) {
        Served served = serve();
        served.protocol().transport().write(new byte[size]);
        assertFalse(served.protocol().isLost());
        assertSame(failure, awaitLost(served.protocol()));
      }
    });
  }

  @Test
  void aSocketThatCannotBeWatchedIsALostConnection() throws Exception {
    IOException failure = new IOException("planted");
    onBackend(new ScriptedBackend(backend()) {
      @Override
      void register(Poller poller, Pollable source, int interest, Object attachment)
          throws IOException {
        if (source instanceof StreamSocket) {
          throw failure;
        }
        super.register(poller, source, interest, attachment);
      }
    });
    run(() -> {
      ConnectionLog protocol = new ConnectionLog.Pushed();
      serve(protocol);
      assertSame(failure, awaitLost(protocol));
    });
  }

  // Files

  /** The task that sends it gives others a turn after each MiB. */
  @Test
  void nothingOfAFileLeavesAfterTheTransportWasClosedInItsMidst(@TempDir Path folder)
      throws Exception {
    Path file = Files.write(folder.resolve("file"), new byte[5 * 1024 * 1024]);
    boolean[] sending = {false};
    int[] calls = {0};
    Runnable[] close = {() -> {}};
    onBackend(new ScriptedBackend(backend()) {
      private void called() {
        if (calls[0]++ == 0) {
          loop.callSoon(close[0]);
        }
      }

      @Override
      long sendFile(StreamSocket socket, FileSource source, long position, long count) {
        called();
        return count;
      }

      @Override
      int write(StreamSocket socket, ByteBuffer source) throws IOException {
        if (!sending[0]) {
          return super.write(socket, source);
        }
        called();
        int count = source.remaining();
        source.position(source.limit());
        return count;
      }
    });
    for (boolean abort : new boolean[] {true, false}) {
      for (boolean byPath : new boolean[] {true, false}) {
        run(() -> {
          Transport transport = serve().protocol().transport();
          int[] callsAtClose = {-1};
          calls[0] = 0;
          close[0] = () -> {
            callsAtClose[0] = calls[0];
            if (abort) {
              transport.abort();
            } else {
              transport.close();
            }
          };
          sending[0] = true;
          try (FileChannel channel = FileChannel.open(file)) {
            SocketException e = assertThrows(SocketException.class, () -> {
              long ignored =
                  byPath ? loop.sendFile(transport, file) : loop.sendFile(transport, channel);
            });
            assertTrue(String.valueOf(e.getMessage()).contains("closed"), e.getMessage());
          }
          sending[0] = false;
          assertEquals(callsAtClose[0], calls[0]);
        });
      }
    }
  }

  // The poller

  @Test
  void aPollerThatBreaksEndsTheRunWithItsFailure() throws Exception {
    IOException failure = new IOException("planted");
    boolean[] broken = {false};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      int poll(Poller poller, long timeoutNanos, ReadySink sink) throws IOException {
        if (broken[0]) {
          throw failure;
        }
        return super.poll(poller, timeoutNanos, sink);
      }
    });
    ConnectionLog protocol = new ConnectionLog.Pushed();
    UncheckedIOException thrown = assertThrows(
        UncheckedIOException.class,
        () -> run(() -> {
          try (Server server = loop.createServer(() -> protocol, HOST, 0)) {
            Peer peer = peerOf(server);
            await("the connection", protocol::isMade);
            broken[0] = true;
            peer.send((byte) 1);
            sleep(LONG);
          }
        }));
    assertSame(failure, thrown.getCause());
    assertFalse(loop.isRunning());
    assertTrue(protocol.transport().isClosing());
    loop.close();
    reports.take("Task was destroyed but it is pending");
  }

  @Test
  void aPollerThatThrowsAnErrorEndsTheRunWithIt() {
    AssertionError failure = new AssertionError("planted");
    boolean[] broken = {true};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      int poll(Poller poller, long timeoutNanos, ReadySink sink) throws IOException {
        if (broken[0]) {
          broken[0] = false;
          throw failure;
        }
        return super.poll(poller, timeoutNanos, sink);
      }
    });
    loop.callLater(LONG, () -> {});
    assertSame(failure, assertThrows(AssertionError.class, loop::runForever));
    assertFalse(loop.isRunning());
  }
}
