// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Task;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pausing and resuming what a protocol receives, and changing the protocol. */
abstract class ReceivingContract extends OnLoop {

  private static final byte[] ABC = {'a', 'b', 'c'};

  // Pausing

  @Test
  void pausingInConnectionMadeKeepsTheFirstDataBack() throws Exception {
    ConnectionLog protocol = new ConnectionLog.Pushed() {
      @Override
      public void connectionMade(Transport transport) {
        super.connectionMade(transport);
        transport.pauseReading();
      }
    };
    run(() -> {
      Peer peer = serve(protocol).peer();
      peer.send(ABC);
      peer.endOutput();
      settle();
      assertEquals(List.of("made"), protocol.events);
      assertFalse(protocol.transport().isReading());
      protocol.transport().resumeReading();
      assertNull(awaitLost(protocol));
      assertArrayEquals(ABC, protocol.received());
    });
  }

  @Test
  void whatComesWhileReadingIsPausedComesWhenItIsResumed() throws Exception {
    forBothKinds(protocol -> {
      Peer peer = serve(protocol).peer();
      Transport transport = protocol.transport();
      assertTrue(transport.isReading());
      transport.pauseReading();
      transport.pauseReading();
      assertFalse(transport.isReading());
      peer.send(ABC);
      settle();
      assertEquals(0, protocol.receivedCount());
      transport.resumeReading();
      transport.resumeReading();
      assertTrue(transport.isReading());
      await("data", () -> protocol.receivedCount() == 3);
      transport.pauseReading();
      transport.resumeReading();
      peer.send(ABC);
      await("data", () -> protocol.receivedCount() == 6);
    });
  }

  @Test
  void pausingInDataReceivedTakesEffectAtOnce() throws Exception {
    ConnectionLog protocol = new ConnectionLog.Buffered(ByteBuffer.allocate(1)) {
      @Override
      public void bufferUpdated(int count) throws Exception {
        super.bufferUpdated(count);
        transport().pauseReading();
      }
    };
    run(() -> {
      serve(protocol).peer().send(ABC);
      for (int i = 1; i <= 3; i++) {
        int expected = i;
        await("a byte", () -> protocol.receivedCount() == expected);
        settle();
        assertEquals(i, protocol.receivedCount());
        protocol.transport().resumeReading();
      }
    });
  }

  @Test
  void pausingAnotherConnectionWhoseDataIsReadyTakesEffectAtOnce() throws Exception {
    ConnectionLog[] logs = new ConnectionLog[2];
    for (int i = 0; i < 2; i++) {
      int me = i;
      logs[i] = new ConnectionLog.Pushed() {
        @Override
        public void dataReceived(ByteBuffer data) throws Exception {
          super.dataReceived(data);
          logs[1 - me].transport().pauseReading();
        }
      };
    }
    run(() -> {
      Peer first = serve(logs[0]).peer();
      Peer second = serve(logs[1]).peer();
      first.send(ABC);
      second.send(ABC); // both are found by the same poll, as the loop has not polled since
      settle();
      assertEquals(3, logs[0].receivedCount() + logs[1].receivedCount());
    });
  }

  @Test
  void pausingAndResumingAClosingTransportDoesNothing() throws Exception {
    forBothKinds(protocol -> {
      serve(protocol).peer().send(ABC);
      protocol.transport().close();
      protocol.transport().pauseReading();
      protocol.transport().resumeReading();
      assertFalse(protocol.transport().isReading());
      assertNull(awaitLost(protocol));
      protocol.transport().resumeReading();
      settle();
      assertEquals(List.of("made", "lost"), protocol.events);
    });
  }

  @Test
  void dataThatCameBeforeAResetIsReceived() throws Exception {
    forBothKinds(protocol -> {
      Peer peer = serve(protocol).peer();
      protocol.transport().pauseReading();
      peer.send(SpiContract.pattern(20_000));
      peer.reset();
      settle();
      protocol.transport().resumeReading();
      assertInstanceOf(IOException.class, awaitLost(protocol));
      assertArrayEquals(SpiContract.pattern(20_000), protocol.received());
    });
  }

  // Changing the protocol

  @Test
  void theProtocolMayChangeBetweenAnyTwoEventsAndBeOfTheOtherKind() throws Exception {
    run(() -> {
      ConnectionLog first = new ConnectionLog.Pushed();
      ConnectionLog second = new ConnectionLog.Buffered();
      ConnectionLog third = new ConnectionLog.Pushed();
      try (var server = loop.createServer(() -> first, HOST, 0)) {
        Peer peer = peerOf(server);
        peer.send(ABC);
        await("data", () -> first.receivedCount() == 3);
        Transport transport = first.transport();
        transport.setProtocol(second);
        assertSame(second, transport.getProtocol());
        peer.send(ABC);
        await("data", () -> second.receivedCount() == 3);
        transport.setProtocol(third);
        peer.send(ABC);
        await("data", () -> third.receivedCount() == 3);
        peer.endOutput();
        awaitLost(third);
      }
      assertEquals(List.of("made", "data"), first.events);
      assertEquals(List.of("data"), second.events);
      assertEquals(List.of("data", "eof", "lost"), third.events);
    });
  }

  @Test
  void aProtocolMayHandOverWithinItsOwnDataReceived() throws Exception {
    run(() -> {
      ConnectionLog second = new ConnectionLog.Buffered();
      ConnectionLog first = new ConnectionLog.Pushed() {
        @Override
        public void dataReceived(ByteBuffer data) throws Exception {
          super.dataReceived(data);
          transport().setProtocol(second);
        }
      };
      try (var server = loop.createServer(() -> first, HOST, 0)) {
        Peer peer = peerOf(server);
        peer.send((byte) 1);
        await("data", () -> first.receivedCount() == 1);
        peer.send((byte) 2);
        await("data", () -> second.receivedCount() == 1);
        first.transport().close();
        awaitLost(second);
      }
    });
  }

  @Test
  void aStreamsConnectionMayBeHandedToAProtocol() throws Exception {
    run(() -> {
      for (boolean early : new boolean[] {true, false}) {
        Streamed stream = stream();
        if (early) {
          stream.peer().send(ABC);
          settle(); // data has come, and nobody has read it
        }
        ConnectionLog protocol = new ConnectionLog.Pushed();
        stream.writer().transport().setProtocol(protocol);
        if (!early) {
          stream.peer().send(ABC);
        }
        await("data", () -> protocol.receivedCount() == 3);
        stream.connection().close();
        awaitLost(protocol);
      }
    });
  }

  @Test
  void aStreamsConnectionComesBackFromAProtocol() throws Exception {
    run(() -> {
      Streamed stream = stream();
      Transport transport = stream.writer().transport();
      BaseProtocol streams = transport.getProtocol();
      ConnectionLog protocol = new ConnectionLog.Buffered() {
        @Override
        public void bufferUpdated(int count) throws Exception {
          super.bufferUpdated(count);
          transport.setProtocol(streams);
        }
      };
      Task<?> reading = createTask(() -> stream.reader().read(1));
      settle();
      transport.setProtocol(protocol);
      assertThrows(IOException.class, reading::await);
      stream.peer().send(ABC);
      await("data", () -> protocol.receivedCount() == 3);
      assertSame(streams, transport.getProtocol());
      stream.peer().send(ABC);
      assertArrayEquals(ABC, stream.reader().readExactly(3));
      stream.connection().close();
    });
  }

  @Test
  void whatIsNoProtocolIsRefusedAndTheOldOneStays() throws Exception {
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      assertThrows(
          IllegalArgumentException.class, () -> transport.setProtocol(new BaseProtocol() {}));
      assertSame(served.protocol(), transport.getProtocol());
      served.peer().send(ABC);
      await("data", () -> served.protocol().receivedCount() == 3);
    });
  }
}
