// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.openReadPipe;
import static dev.culebra.Asyncio.openWritePipe;
import static dev.culebra.Asyncio.sleep;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.Task;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.PipeAddress;
import dev.culebra.net.ReadPipe;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamWriter;
import dev.culebra.net.TlsOptions;
import dev.culebra.net.Transport;
import dev.culebra.net.WritePipe;
import dev.culebra.spi.PipeEnd;
import dev.culebra.spi.Poller;
import dev.culebra.test.internal.Descriptors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Pipes: of descriptors where the backend has them, of the JDK's channels where not, and FIFOs. */
abstract class PipeContract extends OnLoop {

  @TempDir
  Path folder;

  private final Set<Integer> bare = new HashSet<>();

  /** The ends of a pipe: descriptors or channels. */
  private record Ends(Object source, Object sink) {}

  private Ends pipe() throws IOException {
    int[] descriptors = tck().openPipe();
    if (descriptors == null) {
      Pipe pipe = Pipe.open();
      return new Ends(closing(pipe.source()), closing(pipe.sink()));
    }
    for (int fd : descriptors) {
      bare.add(fd);
    }
    closing(() -> closeBare(descriptors));
    return new Ends(descriptors[0], descriptors[1]);
  }

  /** Closes what no transport has taken over. */
  private void closeBare(int... descriptors) throws IOException {
    try (Poller owner = backend().openPoller()) {
      for (int i = 0; i < 2; i++) {
        if (bare.remove(descriptors[i])) {
          owner.adoptPipe(descriptors[i], i == 0 ? Poller.READ : Poller.WRITE).close();
        }
      }
    }
  }

  private <P extends BaseProtocol> ReadPipe<P> reading(Object source, Supplier<P> factory)
      throws IOException {
    if (source instanceof SelectableChannel channel) {
      return loop.connectReadPipe(factory, channel);
    }
    int fd = (int) source;
    ReadPipe<P> made = loop.connectReadPipe(factory, fd);
    bare.remove(fd);
    return made;
  }

  private <P extends BaseProtocol> WritePipe<P> writing(Object sink, Supplier<P> factory)
      throws IOException {
    if (sink instanceof SelectableChannel channel) {
      return loop.connectWritePipe(factory, channel);
    }
    int fd = (int) sink;
    WritePipe<P> made = loop.connectWritePipe(factory, fd);
    bare.remove(fd);
    return made;
  }

  /** A pipe with a protocol at either end. */
  private record Piped<P extends ConnectionLog>(
      ReadPipe<P> reading, WritePipe<ConnectionLog.Pushed> writing) {

    P reader() {
      return reading.protocol();
    }

    ConnectionLog.Pushed writer() {
      return writing.protocol();
    }
  }

  private <P extends ConnectionLog> Piped<P> piped(P reader) throws IOException {
    Ends ends = pipe();
    return new Piped<>(reading(ends.source(), () -> log(reader)), writing(ends.sink(), this::log));
  }

  private Piped<ConnectionLog.Pushed> piped() throws IOException {
    return piped(new ConnectionLog.Pushed());
  }

  /** Whether the backend takes descriptors, and with them tells of a reader's death; else channels. */
  private boolean hasDescriptors() throws IOException {
    return closedPipe() != null;
  }

  /** The numbers of descriptors that have been closed again. */
  private int @Nullable [] closedPipe() throws IOException {
    int[] descriptors = tck().openPipe();
    if (descriptors != null) {
      bare.add(descriptors[0]);
      bare.add(descriptors[1]);
      closeBare(descriptors);
    }
    return descriptors;
  }

  // Transports

  @Test
  void whatIsWrittenIsReadAndTheWriterMayEndFirst() throws Exception {
    run(() -> {
      for (ConnectionLog reader :
          List.of(new ConnectionLog.Pushed(), new ConnectionLog.Buffered())) {
        Piped<ConnectionLog> pipe = piped(reader);
        assertTrue(pipe.reading().transport().isReading());
        pipe.writing().transport().write(new byte[] {1, 2});
        pipe.writing().transport().write(ByteBuffer.wrap(new byte[] {3}));
        pipe.writing().transport().close();
        assertNull(awaitLost(pipe.writer()));
        assertNull(awaitLost(reader));
        assertArrayEquals(new byte[] {1, 2, 3}, reader.received());
        assertTrue(pipe.reading().transport().isClosing());
      }
    });
  }

  @Test
  void theEndOfTheStreamEndsTheReaderWhateverItSays() throws Exception {
    run(() -> {
      Ends ends = pipe();
      boolean[] ended = {false};
      ConnectionLog.Pushed keepingOpen = new ConnectionLog.Pushed() {
        @Override
        public boolean eofReceived() {
          ended[0] = true;
          return true;
        }
      };
      ReadPipe<?> reading = reading(ends.source(), () -> log(keepingOpen));
      writing(ends.sink(), this::log).transport().writeEof();
      assertNull(awaitLost(keepingOpen));
      assertTrue(ended[0] && reading.transport().isClosing());
    });
  }

  @Test
  void aLargeWriteIsFinishedBeforeTheEndThatWasWritten() throws Exception {
    byte[] sent = SpiContract.pattern(1_000_000);
    run(() -> {
      Piped<ConnectionLog.Pushed> pipe = piped();
      assertTrue(pipe.writing().transport().canWriteEof());
      pipe.writing().transport().write(sent);
      pipe.writing().transport().writeEof();
      pipe.writing().transport().writeEof();
      assertNull(awaitLost(pipe.reader()));
      assertArrayEquals(sent, pipe.reader().received());
      assertNull(awaitLost(pipe.writer()));
    });
  }

  @Test
  void writesOfThreeBytesAndStormsOfWouldBlockLoseNothing() throws Exception {
    int[] calls = {0};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      int read(PipeEnd pipe, ByteBuffer target) throws IOException {
        return calls[0]++ % 3 != 0 ? 0 : super.read(pipe, target);
      }

      @Override
      int write(PipeEnd pipe, ByteBuffer source) throws IOException {
        if (calls[0]++ % 3 != 0) {
          return 0;
        }
        int limit = source.limit();
        source.limit(Math.min(limit, source.position() + 3));
        try {
          return super.write(pipe, source);
        } finally {
          source.limit(limit);
        }
      }

      @Override
      long write(PipeEnd pipe, ByteBuffer[] sources, int offset, int length) throws IOException {
        return write(pipe, sources[offset]);
      }
    });
    byte[] sent = SpiContract.pattern(300);
    run(() -> {
      Piped<ConnectionLog.Pushed> pipe = piped();
      for (byte each : sent) {
        pipe.writing().transport().write(new byte[] {each});
      }
      pipe.writing().transport().close();
      assertNull(awaitLost(pipe.reader()));
      assertArrayEquals(sent, pipe.reader().received());
      assertNull(awaitLost(pipe.writer()));
    });
  }

  @Test
  void aReaderThatPausesPausesTheWriter() throws Exception {
    run(() -> {
      Piped<ConnectionLog.Pushed> pipe = piped();
      pipe.reading().transport().pauseReading();
      assertFalse(pipe.reading().transport().isReading());
      pipe.writing().transport().setWriteBufferLimits(10_000);
      byte[] sent = SpiContract.pattern(400_000);
      pipe.writing().transport().write(sent);
      assertTrue(pipe.writing().transport().getWriteBufferSize() > 10_000);
      assertTrue(pipe.writer().flow().contains("pause"));
      settle();
      assertEquals(0, pipe.reader().receivedCount());
      pipe.reading().transport().resumeReading();
      await("all of it", () -> pipe.reader().receivedCount() == sent.length);
      assertTrue(pipe.writer().flow().contains("resume"));
      pipe.writing().transport().close();
      assertNull(awaitLost(pipe.reader()));
    });
  }

  @Test
  void theDeathOfTheReaderIsABrokenPipeIfSomethingIsUnsent() throws Exception {
    run(() -> {
      Piped<ConnectionLog.Pushed> pipe = piped();
      pipe.reading().transport().pauseReading();
      pipe.writing().transport().write(new byte[1_000_000]);
      assertTrue(pipe.writing().transport().getWriteBufferSize() > 0);
      settle();
      pipe.reading().transport().close();
      Exception loss = nonNull(awaitLost(pipe.writer()));
      assertTrue(
          loss instanceof IOException && String.valueOf(loss.getMessage()).contains("Broken pipe"),
          loss::toString);
    });
  }

  @Test
  void theDeathOfTheReaderEndsAnIdleWriterOrItsNextWriteDoes() throws Exception {
    boolean told = hasDescriptors();
    run(() -> {
      Piped<ConnectionLog.Pushed> pipe = piped();
      pipe.writing().transport().write(new byte[] {1});
      await("the byte", () -> pipe.reader().receivedCount() == 1);
      pipe.reading().transport().close();
      assertNull(awaitLost(pipe.reader()));
      if (told) {
        assertNull(awaitLost(pipe.writer()));
      } else {
        pipe.writing().transport().write(new byte[] {2});
        Exception loss = nonNull(awaitLost(pipe.writer()));
        assertTrue(String.valueOf(loss.getMessage()).contains("Broken pipe"), loss::toString);
      }
      pipe.writing().transport().write(new byte[] {3}); // dropped
    });
  }

  @Test
  void anAbortDropsWhatIsBuffered() throws Exception {
    run(() -> {
      Piped<ConnectionLog.Pushed> pipe = piped();
      pipe.reading().transport().pauseReading();
      pipe.writing().transport().write(new byte[1_000_000]);
      pipe.writing().transport().abort();
      assertNull(awaitLost(pipe.writer()));
      pipe.reading().transport().resumeReading();
      assertNull(awaitLost(pipe.reader()));
      assertTrue(pipe.reader().receivedCount() < 1_000_000);
    });
  }

  @Test
  void thereIsNoOtherDirection() throws Exception {
    run(() -> {
      Piped<ConnectionLog.Pushed> pipe = piped();
      Transport reading = pipe.reader().transport();
      Transport writing = pipe.writer().transport();
      assertSame(reading, pipe.reading().transport());
      for (Runnable call : List.<Runnable>of(
          () -> reading.write(new byte[1]),
          () -> reading.writeLines(List.of()),
          reading::writeEof,
          writing::pauseReading,
          writing::resumeReading)) {
        assertThrows(UnsupportedOperationException.class, call::run);
      }
      assertFalse(reading.canWriteEof());
      assertFalse(writing.isReading());
      assertThrows(
          UnsupportedOperationException.class,
          () -> writing.getOption(StandardSocketOptions.SO_SNDBUF));
      assertTrue(writing.localAddress() instanceof PipeAddress);
      assertNull(writing.remoteAddress());
      writing.close();
      assertNull(awaitLost(pipe.reader()));
      assertNotNull(writing.localAddress());
    });
  }

  @Test
  void pipesEndWithTheLoop() throws Exception {
    List<ReadPipe<?>> kept = new ArrayList<>();
    run(() -> {
      Ends ends = pipe();
      kept.add(reading(ends.source(), ConnectionLog.Pushed::new));
      WritePipe<?> ignored = writing(ends.sink(), BaseProtocolOnly::new);
    });
    loop.close();
    assertTrue(kept.get(0).transport().isClosing());
  }

  // Bad input

  /** A protocol that cannot receive. */
  private static final class BaseProtocolOnly implements BaseProtocol {

    @Nullable Exception lostWith = new IOException("not lost");

    @Override
    public void connectionLost(@Nullable Exception exception) {
      lostWith = exception;
    }
  }

  @Test
  void whateverFailsBeforeTheTransportIsMadeLeavesThePipeAlone() throws Exception {
    IllegalStateException failure = new IllegalStateException("planted");
    run(() -> {
      Ends ends = pipe();
      assertSame(
          failure,
          assertThrows(
              IllegalStateException.class, () -> reading(ends.source(), () -> raise(failure))));
      assertThrows(
          IllegalArgumentException.class, () -> reading(ends.source(), BaseProtocolOnly::new));
      assertThrows(
          NullPointerException.class, () -> reading(ends.source(), OnLoop::<ConnectionLog>none));
      assertThrows(IllegalArgumentException.class, () -> reading(ends.sink(), this::log));
      assertThrows(IllegalArgumentException.class, () -> writing(ends.source(), this::log));
      if (ends.source() instanceof SelectableChannel channel) {
        assertTrue(channel.isBlocking());
      }
      WritePipe<BaseProtocolOnly> writing = writing(ends.sink(), BaseProtocolOnly::new);
      ReadPipe<ConnectionLog.Pushed> reading = reading(ends.source(), this::log);
      assertThrows(IllegalStateException.class, () -> reading(ends.source(), this::log));
      writing.transport().write(new byte[] {1});
      writing.transport().close();
      assertNull(awaitLost(reading.protocol()));
      assertEquals(1, reading.protocol().receivedCount());
      assertNull(writing.protocol().lostWith);
    });
    Ends outside = pipe();
    assertThrows(IllegalStateException.class, () -> reading(outside.source(), this::log));
  }

  @Test
  void aCancelledConnectClosesThePipe() throws Exception {
    run(() -> {
      Ends ends = pipe();
      Task<?> connecting = loop.createTask(() -> {
        bare.remove(ends.source());
        return ends.source() instanceof SelectableChannel channel
            ? loop.connectReadPipe(this::log, channel)
            : loop.connectReadPipe(this::log, (int) ends.source());
      });
      sleep(Duration.ZERO);
      connecting.cancel();
      assertThrows(CancellationException.class, connecting::await);
      WritePipe<ConnectionLog.Pushed> writing = writing(ends.sink(), this::log);
      writing.transport().write(new byte[1]);
      awaitLost(writing.protocol());
    });
  }

  @Test
  void channelsThatAreNoPipesAreRefused() throws Exception {
    assumeTrue(!hasDescriptors(), "this backend takes descriptors, and no channels");
    run(() -> {
      SocketChannel unconnected = closing(SocketChannel.open());
      assertThrows(
          NotYetConnectedException.class, () -> loop.connectReadPipe(this::log, unconnected));
      var datagrams = closing(DatagramChannel.open());
      assertThrows(
          IllegalArgumentException.class, () -> loop.connectReadPipe(this::log, datagrams));
      assertTrue(datagrams.isBlocking());
    });
  }

  @Test
  void aSocketMayTakeThePlaceOfAPipe() throws Exception {
    assumeTrue(!hasDescriptors(), "this backend takes descriptors, and no channels");
    run(() -> {
      Streamed stream = stream();
      WritePipe<ConnectionLog.Pushed> writing =
          loop.connectWritePipe(this::log, stream.peer().channel());
      writing.transport().write(new byte[] {1, 2});
      writing.transport().writeEof();
      assertArrayEquals(new byte[] {1, 2}, stream.reader().readAll());
      assertNull(awaitLost(writing.protocol()));
      stream.connection().close();
    });
  }

  // Descriptors and FIFOs

  private Path fifo() throws Exception {
    Path path = folder.resolve("fifo");
    if (hasDescriptors()) {
      Process making;
      try {
        making = new ProcessBuilder("mkfifo", path.toString()).start();
      } catch (IOException e) {
        assumeTrue(false, "there is no mkfifo here");
        throw e;
      }
      assertTrue(making.waitFor(10, TimeUnit.SECONDS));
      assertEquals(0, making.exitValue());
      return path;
    }
    run(() -> {
      for (var e : List.of(
          assertThrows(
              UnsupportedOperationException.class, () -> loop.connectReadPipe(this::log, path)),
          assertThrows(UnsupportedOperationException.class, () -> openWritePipe(path)),
          assertThrows(UnsupportedOperationException.class, () -> openReadPipe(0)),
          assertThrows(
              UnsupportedOperationException.class, () -> loop.connectWritePipe(this::log, 1)))) {
        assertTrue(String.valueOf(e.getMessage()).contains("epoll"), e.getMessage());
      }
    });
    assumeTrue(false, "the JDK opens a FIFO blocking only");
    return path;
  }

  /** A FIFO that can be read; skips the test, having looked at the refusal, where none can. */
  private Path readableFifo() throws Exception {
    Path path = fifo();
    if (OS.MAC.isCurrentOs()) {
      run(() -> {
        assertThrows(
            UnsupportedOperationException.class, () -> loop.connectReadPipe(this::log, path));
        assertThrows(UnsupportedOperationException.class, () -> openReadPipe(path));
      });
      assumeTrue(false, "macOS does not tell the end of a FIFO");
    }
    return path;
  }

  @Test
  void aFifoIsReadAndWritten() throws Exception {
    Path fifo = readableFifo();
    byte[] sent = SpiContract.pattern(500_000);
    run(() -> {
      FileSystemException e =
          assertThrows(FileSystemException.class, () -> loop.connectWritePipe(this::log, fifo));
      assertTrue(e.toString().contains("nobody reads"), e.toString());
      ReadPipe<ConnectionLog.Pushed> reading = loop.connectReadPipe(this::log, fifo);
      settle();
      assertFalse(reading.transport().isClosing(), "a FIFO without a writer has not ended");
      WritePipe<ConnectionLog.Pushed> writing = loop.connectWritePipe(this::log, fifo);
      assertEquals(new PipeAddress(fifo.toString()), writing.transport().localAddress());
      writing.transport().write(sent);
      writing.transport().close();
      assertNull(awaitLost(reading.protocol()));
      assertArrayEquals(sent, reading.protocol().received());
      assertNull(awaitLost(writing.protocol()));
    });
  }

  @Test
  void aFifoOpenedBothWaysIsNotTakenForDead() throws Exception {
    Path fifo = fifo();
    try (RandomAccessFile both = ReaderWriterContract.opened(fifo)) {
      run(() -> {
        WritePipe<ConnectionLog.Pushed> writing = loop.connectWritePipe(this::log, fifo);
        writing.transport().write(new byte[] {1});
        settle();
        assertFalse(writing.transport().isClosing());
        writing.transport().close();
        assertNull(awaitLost(writing.protocol()));
      });
      assertEquals(1, both.read());
    }
  }

  @Test
  void filesThatAreNoFifosAreRefusedAndLeftAlone() throws Exception {
    Path fifo = fifo();
    Path regular = Files.writeString(folder.resolve("regular"), "precious");
    run(() -> {
      for (Path wrong : List.of(regular, folder)) {
        assertThrows(IllegalArgumentException.class, () -> loop.connectWritePipe(this::log, wrong));
        assertThrows(IllegalArgumentException.class, () -> loop.connectReadPipe(this::log, wrong));
      }
      Path missing = folder.resolve("missing");
      assertThrows(NoSuchFileException.class, () -> loop.connectReadPipe(this::log, missing));
      assertThrows(NoSuchFileException.class, () -> loop.connectWritePipe(this::log, missing));
      assertThrows(
          IllegalArgumentException.class,
          () -> loop.connectReadPipe(this::log, Path.of("/dev/null")));
      WritePipe<ConnectionLog.Pushed> nowhere =
          loop.connectWritePipe(this::log, Path.of("/dev/null"));
      nowhere.transport().write(new byte[100_000]);
      nowhere.transport().close();
      assertNull(awaitLost(nowhere.protocol()));
      try (RandomAccessFile open = ReaderWriterContract.opened(regular)) {
        int fd = ReaderWriterContract.descriptorOf(regular);
        assertThrows(IllegalArgumentException.class, () -> loop.connectReadPipe(this::log, fd));
        assertThrows(IllegalArgumentException.class, () -> loop.connectWritePipe(this::log, fd));
        assertEquals('p', open.read());
      }
    });
    assertEquals("precious", Files.readString(regular));
    assertTrue(Files.exists(fifo));
  }

  @Test
  void descriptorsThatAreNotOpenAreRefused() throws Exception {
    assumeTrue(hasDescriptors(), "this backend takes channels, and no descriptors");
    run(() -> {
      int[] pipe = nonNull(closedPipe());
      assertThrows(IOException.class, () -> loop.connectReadPipe(this::log, pipe[0]));
      assertThrows(IOException.class, () -> loop.connectWritePipe(this::log, pipe[1]));
      assertThrows(IllegalArgumentException.class, () -> loop.connectReadPipe(this::log, -1));
    });
  }

  /** Starts a JVM. */
  @Tag("slow")
  @Test
  void standardInputAndOutputAreInheritedPipes() throws Exception {
    assumeTrue(hasDescriptors(), "this backend takes channels, and no descriptors");
    assumeTrue(Descriptors.areListed(), "no /proc here to see what becomes of the descriptors");
    ChildJvm child = closing(ChildJvm.startReading(
        List.of("-Dculebra.debug=false"),
        PipeProgram.class,
        backend().getClass().getName()));
    child.send("one\n");
    child.expect("got one");
    child.send("two\nthree\n");
    child.expect("got two", "got three");
    child.endInput();
    child.expect("end", "0 is /dev/null", "1 is /dev/null");
    assertEquals("", child.rest());
    assertEquals(0, child.awaitExit(patience()));
  }

  // Streams

  @Test
  void aFifoIsReadAndWrittenAsAStream() throws Exception {
    Path fifo = readableFifo();
    byte[] sent = SpiContract.pattern(500_000);
    run(() -> {
      try (StreamConnection reading = openReadPipe(fifo)) {
        StreamWriter writing = openWritePipe(fifo);
        Task<?> sending = loop.createTask(() -> {
          writing.write(sent);
          writing.drain();
          writing.close();
          writing.awaitClosed();
        });
        assertArrayEquals(sent, reading.reader().readExactly(sent.length));
        assertEquals(0, reading.reader().read(1).length);
        assertTrue(reading.reader().atEof());
        assertThrows(
            UnsupportedOperationException.class, () -> reading.writer().write(new byte[1]));
        sending.await();
      }
    });
  }

  @Test
  void descriptorsOrChannelsAreReadAndWrittenAsStreams() throws Exception {
    run(() -> {
      Ends ends = pipe();
      try (StreamConnection reading = ends.source() instanceof SelectableChannel channel
          ? openReadPipe(channel)
          : openReadPipe((int) ends.source())) {
        StreamWriter writing = ends.sink() instanceof SelectableChannel channel
            ? openWritePipe(channel)
            : openWritePipe((int) ends.sink());
        bare.clear();
        Task<byte[]> line = loop.createTask(() -> reading.reader().readLine());
        settle();
        line.cancel();
        assertThrows(CancellationException.class, line::await);
        writing.write("one\ntwo".getBytes(UTF_8));
        writing.drain();
        assertEquals(4, reading.reader().readLine().length);
        writing.close();
        assertEquals(3, reading.reader().readLine().length);
        assertEquals(0, reading.reader().readLine().length);
      }
    });
  }

  @Test
  void aPipeIsNoConnectionToStartTlsOn() throws Exception {
    Path fifo = fifo();
    run(() -> {
      try (StreamConnection reading = openReadPipe(fifo)) {
        StreamWriter writing = openWritePipe(fifo);
        assertThrows(
            IllegalArgumentException.class,
            () -> writing.startTls(TlsOptions.DEFAULT.withVerifyHostname(false)));
        writing.write(new byte[] {1});
        writing.drain();
        assertArrayEquals(new byte[] {1}, reading.reader().readExactly(1));
        writing.close();
      }
    });
  }
}
