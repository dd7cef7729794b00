// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Task;
import dev.culebra.net.AsyncSocket;
import dev.culebra.net.Server;
import dev.culebra.net.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What came before the end of a connection, or together with it, and what was on its way to it. */
abstract class HangUpContract extends OnLoop {

  /** What the buffers of any socket hold. */
  private static final int SIZE = 6_000;

  private static final byte[] SENT = SpiContract.pattern(SIZE);

  @TempDir
  private Path folder = Path.of("");

  /** How a peer ends a connection. */
  private enum End {
    OUTPUT_ONLY,
    CLOSE,
    RESET;

    void of(Peer peer) throws IOException {
      switch (this) {
        case OUTPUT_ONLY -> peer.endOutput();
        case CLOSE -> peer.close();
        case RESET -> peer.reset();
      }
    }
  }

  private static final List<End> CLEAN = List.of(End.OUTPUT_ONLY, End.CLOSE);

  // Protocols

  @Test
  void dataAndTheEndThatAreFoundTogetherComeInTheirOrder() throws Exception {
    for (End end : CLEAN) {
      forBothKinds(protocol -> {
        Peer peer = serve(protocol).peer();
        protocol.transport().pauseReading();
        peer.send(SENT);
        end.of(peer);
        settle(); // both are there
        protocol.transport().resumeReading();
        assertNull(awaitLost(protocol));
        assertEquals(List.of("made", "data", "eof", "lost"), protocol.events);
        assertArrayEquals(SENT, protocol.received());
      });
    }
  }

  @Test
  void overUnixSocketsTooThoughThePeerHasLeftSomethingUnread() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
    for (boolean unread : new boolean[] {false, true}) {
      forBothKinds(protocol -> {
        try (Server server = loop.createUnixServer(() -> log(protocol), address)) {
          assertTrue(server.isServing());
          Peer peer =
              closing(new Peer(closing(SocketChannel.open(address)), patience().toNanos()));
          await("a connection", protocol::isMade);
          protocol.transport().pauseReading();
          if (unread) { // which makes the peer's close a reset
            protocol.transport().write(new byte[100]);
            settle();
          }
          peer.send(SENT);
          peer.close();
          settle();
          protocol.transport().resumeReading();
          Exception lostWith = awaitLost(protocol);
          assertTrue(unread ? lostWith instanceof IOException : lostWith == null);
          assertArrayEquals(SENT, protocol.received());
        }
      });
    }
  }

  @Test
  void anEndThatComesWhileWritingIsPausedLosesNothingThatCame() throws Exception {
    forBothKinds(protocol -> {
      protocol.keepSending();
      Peer peer = serve(protocol).peer();
      Transport transport = protocol.transport();
      transport.write(new byte[1_000_000]); // more than the sockets hold
      assertEquals(List.of("pause"), protocol.flow());
      peer.send(SENT);
      peer.endOutput();
      await("the end", () -> protocol.events.contains("eof"));
      assertArrayEquals(SENT, protocol.received());
      assertFalse(transport.isClosing());
      transport.close();
      assertEquals(1_000_000, aside(() -> peer.receive(1_000_000)).await().length);
      assertNull(awaitLost(protocol));
    });
  }

  @Test
  void aPeerThatEndsItsOutputStillGetsAllThatIsBuffered() throws Exception {
    int size = 1_000_000;
    run(() -> {
      Served served = serve();
      served.protocol().transport().write(SpiContract.pattern(size));
      served.peer().endOutput(); // eofReceived says false: the transport closes itself
      await("the end", () -> served.protocol().transport().isClosing());
      assertFalse(served.protocol().isLost());
      assertArrayEquals(
          SpiContract.pattern(size), aside(() -> served.peer().receive(size)).await());
      assertNull(awaitLost(served.protocol()));
    });
  }

  /** A poller tells of hang-ups whether or not anybody asks. */
  @Test
  void aHangUpThatNobodyAsksAboutDoesNotSpin() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(backend()));
    run(() -> {
      for (End end : End.values()) {
        Served paused = serve();
        paused.protocol().transport().pauseReading();
        Streamed unread = stream();
        unread.peer().send(SENT);
        paused.peer().send(SENT);
        end.of(unread.peer());
        end.of(paused.peer());
        settle();
        int before = backend.polls.get();
        sleep(Duration.ofMillis(5));
        int polls = backend.polls.get() - before;
        assertTrue(polls < 10, () -> end + ": " + polls + " polls in 5 ms");
        assertFalse(paused.protocol().isLost());
        unread.connection().close();
        paused.protocol().transport().abort();
      }
    });
  }

  // Streams

  @Test
  void aStreamReadsWhatCameBeforeTheEnd() throws Exception {
    run(() -> {
      for (End end : End.values()) {
        Streamed stream = stream();
        stream.peer().send(SENT);
        end.of(stream.peer());
        settle();
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        while (received.size() < SIZE) {
          received.writeBytes(stream.reader().read(3000));
        }
        assertArrayEquals(SENT, received.toByteArray());
        if (end == End.RESET) {
          assertThrows(IOException.class, () -> stream.reader().read(1));
        } else {
          assertEquals(0, stream.reader().read(1).length);
        }
        stream.connection().close();
      }
    });
  }

  // Sockets without a transport

  /** In a task: a socket of the loop's, and the peer that it has accepted. */
  private record Accepted(AsyncSocket socket, Peer peer) {}

  private Accepted accepted() throws IOException {
    try (AsyncSocket listener = loop.openListeningSocket(StandardProtocolFamily.INET)) {
      listener.listen(new InetSocketAddress(InetAddress.ofLiteral(HOST), 0), 10);
      Peer peer = peerAt((InetSocketAddress) nonNull(listener.localAddress()));
      AsyncSocket socket = closing(loop.sockAccept(listener).socket());
      socket.setOption(StandardSocketOptions.SO_SNDBUF, 64 * 1024);
      return new Accepted(socket, peer);
    }
  }

  @Test
  void aSocketReceivesWhatCameBeforeTheEnd() throws Exception {
    run(() -> {
      for (End end : End.values()) {
        Accepted accepted = accepted();
        accepted.peer().send(SENT);
        end.of(accepted.peer());
        settle();
        ByteBuffer target = ByteBuffer.allocate(SIZE);
        while (target.hasRemaining()) {
          target.put(loop.sockRecv(accepted.socket(), Math.min(3000, target.remaining())));
        }
        assertArrayEquals(SENT, target.array());
        if (end == End.RESET) {
          assertThrows(IOException.class, () -> loop.sockRecv(accepted.socket(), 1));
        } else {
          assertEquals(0, loop.sockRecv(accepted.socket(), 1).length);
        }
        accepted.socket().close();
      }
    });
  }

  @Test
  void aSenderThatWaitsIsToldThatItsPeerIsGone() throws Exception {
    run(() -> {
      for (End end : List.of(End.CLOSE, End.RESET)) {
        Accepted accepted = accepted();
        Task<?> sending =
            createTask(() -> loop.sockSendAll(accepted.socket(), ByteBuffer.allocate(1_000_000)));
        settle();
        assertFalse(sending.done());
        end.of(accepted.peer());
        assertInstanceOf(IOException.class, assertThrows(Exception.class, sending::await));
        accepted.socket().close();
      }
    });
  }

  @Test
  void whatASocketHasSentArrivesThoughItIsClosedAtOnce() throws Exception {
    run(() -> {
      Accepted accepted = accepted();
      loop.sockSendAll(accepted.socket(), ByteBuffer.wrap(SENT));
      accepted.socket().close();
      byte[] received = aside(() -> accepted.peer().receive(SIZE)).await();
      assertArrayEquals(SENT, received);
      accepted.peer().awaitEnd();
    });
  }

  // Files

  @Test
  void aFileWhosePeerGoesTellsByItsPositionHowFarItCame() throws Exception {
    int size = 1_000_000;
    Path file = Files.write(folder.resolve("file"), SpiContract.pattern(size));
    run(() -> {
      for (End end : List.of(End.CLOSE, End.RESET)) {
        for (boolean transport : new boolean[] {true, false}) {
          try (FileChannel channel = FileChannel.open(file)) {
            Task<Long> sending;
            Peer peer;
            if (transport) {
              Served served = serve();
              peer = served.peer();
              sending = createTask(() -> loop.sendFile(served.protocol().transport(), channel));
            } else {
              Accepted accepted = accepted();
              peer = accepted.peer();
              sending = createTask(() -> loop.sockSendFile(accepted.socket(), channel, 0, size));
            }
            settle();
            assertFalse(sending.done());
            end.of(peer);
            assertThrows(IOException.class, sending::await);
            assertTrue(channel.position() > 0 && channel.position() < size);
          }
        }
      }
    });
  }

  // Both at once

  @Test
  void bothSidesMayCloseWithDataOnItsWay() throws Exception {
    run(() -> {
      ConnectionLog serving = log();
      Server server = loop.createServer(() -> serving, HOST, 0);
      ConnectionLog client =
          loop.createConnection(this::log, HOST, port(server)).protocol();
      await("the other side", serving::isMade);
      client.transport().write(Arrays.copyOf(SENT, 100));
      serving.transport().write(Arrays.copyOf(SENT, 100));
      client.transport().close();
      serving.transport().close();
      awaitLost(client); // maybe with a reset, as nobody has read what came
      awaitLost(serving);
      server.close();
      server.awaitClosed();
    });
  }
}
