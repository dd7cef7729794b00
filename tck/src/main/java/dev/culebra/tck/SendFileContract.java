// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.startServer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.net.AsyncSocket;
import dev.culebra.net.Server;
import dev.culebra.net.Transport;
import dev.culebra.net.WriteBufferLimits;
import dev.culebra.net.WriteTransport;
import dev.culebra.spi.Backend;
import dev.culebra.spi.FileSource;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sending files: by path, by channel, and where the kernel does not help. */
abstract class SendFileContract extends OnLoop {

  /** More than the sockets of a connection hold. */
  private static final int LARGE = 1_000_000;

  private static final byte[] ABC = {'a', 'b', 'c'};

  @TempDir
  private Path directory = Path.of("");

  /** How a test names the file to be sent. */
  private interface Way {
    long send(WriteTransport transport, Path file, long offset, long count) throws IOException;
  }

  private interface Body {
    void run(Way way) throws Exception;
  }

  private final Way byPath =
      (transport, file, offset, count) -> loop.sendFile(transport, file, offset, count);

  private final Way byChannel = (transport, file, offset, count) -> {
    try (FileChannel channel = FileChannel.open(file)) {
      return loop.sendFile(transport, channel, offset, count);
    }
  };

  /** Cannot send files, if it is told so. */
  private static final class Refusing extends ScriptedBackend {

    private boolean refuses;

    Refusing(Backend backend) {
      super(backend);
    }

    @Override
    long sendFile(StreamSocket socket, FileSource file, long position, long count)
        throws IOException {
      if (refuses) {
        throw new UnsupportedOperationException("planted");
      }
      return super.sendFile(socket, file, position, count);
    }
  }

  private @Nullable Refusing refusing;

  /** Runs a body with each way, also where the backend cannot send files. */
  private void forEachWay(Body body) throws Exception {
    Refusing backend = refusing;
    if (backend == null) {
      backend = onBackend(new Refusing(backend()));
      refusing = backend;
    }
    for (boolean refuses : new boolean[] {false, true}) {
      backend.refuses = refuses;
      run(() -> body.run(byPath));
      run(() -> body.run(byChannel));
    }
  }

  private Path file(int size) throws IOException {
    Path file = directory.resolve("file" + size);
    return Files.write(file, SpiContract.pattern(size));
  }

  private static byte[] part(int size, int from, int to) {
    return Arrays.copyOfRange(SpiContract.pattern(size), from, to);
  }

  private static void assertReceives(byte[] expected, LoopFuture<byte[]> received)
      throws Exception {
    assertArrayEquals(expected, received.await());
  }

  // What is sent

  @Test
  void aWholeFileArrives() throws Exception {
    for (int size : new int[] {1, 16_384, LARGE}) {
      Path file = file(size);
      forEachWay(way -> {
        Served served = serve();
        var received = aside(() -> served.peer().receive(size));
        assertEquals(size, way.send(served.protocol().transport(), file, 0, Long.MAX_VALUE));
        assertReceives(SpiContract.pattern(size), received);
      });
    }
  }

  @Test
  void aFileWithoutARangeIsSentWhole() throws Exception {
    Path file = file(1000);
    run(() -> {
      Served served = serve();
      assertEquals(1000, loop.sendFile(served.protocol().transport(), file));
      try (FileChannel channel = FileChannel.open(file)) {
        assertEquals(1000, loop.sendFile(served.protocol().transport(), channel));
        assertEquals(1000, channel.position());
      }
      assertEquals(2000, aside(() -> served.peer().receive(2000)).await().length);
    });
  }

  @Test
  void aPartIsSentAndTheEndOfTheFileEndsIt() throws Exception {
    Path file = file(5000);
    forEachWay(way -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      assertEquals(1000, way.send(transport, file, 100, 1000));
      assertEquals(300, way.send(transport, file, 4700, 301));
      assertEquals(0, way.send(transport, file, 5000, 1));
      assertEquals(0, way.send(transport, file, 9000, 10));
      assertEquals(0, way.send(transport, file, 0, 0));
      assertEquals(1, way.send(transport, file, 4999, Long.MAX_VALUE));
      byte[] received = aside(() -> served.peer().receive(1301)).await();
      assertArrayEquals(part(5000, 100, 1100), Arrays.copyOf(received, 1000));
      assertArrayEquals(part(5000, 4700, 5000), Arrays.copyOfRange(received, 1000, 1300));
      assertEquals(part(5000, 4999, 5000)[0], received[1300]);
    });
  }

  @Test
  void anEmptyFileIsNothing() throws Exception {
    Path file = file(0);
    forEachWay(way -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      assertEquals(0, way.send(transport, file, 0, Long.MAX_VALUE));
      transport.write(ABC);
      assertReceives(ABC, aside(() -> served.peer().receive(3)));
    });
  }

  @Test
  void theChannelsPositionTellsHowFarItCame() throws Exception {
    Path file = file(1000);
    run(() -> {
      Served served = serve();
      try (FileChannel channel = FileChannel.open(file)) {
        channel.position(7);
        assertEquals(0, loop.sendFile(served.protocol().transport(), channel, 100, 0));
        assertEquals(7, channel.position());
        assertEquals(50, loop.sendFile(served.protocol().transport(), channel, 100, 50));
        assertEquals(150, channel.position());
        assertTrue(channel.isOpen());
      }
      assertReceives(part(1000, 100, 150), aside(() -> served.peer().receive(50)));
    });
  }

  @Test
  void aFileThatTheKernelDoesNotSendIsRead() throws Exception {
    Path version = Path.of("/proc/version");
    assumeTrue(Files.exists(version), "there is no /proc");
    byte[] expected = Files.readAllBytes(version);
    run(() -> {
      Served served = serve();
      assertEquals(expected.length, loop.sendFile(served.protocol().transport(), version));
      assertReceives(expected, aside(() -> served.peer().receive(expected.length)));
    });
  }

  @Test
  void aFileNamedByItsPathIsSentByTheKernel() throws Exception {
    long[] sent = {0};
    ScriptedBackend counting = onBackend(new ScriptedBackend(backend()) {
      @Override
      long sendFile(StreamSocket socket, FileSource file, long position, long count)
          throws IOException {
        long taken = super.sendFile(socket, file, position, count);
        sent[0] += Math.max(taken, 0);
        return taken;
      }
    });
    Path file = file(100_000);
    run(() -> {
      Served served = serve();
      var received = aside(() -> served.peer().receive(100_000));
      assertEquals(100_000, loop.sendFile(served.protocol().transport(), file));
      assertReceives(SpiContract.pattern(100_000), received);
      assertEquals(100_000, sent[0]);
      assertEquals(0, counting.writes.get());
    });
  }

  @Test
  void aKernelThatTakesLittleAtATimeGetsItAll() throws Exception {
    int[] calls = {0};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      long sendFile(StreamSocket socket, FileSource file, long position, long count)
          throws IOException {
        calls[0]++;
        return calls[0] % 3 == 0 ? 0 : super.sendFile(socket, file, position, Math.min(count, 77));
      }
    });
    Path file = file(5000);
    run(() -> {
      Served served = serve();
      assertEquals(5000, loop.sendFile(served.protocol().transport(), file));
      assertReceives(SpiContract.pattern(5000), aside(() -> served.peer().receive(5000)));
    });
  }

  @Test
  void manyConnectionsAreSentFilesAtOnce() throws Exception {
    int size = 300_000;
    Path file = file(size);
    forEachWay(way -> {
      List<LoopFuture<byte[]>> received = new ArrayList<>();
      List<Task<Long>> tasks = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        Served served = serve();
        received.add(aside(() -> served.peer().receive(size)));
        tasks.add(
            createTask(() -> way.send(served.protocol().transport(), file, 0, Long.MAX_VALUE)));
      }
      for (int i = 0; i < tasks.size(); i++) {
        assertEquals(size, tasks.get(i).await());
        assertReceives(SpiContract.pattern(size), received.get(i));
      }
    });
  }

  // Beside what is written

  @Test
  void theFileComesAfterWhatWasWrittenAndBeforeWhatIs() throws Exception {
    Path file = file(50_000);
    for (int before : new int[] {3, LARGE}) {
      forEachWay(way -> {
        Served served = serve();
        Transport transport = served.protocol().transport();
        var received = aside(() -> served.peer().receive(before + 50_003));
        transport.write(SpiContract.pattern(before));
        assertEquals(50_000, way.send(transport, file, 0, Long.MAX_VALUE));
        assertEquals(0, transport.getWriteBufferSize());
        transport.write(ABC);
        byte[] all = received.await();
        assertArrayEquals(SpiContract.pattern(before), Arrays.copyOf(all, before));
        assertArrayEquals(
            SpiContract.pattern(50_000), Arrays.copyOfRange(all, before, before + 50_000));
        assertArrayEquals(ABC, Arrays.copyOfRange(all, before + 50_000, before + 50_003));
      });
    }
  }

  @Test
  void nothingElseIsSentMeanwhile() throws Exception {
    Path file = file(LARGE);
    forEachWay(way -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      Task<Long> sending = createTask(() -> way.send(transport, file, 0, Long.MAX_VALUE));
      settle();
      assertThrows(IllegalStateException.class, () -> transport.write(ABC));
      assertThrows(IllegalStateException.class, () -> transport.writeLines(List.of()));
      assertThrows(IllegalStateException.class, () -> way.send(transport, file, 0, Long.MAX_VALUE));
      assertFalse(sending.done());
      assertReceives(SpiContract.pattern(LARGE), aside(() -> served.peer().receive(LARGE)));
      assertEquals(LARGE, sending.await());
      transport.write(ABC);
      assertReceives(ABC, aside(() -> served.peer().receive(3)));
    });
  }

  @Test
  void writeEofMeanwhileTakesEffectAfterTheFile() throws Exception {
    Path file = file(LARGE);
    forEachWay(way -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      Task<Long> sending = createTask(() -> way.send(transport, file, 0, Long.MAX_VALUE));
      settle();
      transport.writeEof();
      assertEquals(LARGE, aside(() -> served.peer().receive(LARGE)).await().length);
      assertEquals(LARGE, sending.await());
      served.peer().awaitEnd();
      assertThrows(IllegalStateException.class, () -> way.send(transport, file, 0, 1));
    });
  }

  @Test
  void aProtocolIsToldOfNoDataAndNotToWriteUntilItIsOver() throws Exception {
    Path file = file(LARGE);
    forEachWay(way -> {
      Served served = serve();
      ConnectionLog protocol = served.protocol();
      Transport transport = protocol.transport();
      transport.setWriteBufferLimits(WriteBufferLimits.ofHigh(1000));
      transport.write(new byte[LARGE]);
      assertEquals(List.of("pause"), protocol.flow());
      Task<Long> sending = createTask(() -> way.send(transport, file, 0, Long.MAX_VALUE));
      settle();
      assertFalse(transport.isReading());
      served.peer().send(ABC);
      assertEquals(LARGE, aside(() -> served.peer().receive(LARGE)).await().length);
      settle();
      assertEquals(List.of("pause"), protocol.flow());
      assertEquals(0, protocol.receivedCount());
      assertReceives(SpiContract.pattern(LARGE), aside(() -> served.peer().receive(LARGE)));
      sending.await();
      assertEquals(List.of("pause", "resume"), protocol.flow());
      assertTrue(transport.isReading());
      await("the data", () -> protocol.receivedCount() == 3);
    });
  }

  @Test
  void aReadingThatIsPausedStaysSo() throws Exception {
    Path file = file(10);
    forEachWay(way -> {
      Served served = serve();
      served.protocol().transport().pauseReading();
      way.send(served.protocol().transport(), file, 0, Long.MAX_VALUE);
      assertFalse(served.protocol().transport().isReading());
      served.protocol().transport().abort();
    });
  }

  @Test
  void aStreamIsReadMeanwhile() throws Exception {
    Path file = file(LARGE);
    forEachWay(way -> {
      Streamed stream = stream();
      Task<Long> sending =
          createTask(() -> way.send(stream.writer().transport(), file, 0, Long.MAX_VALUE));
      Task<byte[]> reading = createTask(() -> stream.reader().readExactly(3));
      settle();
      stream.peer().send(ABC);
      assertArrayEquals(ABC, reading.await());
      assertFalse(sending.done());
      assertEquals(LARGE, aside(() -> stream.peer().receive(LARGE)).await().length);
      assertEquals(LARGE, sending.await());
      stream.connection().close();
    });
  }

  // How it ends early

  @Test
  void aFileThatShrinksMeanwhileEndsEarly() throws Exception {
    forEachWay(way -> {
      Path file = file(LARGE);
      Served served = serve();
      Task<Long> sending =
          createTask(() -> way.send(served.protocol().transport(), file, 0, Long.MAX_VALUE));
      settle();
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(10);
      }
      assertEquals(10, aside(() -> served.peer().receive(10)).await().length);
      ByteBuffer rest = ByteBuffer.allocate(LARGE);
      while (!sending.done()) {
        served.peer().receiveSome(rest);
        sleep(Duration.ZERO);
      }
      long sent = sending.await();
      assertTrue(sent >= 10 && sent < LARGE, () -> "sent " + sent);
      int left = (int) sent - 10 - rest.position();
      assertEquals(left, aside(() -> served.peer().receive(left)).await().length);
    });
  }

  @Test
  void aPeerThatGoesEndsItWithAnIoException() throws Exception {
    Path file = file(LARGE);
    for (boolean reset : new boolean[] {false, true}) {
      forEachWay(way -> {
        Served served = serve();
        Task<Long> sending =
            createTask(() -> way.send(served.protocol().transport(), file, 0, Long.MAX_VALUE));
        settle();
        if (reset) {
          served.peer().reset();
        } else {
          served.peer().close();
        }
        assertThrows(IOException.class, sending::await);
        awaitLost(served.protocol());
      });
    }
  }

  @Test
  void closingTheTransportEndsIt() throws Exception {
    Path file = file(LARGE);
    for (boolean abort : new boolean[] {false, true}) {
      forEachWay(way -> {
        Served served = serve();
        Transport transport = served.protocol().transport();
        Task<Long> sending = createTask(() -> way.send(transport, file, 0, Long.MAX_VALUE));
        settle();
        if (abort) {
          transport.abort();
        } else {
          transport.close();
        }
        assertThrows(SocketException.class, sending::await);
        assertNull(awaitLost(served.protocol()));
      });
    }
  }

  @Test
  void aTaskThatIsCancelledLeavesTheTransportUsable() throws Exception {
    Path file = file(LARGE);
    forEachWay(way -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      Task<Long> sending = createTask(() -> way.send(transport, file, 0, Long.MAX_VALUE));
      settle();
      sending.cancel();
      assertThrows(CancellationException.class, sending::await);
      transport.write(ABC);
      transport.writeEof();
      byte[] received = aside(() -> receiveAll(served.peer())).await();
      int fromFile = received.length - 3;
      assertTrue(fromFile > 0 && fromFile < LARGE);
      assertArrayEquals(part(LARGE, 0, fromFile), Arrays.copyOf(received, fromFile));
      assertArrayEquals(ABC, Arrays.copyOfRange(received, fromFile, received.length));
    });
  }

  private byte[] receiveAll(Peer peer) throws Exception {
    ByteBuffer all = ByteBuffer.allocate(2 * LARGE);
    Peer.await("the end of the stream", patience().toNanos(), () -> peer.receiveSome(all) < 0);
    return Arrays.copyOf(all.array(), all.position());
  }

  @Test
  void aTaskThatIsCancelledBeforeTheFileBeginsSendsNoneOfIt() throws Exception {
    Path file = file(10);
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      try (FileChannel channel = FileChannel.open(file)) {
        transport.write(new byte[LARGE]);
        Task<Long> sending = createTask(() -> loop.sendFile(transport, channel));
        settle();
        sending.cancel();
        assertThrows(CancellationException.class, sending::await);
        assertEquals(0, channel.position());
      }
      transport.writeEof();
      assertEquals(LARGE, aside(() -> receiveAll(served.peer())).await().length);
    });
  }

  @Test
  void aChannelThatIsClosedMeanwhileEndsItAndNotTheConnection() throws Exception {
    Path file = file(LARGE);
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      FileChannel channel = closing(FileChannel.open(file));
      Task<Long> sending = createTask(() -> loop.sendFile(transport, channel));
      settle();
      channel.close();
      assertFalse(sending.done());
      byte[] received = new byte[LARGE];
      ByteBuffer target = ByteBuffer.wrap(received);
      while (!sending.done()) {
        served.peer().receiveSome(target);
        sleep(Duration.ZERO);
      }
      assertThrows(ClosedChannelException.class, sending::await);
      assertFalse(transport.isClosing());
    });
  }

  @Test
  void aLoopThatIsClosedMeanwhileClosesTheFile() throws Exception {
    Path file = file(LARGE);
    run(() -> {
      Streamed stream = stream();
      loop.createTask(() -> loop.sendFile(stream.writer().transport(), file));
      settle();
    });
    loop.close();
    reports.take("Task was destroyed but it is pending");
  }

  // What is refused

  @Test
  void whatMakesNoSenseIsRefusedAndTheTransportStaysUsable() throws Exception {
    Path file = file(10);
    Path writable = directory.resolve("writable");
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      for (Way way : List.of(byPath, byChannel)) {
        assertThrows(IllegalArgumentException.class, () -> way.send(transport, file, -1, 10));
        assertThrows(IllegalArgumentException.class, () -> way.send(transport, file, 0, -1));
      }
      assertThrows(
          NoSuchFileException.class, () -> loop.sendFile(transport, directory.resolve("none")));
      assertThrows(IllegalArgumentException.class, () -> loop.sendFile(transport, directory));
      FileChannel closed = FileChannel.open(file);
      closed.close();
      assertThrows(ClosedChannelException.class, () -> loop.sendFile(transport, closed));
      try (FileChannel channel =
          FileChannel.open(writable, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        assertThrows(NonReadableChannelException.class, () -> loop.sendFile(transport, channel));
      }
      assertEquals(10, loop.sendFile(transport, file));
      assertEquals(10, aside(() -> served.peer().receive(10)).await().length);
    });
  }

  @Test
  void aTransportThatIsClosingOrOfAnotherLoopIsRefused() throws Exception {
    Path file = file(10);
    Transport[] other = new Transport[1];
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      transport.close();
      assertThrows(IllegalStateException.class, () -> loop.sendFile(transport, file));
      awaitLost(served.protocol());
      assertThrows(IllegalStateException.class, () -> loop.sendFile(transport, file));
      other[0] = transport;
    });
    loop = newLoop(backend());
    run(() -> assertThrows(IllegalArgumentException.class, () -> loop.sendFile(other[0], file)));
  }

  @Test
  void outsideATaskItIsRefused() throws Exception {
    Path file = file(10);
    List<Throwable> thrown = new ArrayList<>();
    run(() -> {
      Transport transport = serve().protocol().transport();
      loop.callSoon(() -> thrown.add(
          assertThrows(IllegalStateException.class, () -> loop.sendFile(transport, file))));
      settle();
    });
    assertEquals(1, thrown.size());
  }

  // Sockets without a transport

  @Test
  void aSocketWithoutATransportSendsFilesToo() throws Exception {
    Path file = file(LARGE);
    run(() -> {
      try (ServerSocketChannel host = ServerSocketChannel.open();
          AsyncSocket socket = loop.openSocket(StandardProtocolFamily.INET)) {
        host.bind(new InetSocketAddress(InetAddress.ofLiteral(HOST), 0));
        loop.sockConnect(socket, host.getLocalAddress());
        Peer peer = closing(new Peer(host.accept(), patience().toNanos()));
        var first = aside(() -> peer.receive(LARGE));
        assertEquals(LARGE, loop.sockSendFile(socket, file, 0, Long.MAX_VALUE));
        assertReceives(SpiContract.pattern(LARGE), first);
        try (FileChannel channel = FileChannel.open(file)) {
          var second = aside(() -> peer.receive(LARGE - 10));
          assertEquals(LARGE - 10, loop.sockSendFile(socket, channel, 10, LARGE));
          assertReceives(part(LARGE, 10, LARGE), second);
          assertEquals(LARGE, channel.position());
          assertThrows(
              IllegalArgumentException.class, () -> loop.sockSendFile(socket, channel, -1, 1));
        }
        Task<Long> sending = createTask(() -> {
          long sent = 0;
          while (sent < 100L * LARGE) { // until nothing fits any more
            sent += loop.sockSendFile(socket, file, 0, Long.MAX_VALUE);
          }
          return sent;
        });
        settle();
        settle();
        assertThrows(
            IllegalStateException.class, () -> loop.sockSendAll(socket, ByteBuffer.allocate(1)));
        sending.cancel();
        assertThrows(CancellationException.class, sending::await);
      }
    });
  }

  // Others

  private static boolean isInstalled(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** Sixty-four megabytes by way of HTTP. */
  @Tag("slow")
  @Test
  void curlFetchesAFile() throws Exception {
    assumeTrue(isInstalled("curl"), "curl is not installed");
    int size = 64 << 20;
    Path file = file(size);
    Path fetched = directory.resolve("fetched");
    run(() -> {
      try (Server server = startServer(
          (reader, writer) -> {
            assertTrue(reader.readUntil("\r\n\r\n".getBytes(StandardCharsets.US_ASCII)).length > 0);
            writer.write(("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
            loop.sendFile(writer.transport(), file);
            writer.close();
          },
          HOST,
          0)) {
        int status = aside(() -> {
              Process curl = new ProcessBuilder(
                      "curl",
                      "-sS",
                      "--max-time",
                      "20",
                      "-o",
                      fetched.toString(),
                      "http://" + HOST + ":" + port(server) + "/")
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .start();
              try {
                assertTrue(curl.waitFor(25, TimeUnit.SECONDS), "curl does not end");
                return curl.exitValue();
              } finally {
                curl.destroyForcibly();
              }
            })
            .await();
        assertEquals(0, status);
        assertEquals(-1, Files.mismatch(file, fetched));
      }
    });
  }
}
