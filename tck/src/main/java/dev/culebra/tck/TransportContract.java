// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.net.Transport;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A connection's protocol: what it is told, in which order, and how the connection ends. */
abstract class TransportContract extends OnLoop {

  private static final byte[] ABC = {'a', 'b', 'c'};

  // Order

  @Test
  void aProtocolIsToldInOrder() throws Exception {
    forBothKinds(protocol -> {
      Peer peer = serve(protocol).peer();
      peer.send(ABC);
      peer.send(SpiContract.pattern(5000));
      peer.endOutput();
      assertNull(awaitLost(protocol));
      assertEquals(List.of("made", "data", "eof", "lost"), protocol.events);
      assertEquals(5003, protocol.receivedCount());
      peer.awaitEnd();
    });
  }

  @Test
  void dataIsWhatThePeerSent() throws Exception {
    byte[] sent = SpiContract.pattern(300_000);
    forBothKinds(protocol -> {
      Peer peer = serve(protocol).peer();
      thread(() -> peer.send(sent));
      await("all data", () -> protocol.receivedCount() == sent.length);
      assertArrayEquals(sent, protocol.received());
    });
  }

  @Test
  void aBufferIsFilledFromItsPositionOn() throws Exception {
    ByteBuffer buffer = ByteBuffer.allocate(10);
    ConnectionLog protocol = new ConnectionLog.Buffered(buffer) {
      @Override
      public ByteBuffer getBuffer(int sizeHint) {
        return buffer.clear().position(4).limit(6);
      }

      @Override
      public void bufferUpdated(int count) {
        assertEquals(4 + count, buffer.position());
        assertEquals(6, buffer.limit());
        came(buffer.flip().position(4));
      }
    };
    run(() -> {
      serve(protocol).peer().send(ABC);
      await("all data", () -> protocol.receivedCount() == 3);
      assertArrayEquals(ABC, protocol.received());
    });
  }

  // The end

  @Test
  void closeEndsItInALaterIterationAndThePeerSeesTheEnd() throws Exception {
    forBothKinds(protocol -> assertEnds(protocol, Transport::close));
  }

  @Test
  void abortEndsItInALaterIterationAndThePeerSeesTheEnd() throws Exception {
    forBothKinds(protocol -> assertEnds(protocol, Transport::abort));
  }

  @Test
  void endingItAgainChangesNothing() throws Exception {
    forBothKinds(protocol -> assertEnds(protocol, transport -> {
      transport.close();
      transport.abort();
      transport.close();
      transport.abort();
    }));
  }

  private interface Ending {
    void of(Transport transport);
  }

  private void assertEnds(ConnectionLog protocol, Ending ending) throws Exception {
    Served served = serve(protocol);
    Transport transport = protocol.transport();
    assertFalse(transport.isClosing());
    ending.of(transport);
    assertTrue(transport.isClosing());
    assertFalse(transport.isReading());
    assertFalse(protocol.isLost(), "connectionLost comes by the loop");
    assertNull(awaitLost(protocol));
    ending.of(transport);
    settle();
    assertEquals(List.of("made", "lost"), protocol.events);
    served.peer().awaitEnd();
  }

  @Test
  void thePeersCloseIsAnEndOfStreamAndThenTheEnd() throws Exception {
    forBothKinds(protocol -> {
      serve(protocol).peer().close();
      assertNull(awaitLost(protocol));
      assertEquals(List.of("made", "eof", "lost"), protocol.events);
    });
  }

  @Test
  void aResetByThePeerIsToldToConnectionLostAndToNobodyElse() throws Exception {
    forBothKinds(protocol -> {
      serve(protocol).peer().reset();
      assertInstanceOf(IOException.class, awaitLost(protocol));
      assertEquals(List.of("made", "lost"), protocol.events);
    });
  }

  @Test
  void nothingIsReceivedAfterClose() throws Exception {
    forBothKinds(protocol -> {
      Served served = serve(protocol);
      protocol.transport().close();
      served.peer().send(ABC);
      awaitLost(protocol);
      assertEquals(0, protocol.receivedCount());
    });
  }

  @Test
  void aProtocolMayEndItWhereverItIsCalled() throws Exception {
    run(() -> {
      for (String where : List.of("made", "data", "eof")) {
        for (boolean abort : new boolean[] {false, true}) {
          ConnectionLog protocol = new EndsItself(where, abort);
          Served served = serve(protocol);
          if (!protocol.isLost() && !where.equals("made")) {
            served.peer().send(ABC);
            served.peer().endOutput();
          }
          assertNull(awaitLost(protocol));
          served.peer().awaitEnd();
        }
      }
    });
  }

  private static final class EndsItself extends ConnectionLog.Pushed {

    private final String where;
    private final boolean abort;

    EndsItself(String where, boolean abort) {
      this.where = where;
      this.abort = abort;
      keepSending();
    }

    private void endAt(String here) {
      if (here.equals(where)) {
        if (abort) {
          transport().abort();
        } else {
          transport().close();
        }
        assertFalse(isLost());
      }
    }

    @Override
    public void connectionMade(Transport transport) {
      super.connectionMade(transport);
      endAt("made");
    }

    @Override
    public void dataReceived(ByteBuffer data) throws Exception {
      super.dataReceived(data);
      endAt("data");
    }

    @Override
    public boolean eofReceived() {
      super.eofReceived();
      endAt("eof");
      return true;
    }
  }

  // What protocols throw

  private void assertFatal(String method, Throwable thrown, ConnectionLog protocol)
      throws Exception {
    run(() -> {
      Served served = serve(protocol);
      served.peer().send(ABC);
      served.peer().endOutput();
      Exception lostWith = awaitLost(protocol);
      var context = reports.take("protocol." + method + "() call failed");
      assertSame(thrown, context.exception());
      assertSame(protocol, context.protocol());
      assertSame(protocol.transport(), context.transport());
      assertSame(
          thrown, thrown instanceof Exception ? lostWith : nonNull(lostWith).getCause());
      awaitGone(served.peer());
    });
  }

  @Test
  void whatDataReceivedThrowsEndsTheConnection() throws Exception {
    for (Throwable thrown :
        List.of(new IOException("planted"), new RuntimeException(), new AssertionError())) {
      assertFatal("dataReceived", thrown, new ConnectionLog.Pushed() {
        @Override
        public void dataReceived(ByteBuffer data) {
          raise(thrown);
        }
      });
    }
  }

  @Test
  void whatGetBufferThrowsEndsTheConnection() throws Exception {
    Exception thrown = new IOException("planted");
    assertFatal("getBuffer", thrown, new ConnectionLog.Buffered() {
      @Override
      public ByteBuffer getBuffer(int sizeHint) throws IOException {
        return raise(thrown);
      }
    });
  }

  @Test
  void whatBufferUpdatedThrowsEndsTheConnection() throws Exception {
    Exception thrown = new IOException("planted");
    assertFatal("bufferUpdated", thrown, new ConnectionLog.Buffered() {
      @Override
      public void bufferUpdated(int count) {
        raise(thrown);
      }
    });
  }

  @Test
  void whatEofReceivedThrowsEndsTheConnection() throws Exception {
    RuntimeException thrown = new RuntimeException("planted");
    assertFatal("eofReceived", thrown, new ConnectionLog.Pushed() {
      @Override
      public boolean eofReceived() {
        throw thrown;
      }
    });
  }

  @Test
  void aBufferWithoutRoomEndsTheConnection() throws Exception {
    ConnectionLog protocol = new ConnectionLog.Buffered(ByteBuffer.allocate(0));
    run(() -> {
      serve(protocol).peer().send(ABC);
      assertInstanceOf(IllegalStateException.class, awaitLost(protocol));
    });
    reports.take("getBuffer");
  }

  @Test
  void noBufferEndsTheConnection() throws Exception {
    ConnectionLog protocol = new ConnectionLog.Buffered() {
      @Override
      public ByteBuffer getBuffer(int sizeHint) {
        return none();
      }
    };
    run(() -> {
      serve(protocol).peer().send(ABC);
      assertInstanceOf(NullPointerException.class, awaitLost(protocol));
    });
    reports.take("getBuffer");
  }

  @Test
  void whatConnectionMadeThrowsIsReportedAndTheConnectionStays() throws Exception {
    RuntimeException thrown = new RuntimeException("planted");
    ConnectionLog protocol = new ConnectionLog.Pushed() {
      @Override
      public void connectionMade(Transport transport) {
        super.connectionMade(transport);
        throw thrown;
      }
    };
    run(() -> {
      serve(protocol).peer().send(ABC);
      await("data", () -> protocol.receivedCount() == 3);
      assertFalse(protocol.transport().isClosing());
    });
    assertSame(thrown, reports.take("").exception());
  }

  @Test
  void whatConnectionLostThrowsIsReportedAndTheSocketClosed() throws Exception {
    RuntimeException thrown = new RuntimeException("planted");
    ConnectionLog protocol = new ConnectionLog.Pushed() {
      @Override
      public void connectionLost(@Nullable Exception exception) {
        super.connectionLost(exception);
        throw thrown;
      }
    };
    run(() -> {
      Served served = serve(protocol);
      protocol.transport().close();
      awaitLost(protocol);
      served.peer().awaitEnd();
    });
    assertSame(thrown, reports.take("").exception());
  }

  @Test
  void aVirtualMachineErrorInAProtocolEscapesAsFromACallback() throws Exception {
    Error fatal = new InternalError("planted");
    ConnectionLog protocol = new ConnectionLog.Pushed() {
      @Override
      public void dataReceived(ByteBuffer data) {
        raise(fatal);
      }
    };
    List<Peer> peers = new ArrayList<>();
    run(() -> peers.add(serve(protocol).peer()));
    thread(() -> peers.get(0).send(ABC));
    assertSame(fatal, assertThrows(InternalError.class, loop::runForever));
    run(() -> awaitLost(protocol));
    reports.take("dataReceived");
  }

  // Half-closed connections

  @Test
  void aProtocolThatKeepsSendingAfterTheEndOfStreamMay() throws Exception {
    forBothKinds(protocol -> {
      protocol.keepSending();
      Peer peer = serve(protocol).peer();
      peer.send(ABC);
      peer.endOutput();
      await("the end of stream", () -> protocol.events.contains("eof"));
      settle();
      Transport transport = protocol.transport();
      assertFalse(transport.isClosing());
      assertFalse(transport.isReading());
      transport.write(ABC);
      assertArrayEquals(ABC, aside(() -> peer.receive(3)).await());
      transport.close();
      assertNull(awaitLost(protocol));
      peer.awaitEnd();
      assertEquals(List.of("made", "data", "eof", "lost"), protocol.events);
    });
  }

  @Test
  void writeEofEndsTheOutputAndNotTheInput() throws Exception {
    forBothKinds(protocol -> {
      Peer peer = serve(protocol).peer();
      Transport transport = protocol.transport();
      assertTrue(transport.canWriteEof());
      transport.write(ABC);
      transport.writeEof();
      transport.writeEof();
      assertArrayEquals(ABC, aside(() -> peer.receive(3)).await());
      peer.awaitEnd();
      assertFalse(transport.isClosing());
      peer.send(ABC);
      await("data", () -> protocol.receivedCount() == 3);
      peer.endOutput();
      assertNull(awaitLost(protocol));
    });
  }

  @Test
  void aConnectionHalfClosedOnBothSidesStandsUntilItIsClosed() throws Exception {
    run(() -> {
      ConnectionLog protocol = new ConnectionLog.Pushed();
      protocol.keepSending();
      Peer peer = serve(protocol).peer();
      protocol.transport().writeEof();
      peer.awaitEnd();
      peer.endOutput();
      await("the end of stream", () -> protocol.events.contains("eof"));
      settle();
      assertFalse(protocol.isLost());
      protocol.transport().close();
      assertNull(awaitLost(protocol));
    });
  }

  // What is known of it

  @Test
  void addressesStayKnownAfterTheEnd() throws Exception {
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      var local = served.peer().channel().getRemoteAddress();
      var remote = served.peer().channel().getLocalAddress();
      assertEquals(local, transport.localAddress());
      assertEquals(remote, transport.remoteAddress());
      transport.abort();
      awaitLost(served.protocol());
      assertEquals(local, transport.localAddress());
      assertEquals(remote, transport.remoteAddress());
    });
  }

  @Test
  void socketOptionsAreReadAndSetWhileItIsOpen() throws Exception {
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      assertTrue(transport.getOption(StandardSocketOptions.TCP_NODELAY), "no Nagle by default");
      assertFalse(transport.getOption(StandardSocketOptions.SO_KEEPALIVE));
      transport.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      assertTrue(transport.getOption(StandardSocketOptions.SO_KEEPALIVE));
      transport.close();
      awaitLost(served.protocol());
      sleep(Duration.ZERO);
      assertThrows(IOException.class, () -> transport.getOption(StandardSocketOptions.TCP_NODELAY));
    });
  }
}
