// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.net.Server;
import dev.culebra.net.Transport;
import dev.culebra.net.WriteBufferLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Writing to a transport: what leaves when, what is buffered, and flow control. */
abstract class WritingContract extends OnLoop {

  private static final int LARGE = 2_000_000;

  // What is written

  @Test
  void everyKindOfBufferIsConsumedAndSentInOrder() throws Exception {
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      ByteBuffer heap = ByteBuffer.wrap(new byte[] {0, 1, 2, 0}, 1, 2);
      ByteBuffer direct =
          ByteBuffer.allocateDirect(2).put((byte) 3).put((byte) 4).flip();
      ByteBuffer readOnly = ByteBuffer.wrap(new byte[] {5, 6}).asReadOnlyBuffer();
      ByteBuffer slice = ByteBuffer.wrap(new byte[] {0, 0, 7, 8}).position(2).slice();
      List<ByteBuffer> buffers = List.of(heap, direct, ByteBuffer.allocate(0), readOnly, slice);
      transport.write(heap);
      transport.writeLines(buffers.subList(1, 5));
      transport.writeLines(List.of());
      transport.writeLines(List.of(ByteBuffer.wrap(new byte[] {9})));
      transport.write(new byte[0]);
      transport.write(new byte[] {10});
      for (ByteBuffer each : buffers) {
        assertFalse(each.hasRemaining());
      }
      assertArrayEquals(
          new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
          aside(() -> served.peer().receive(10)).await());
    });
  }

  @Test
  void whatIsWrittenInConnectionMadeArrivesFirst() throws Exception {
    ConnectionLog protocol = new ConnectionLog.Pushed() {
      @Override
      public void connectionMade(Transport transport) {
        super.connectionMade(transport);
        transport.write(new byte[] {1, 2});
      }
    };
    run(() -> {
      Peer peer = serve(protocol).peer();
      protocol.transport().write(new byte[] {3});
      assertArrayEquals(new byte[] {1, 2, 3}, aside(() -> peer.receive(3)).await());
    });
  }

  @Test
  void aBufferMayBeReusedAsSoonAsWriteReturns() throws Exception {
    run(() -> {
      for (boolean direct : new boolean[] {false, true}) {
        for (int size : new int[] {10, 16_383, 16_384, 100_000, LARGE}) {
          Served served = serve();
          ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
          buffer.put(SpiContract.pattern(size)).flip();
          served.protocol().transport().write(buffer);
          assertEquals(size, buffer.position());
          scribbleOver(buffer);
          assertArrayEquals(
              SpiContract.pattern(size),
              aside(() -> served.peer().receive(size)).await());
        }
      }
    });
  }

  private static void scribbleOver(ByteBuffer buffer) {
    buffer.clear();
    while (buffer.hasRemaining()) {
      buffer.put((byte) 99);
    }
  }

  @Test
  void manyWritesOfManySizesArriveInOrderWithAPeerThatReadsLate() throws Exception {
    int[] sizes = {1, 70_000, 5, 20_000, 16_384, 16_383, 1, 1, 300_000, 7, 65_536, 3};
    int total = 4 * Arrays.stream(sizes).sum();
    byte[] sent = SpiContract.pattern(total);
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      int at = 0;
      for (int round = 0; round < 4; round++) {
        for (int size : sizes) {
          transport.write(ByteBuffer.wrap(sent, at, size));
          at += size;
          if (size == 5 || size == 7) {
            sleep(Duration.ZERO);
          }
        }
      }
      settle();
      assertArrayEquals(sent, aside(() -> served.peer().receive(total)).await());
      await("an empty buffer", () -> transport.getWriteBufferSize() == 0);
    });
  }

  @Test
  void fiveMegabytesGoBothWaysAtOnce() throws Exception {
    int size = 5_000_000;
    byte[] there = SpiContract.pattern(size);
    byte[] back = new byte[size];
    for (int i = 0; i < size; i++) {
      back[i] = (byte) ~there[i];
    }
    run(() -> {
      ConnectionLog serving = log();
      try (Server server = loop.createServer(() -> serving, HOST, 0)) {
        var connection =
            loop.createConnection(() -> log(new ConnectionLog.Buffered()), HOST, port(server));
        await("the other side", serving::isMade);
        for (int at = 0; at < size; at += 100_000) {
          connection.transport().write(ByteBuffer.wrap(there, at, 100_000));
          serving.transport().write(ByteBuffer.wrap(back, at, 100_000));
          sleep(Duration.ZERO);
        }
        await("one way", () -> serving.receivedCount() == size);
        await("the other way", () -> connection.protocol().receivedCount() == size);
        assertArrayEquals(there, serving.received());
        assertArrayEquals(back, connection.protocol().received());
      }
    });
  }

  // When it leaves

  @Test
  void whatOneCallbackWritesLeavesInOneSystemCall() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(backend()));
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      int before = backend.writes.get();
      loop.callSoon(() -> {
        transport.write(new byte[] {1, 2});
        transport.write(new byte[] {3});
        transport.writeLines(
            List.of(ByteBuffer.wrap(new byte[] {4}), ByteBuffer.wrap(new byte[] {5})));
        assertEquals(before, backend.writes.get(), "nothing leaves before its end");
      });
      loop.callSoon(() -> assertEquals(before + 1, backend.writes.get(), "all leaves at its end"));
      settle();
      assertArrayEquals(
          new byte[] {1, 2, 3, 4, 5}, aside(() -> served.peer().receive(5)).await());
      assertEquals(before + 1, backend.writes.get());
    });
  }

  @Test
  void whatOneStepOfATaskWritesLeavesInOneSystemCall() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(backend()));
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      int before = backend.writes.get();
      transport.write(new byte[] {1, 2});
      transport.write(new byte[] {3});
      assertEquals(before, backend.writes.get());
      sleep(Duration.ZERO);
      assertEquals(before + 1, backend.writes.get());
      transport.write(new byte[] {4});
      sleep(Duration.ZERO);
      assertEquals(before + 2, backend.writes.get());
      loop.createTask(() -> transport.write(new byte[] {5})).await();
      assertEquals(before + 3, backend.writes.get(), "its last step is a step, too");
      assertArrayEquals(
          new byte[] {1, 2, 3, 4, 5}, aside(() -> served.peer().receive(5)).await());
    });
  }

  @Test
  void aConnectionDoesNotWaitForTheStepsOfOthers() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(backend()));
    run(() -> {
      Transport first = serve().protocol().transport();
      Transport second = serve().protocol().transport();
      int before = backend.writes.get();
      List<Integer> seen = new ArrayList<>();
      loop.callSoon(() -> first.write(new byte[] {1}));
      loop.callSoon(() -> {
        seen.add(backend.writes.get() - before);
        second.write(new byte[] {1});
      });
      loop.callSoon(() -> seen.add(backend.writes.get() - before));
      settle();
      assertEquals(List.of(1, 2), seen);
    });
  }

  @Test
  void aLargeWriteLeavesAtOnceWithWhatWasHeldBeforeIt() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(backend()));
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      int before = backend.writes.get();
      transport.write(new byte[] {1, 2, 3});
      transport.write(ByteBuffer.allocateDirect(20_000));
      assertEquals(before + 1, backend.writes.get());
      assertEquals(0, transport.getWriteBufferSize());
      assertArrayEquals(
          new byte[] {1, 2, 3, 0}, aside(() -> served.peer().receive(4)).await());
    });
  }

  // Many buffers

  @Test
  void manyBuffersLeaveTogetherUncopiedWithWhatWasHeldBeforeThem() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(backend()));
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      int before = backend.writes.get();
      transport.write(new byte[] {1, 2});
      List<ByteBuffer> buffers = buffers(50, 500, ByteBuffer::allocateDirect);
      transport.writeLines(buffers);
      assertEquals(before + 1, backend.writes.get());
      assertEquals(0, transport.getWriteBufferSize());
      buffers.forEach(each -> assertFalse(each.hasRemaining()));
      byte[] received = aside(() -> served.peer().receive(25_002)).await();
      assertArrayEquals(all(50, 500), Arrays.copyOfRange(received, 2, 25_002));
    });
  }

  /** Buffers of a size, which together hold the pattern. */
  private static List<ByteBuffer> buffers(int count, int size, IntFunction<ByteBuffer> making) {
    byte[] all = all(count, size);
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      buffers.add(making.apply(size).put(all, i * size, size).flip());
    }
    return buffers;
  }

  private static byte[] all(int count, int size) {
    return SpiContract.pattern(count * size);
  }

  @Test
  void moreBuffersThanOneCallTakesArriveInOrderAndMayBeReused() throws Exception {
    run(() -> {
      for (IntFunction<ByteBuffer> making :
          List.<IntFunction<ByteBuffer>>of(ByteBuffer::allocate, ByteBuffer::allocateDirect)) {
        for (int size : new int[] {1, 10, 300}) {
          Served served = serve();
          List<ByteBuffer> buffers = buffers(3000, size, making);
          var received = aside(() -> served.peer().receive(3000 * size));
          served.protocol().transport().writeLines(buffers);
          buffers.forEach(WritingContract::scribbleOver);
          assertArrayEquals(all(3000, size), received.await());
        }
      }
    });
  }

  @Test
  void buffersThatTheKernelTakesInPartAreKeptAndCounted() throws Exception {
    Throttle kernel = onBackend(new Throttle(backend()));
    run(() -> {
      Served served = serve();
      ConnectionLog protocol = served.protocol();
      Transport transport = protocol.transport();
      kernel.allow(5_123);
      transport.writeLines(buffers(100, 1000, ByteBuffer::allocate));
      assertEquals(100_000 - 5_123, transport.getWriteBufferSize());
      assertEquals(List.of("pause"), protocol.flow());
      transport.writeLines(buffers(100, 10, ByteBuffer::allocate));
      kernel.allow(1_000_000);
      byte[] received = aside(() -> served.peer().receive(101_000)).await();
      assertArrayEquals(all(100, 1000), Arrays.copyOf(received, 100_000));
      await("an empty buffer", () -> transport.getWriteBufferSize() == 0);
      assertEquals(List.of("pause", "resume"), protocol.flow());
    });
  }

  @Test
  void aBufferThatIsGivenTwiceIsSentTwice() throws Exception {
    run(() -> {
      for (int size : new int[] {10, 20_000}) {
        Served served = serve();
        ByteBuffer twice = ByteBuffer.wrap(SpiContract.pattern(size));
        served.protocol().transport().writeLines(List.of(twice, twice));
        assertFalse(twice.hasRemaining());
        byte[] received = aside(() -> served.peer().receive(2 * size)).await();
        assertArrayEquals(SpiContract.pattern(size), Arrays.copyOf(received, size));
        assertArrayEquals(SpiContract.pattern(size), Arrays.copyOfRange(received, size, 2 * size));
      }
    });
  }

  @Test
  void buffersAfterALossAreConsumedAndDropped() throws Exception {
    onBackend(new ScriptedBackend(backend()) {
      @Override
      long write(dev.culebra.spi.StreamSocket socket, ByteBuffer[] sources, int offset, int length)
          throws IOException {
        throw new IOException("planted");
      }
    });
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      for (int i = 0; i < 2; i++) {
        List<ByteBuffer> buffers = buffers(100, 1000, ByteBuffer::allocate);
        transport.writeLines(buffers);
        buffers.forEach(each -> assertFalse(each.hasRemaining()));
        assertEquals(0, transport.getWriteBufferSize());
      }
      assertInstanceOf(IOException.class, awaitLost(served.protocol()));
      assertEquals(List.of(), served.protocol().flow());
    });
  }

  @Test
  void aNullAmongTheBuffersIsRefusedAndNothingConsumed() throws Exception {
    run(() -> {
      Transport transport = serve().protocol().transport();
      ByteBuffer first = ByteBuffer.allocate(3);
      assertThrows(
          NullPointerException.class,
          () -> transport.writeLines(Arrays.asList(first, OnLoop.<ByteBuffer>none())));
      assertEquals(3, first.remaining());
    });
  }

  // Flow control, with a kernel that takes just what the test allows

  /** Takes as many bytes as it is allowed to. */
  private static final class Throttle extends ScriptedBackend {

    private int allowance;

    Throttle(dev.culebra.spi.Backend backend) {
      super(backend);
    }

    void allow(int bytes) {
      allowance += bytes;
    }

    @Override
    int write(dev.culebra.spi.StreamSocket socket, ByteBuffer source) throws IOException {
      int count = Math.min(allowance, source.remaining());
      if (count > 0) {
        int limit = source.limit();
        source.limit(source.position() + count);
        count = socket.write(source);
        source.limit(limit);
        allowance -= count;
      }
      return count;
    }

    @Override
    long write(dev.culebra.spi.StreamSocket socket, ByteBuffer[] sources, int offset, int length)
        throws IOException {
      long taken = 0;
      for (int i = offset; i < offset + length; i++) {
        taken += write(socket, sources[i]);
        if (sources[i].hasRemaining()) {
          break;
        }
      }
      return taken;
    }
  }

  @Test
  void writingPausesAboveTheHighLimitAndResumesAtTheLowOne() throws Exception {
    Throttle kernel = onBackend(new Throttle(backend()));
    run(() -> {
      Served served = serve();
      ConnectionLog protocol = served.protocol();
      Transport transport = protocol.transport();
      transport.setWriteBufferLimits(100, 20);
      transport.write(new byte[100]);
      settle();
      assertEquals(100, transport.getWriteBufferSize());
      assertEquals(List.of(), protocol.flow());
      transport.write(new byte[1]);
      assertEquals(List.of("pause"), protocol.flow(), "pauseWriting is called by write");
      transport.write(new byte[10]);
      kernel.allow(90);
      await("all but 21", () -> transport.getWriteBufferSize() == 21);
      settle();
      assertEquals(List.of("pause"), protocol.flow());
      kernel.allow(1);
      await("all but 20", () -> transport.getWriteBufferSize() == 20);
      assertEquals(List.of("pause", "resume"), protocol.flow());
      transport.write(new byte[81]);
      assertEquals(List.of("pause", "resume", "pause"), protocol.flow());
      kernel.allow(1000);
      await("an empty buffer", () -> transport.getWriteBufferSize() == 0);
      assertEquals(List.of("pause", "resume", "pause", "resume"), protocol.flow());
    });
  }

  @Test
  void theLimitsAreSixtyFourAndSixteenKibibytesUnlessSet() throws Exception {
    Throttle kernel = onBackend(new Throttle(backend()));
    run(() -> {
      ConnectionLog protocol = serve().protocol();
      Transport transport = protocol.transport();
      transport.write(new byte[64 * 1024]);
      assertEquals(List.of(), protocol.flow());
      transport.write(new byte[1]);
      assertEquals(List.of("pause"), protocol.flow());
      kernel.allow(48 * 1024);
      await("some", () -> transport.getWriteBufferSize() == 16 * 1024 + 1);
      settle();
      assertEquals(List.of("pause"), protocol.flow());
      kernel.allow(1);
      await("resumeWriting", () -> protocol.flow().contains("resume"));
    });
  }

  @Test
  void settingTheLimitsLooksAtWhatIsBuffered() throws Exception {
    onBackend(new Throttle(backend()));
    run(() -> {
      ConnectionLog protocol = serve().protocol();
      Transport transport = protocol.transport();
      transport.write(new byte[50]);
      settle();
      transport.setWriteBufferLimits(50);
      assertEquals(List.of(), protocol.flow());
      transport.setWriteBufferLimits(49);
      assertEquals(List.of("pause"), protocol.flow());
      transport.setWriteBufferLimits(10, 10);
      assertEquals(List.of("pause"), protocol.flow());
      transport.setWriteBufferLimits(WriteBufferLimits.ofLow(50));
      assertEquals(List.of("pause", "resume"), protocol.flow());
      assertEquals(new WriteBufferLimits(200, 50), transport.getWriteBufferLimits());
    });
  }

  @Test
  void theHighLimitAloneMakesTheLowOneAQuarterOfIt() throws Exception {
    Throttle kernel = onBackend(new Throttle(backend()));
    run(() -> {
      ConnectionLog protocol = serve().protocol();
      Transport transport = protocol.transport();
      transport.setWriteBufferLimits(100);
      transport.write(new byte[101]);
      kernel.allow(75);
      await("all but 26", () -> transport.getWriteBufferSize() == 26);
      settle();
      assertEquals(List.of("pause"), protocol.flow());
      kernel.allow(1);
      await("resumeWriting", () -> protocol.flow().contains("resume"));
    });
  }

  @Test
  void limitsThatMakeNoSenseAreRefused() throws Exception {
    run(() -> {
      Transport transport = serve().protocol().transport();
      assertThrows(IllegalArgumentException.class, () -> transport.setWriteBufferLimits(10, 11));
      assertThrows(IllegalArgumentException.class, () -> transport.setWriteBufferLimits(10, -1));
      assertThrows(IllegalArgumentException.class, () -> transport.setWriteBufferLimits(-1));
      transport.setWriteBufferLimits(0, 0);
    });
  }

  @Test
  void aProtocolMayWriteOrCloseWhenItIsResumed() throws Exception {
    Throttle kernel = onBackend(new Throttle(backend()));
    ConnectionLog protocol = new ConnectionLog.Pushed() {
      @Override
      public void resumeWriting() {
        super.resumeWriting();
        if (flow().size() == 2) {
          transport().write(new byte[200]);
        } else {
          transport().close();
        }
      }
    };
    run(() -> {
      Peer peer = serve(protocol).peer();
      protocol.transport().setWriteBufferLimits(100, 0);
      protocol.transport().write(new byte[150]);
      kernel.allow(150);
      await("a second pause", () -> protocol.flow().size() == 3);
      kernel.allow(200);
      assertNull(awaitLost(protocol));
      assertEquals(350, aside(() -> peer.receive(350)).await().length);
      peer.awaitEnd();
    });
  }

  @Test
  void whatFlowControlCallbacksThrowIsReportedAndNothingElse() throws Exception {
    Throttle kernel = onBackend(new Throttle(backend()));
    ConnectionLog protocol = new ConnectionLog.Pushed() {
      @Override
      public void pauseWriting() {
        super.pauseWriting();
        throw new IllegalArgumentException("planted");
      }

      @Override
      public void resumeWriting() {
        super.resumeWriting();
        throw new IllegalArgumentException("planted");
      }
    };
    run(() -> {
      serve(protocol);
      protocol.transport().setWriteBufferLimits(10, 5);
      protocol.transport().write(new byte[11]);
      reports.take("pauseWriting");
      kernel.allow(100);
      await("resumeWriting", () -> reports.count() > 0);
      reports.take("resumeWriting");
      assertFalse(protocol.transport().isClosing());
    });
  }

  @Test
  void aPeerThatDoesNotReadPausesWritingAndOneThatReadsResumesIt() throws Exception {
    run(() -> {
      Served served = serve();
      ConnectionLog protocol = served.protocol();
      int written = 0;
      while (protocol.flow().isEmpty()) {
        protocol.transport().write(new byte[50_000]);
        written += 50_000;
        sleep(Duration.ZERO);
      }
      int all = written;
      assertTrue(protocol.transport().getWriteBufferSize() > 0);
      assertEquals(all, aside(() -> served.peer().receive(all)).await().length);
      await("an empty buffer", () -> protocol.transport().getWriteBufferSize() == 0);
      assertEquals(List.of("pause", "resume"), protocol.flow());
    });
  }

  // At the end

  @Test
  void closeSendsWhatIsBufferedFirst() throws Exception {
    run(() -> {
      Served served = serve();
      served.protocol().transport().write(SpiContract.pattern(LARGE));
      served.protocol().transport().close();
      settle();
      assertFalse(served.protocol().isLost());
      assertArrayEquals(
          SpiContract.pattern(LARGE), aside(() -> served.peer().receive(LARGE)).await());
      assertNull(awaitLost(served.protocol()));
      served.peer().awaitEnd();
    });
  }

  @Test
  void writeEofSendsWhatIsBufferedFirst() throws Exception {
    run(() -> {
      Served served = serve();
      served.protocol().transport().write(SpiContract.pattern(LARGE));
      served.protocol().transport().writeEof();
      assertArrayEquals(
          SpiContract.pattern(LARGE), aside(() -> served.peer().receive(LARGE)).await());
      aside(() -> {
            served.peer().awaitEnd();
            return 0;
          })
          .await();
      assertFalse(served.protocol().transport().isClosing());
    });
  }

  @Test
  void abortDropsWhatIsBuffered() throws Exception {
    onBackend(new Throttle(backend()));
    run(() -> {
      Served served = serve();
      served.protocol().transport().write(new byte[1000]);
      settle();
      served.protocol().transport().abort();
      assertEquals(0, served.protocol().transport().getWriteBufferSize());
      assertNull(awaitLost(served.protocol()));
      served.peer().awaitEnd();
    });
  }

  @Test
  void afterWriteEofThereIsNoMoreWriting() throws Exception {
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      transport.write(new byte[] {1});
      transport.writeEof();
      assertThrows(IllegalStateException.class, () -> transport.write(new byte[] {2}));
      assertThrows(IllegalStateException.class, () -> transport.write(ByteBuffer.allocate(20_000)));
      assertThrows(
          IllegalStateException.class,
          () -> transport.writeLines(List.of(ByteBuffer.allocate(1), ByteBuffer.allocate(1))));
      assertArrayEquals(new byte[] {1}, aside(() -> served.peer().receive(1)).await());
      served.peer().awaitEnd();
    });
  }

  @Test
  void whatIsWrittenAfterCloseIsDropped() throws Exception {
    run(() -> {
      for (int size : new int[] {1, LARGE}) {
        Served served = serve();
        Transport transport = served.protocol().transport();
        transport.write(SpiContract.pattern(size));
        transport.close();
        ByteBuffer late = ByteBuffer.allocate(10);
        transport.write(late);
        assertFalse(late.hasRemaining());
        transport.writeEof();
        assertEquals(size, aside(() -> served.peer().receive(size)).await().length);
        assertNull(awaitLost(served.protocol()));
        served.peer().awaitEnd();
      }
    });
  }

  @Test
  void writingToALostConnectionIsDroppedAndLoggedFromTheFifthTimeOn() throws Exception {
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      transport.abort();
      try (LogCapture log = new LogCapture()) {
        for (int i = 0; i < 4; i++) {
          transport.write(new byte[] {1});
        }
        log.assertNoneLeft();
        awaitLost(served.protocol());
        transport.writeLines(List.of(ByteBuffer.allocate(1)));
        log.take("write to a lost connection");
        transport.write(new byte[] {1});
        log.take("write to a lost connection");
      }
      assertEquals(0, transport.getWriteBufferSize());
      served.peer().awaitEnd();
    });
  }

  @Test
  void aPeerThatResetsWhileMuchIsBufferedEndsTheConnectionWithTheFailure() throws Exception {
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      transport.pauseReading(); // so that it is a write that finds out
      transport.write(new byte[LARGE]);
      settle();
      served.peer().reset();
      assertInstanceOf(IOException.class, awaitLost(served.protocol()));
      assertEquals(0, transport.getWriteBufferSize());
    });
  }

  @Test
  void theSmallestSendBufferLosesNothing() throws Exception {
    Throttle kernel = onBackend(new Throttle(backend()));
    byte[] sent = SpiContract.pattern(3000);
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      for (int at = 0; at < 3000; at += 30) {
        transport.write(ByteBuffer.wrap(sent, at, 30));
      }
      transport.close();
      var received = aside(() -> served.peer().receive(3000));
      for (int i = 0; !received.done(); i++) {
        kernel.allow(i % 50);
        sleep(Duration.ZERO);
      }
      assertArrayEquals(sent, received.await());
      assertNull(awaitLost(served.protocol()));
    });
  }
}
