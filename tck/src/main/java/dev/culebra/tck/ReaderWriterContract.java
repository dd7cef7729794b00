// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.ContextVar;
import dev.culebra.Task;
import dev.culebra.net.AsyncSocket;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.WriteTransport;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** addReader and addWriter: on sockets of the loop, and on descriptors and channels of others. */
abstract class ReaderWriterContract extends OnLoop {

  /** In a task: a connected socket of the loop, and its peer. */
  private record Connected(AsyncSocket socket, Peer peer) {}

  private Connected connected() throws IOException {
    try (AsyncSocket listener = loop.openListeningSocket(StandardProtocolFamily.INET)) {
      listener.listen(new InetSocketAddress(InetAddress.ofLiteral(HOST), 0), 10);
      Peer peer = peerAt((InetSocketAddress) nonNull(listener.localAddress()));
      return new Connected(closing(loop.sockAccept(listener).socket()), peer);
    }
  }

  // Sockets of the loop

  @Test
  void aReaderIsCalledUntilAllIsRead() throws Exception {
    run(() -> {
      Connected connected = connected();
      int[] calls = {0};
      loop.addReader(connected.socket(), () -> calls[0]++);
      settle();
      assertEquals(0, calls[0]);
      connected.peer().send(new byte[] {1, 2});
      await("two calls for the same bytes", () -> calls[0] >= 2);
      assertTrue(loop.removeReader(connected.socket()));
      assertFalse(loop.removeReader(connected.socket()));
      int before = calls[0];
      settle();
      assertEquals(before, calls[0]);
      assertArrayEquals(new byte[] {1, 2}, loop.sockRecv(connected.socket(), 10));
    });
  }

  @Test
  void aReaderAndAWriterWatchOneSocketByOneRegistration() throws Exception {
    int[] registrations = {0};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      void register(Poller poller, Pollable source, int interest, Object attachment)
          throws IOException {
        registrations[0] += source instanceof StreamSocket ? 1 : 0;
        super.register(poller, source, interest, attachment);
      }
    });
    run(() -> {
      Connected connected = connected();
      List<String> calls = new ArrayList<>();
      loop.addReader(connected.socket(), () -> calls.add("read"));
      loop.addWriter(connected.socket(), () -> calls.add("write"));
      await("a call of the writer", () -> calls.size() >= 2);
      assertFalse(calls.contains("read"));
      assertTrue(loop.removeWriter(connected.socket()));
      calls.clear();
      connected.peer().send(new byte[] {1});
      await("a call of the reader", () -> !calls.isEmpty());
      assertFalse(calls.contains("write"));
      assertTrue(loop.removeReader(connected.socket()));
      assertEquals(1, registrations[0]);
    });
  }

  @Test
  void anotherReaderReplacesTheFirst() throws Exception {
    run(() -> {
      Connected connected = connected();
      List<String> calls = new ArrayList<>();
      loop.addReader(connected.socket(), () -> calls.add("first"));
      connected.peer().send(new byte[] {1});
      await("a call", () -> !calls.isEmpty());
      loop.addReader(connected.socket(), () -> calls.add("second"));
      calls.clear();
      await("a call", () -> !calls.isEmpty());
      settle();
      assertFalse(calls.contains("first"));
      assertTrue(loop.removeReader(connected.socket()));
      assertFalse(loop.removeReader(connected.socket()));
    });
  }

  @Test
  void aReaderRemovedAfterThePollThatFoundItIsNotCalled() throws Exception {
    run(() -> {
      Connected one = connected();
      Connected two = connected();
      int[] calls = {0};
      Runnable oneTakesAll = () -> {
        calls[0]++;
        assertTrue(loop.removeReader(one.socket()));
        assertTrue(loop.removeReader(two.socket()));
      };
      loop.addReader(one.socket(), oneTakesAll);
      loop.addReader(two.socket(), oneTakesAll);
      one.peer().send(new byte[] {1});
      two.peer().send(new byte[] {1});
      await("a call", () -> calls[0] > 0);
      settle();
      assertEquals(1, calls[0]);
    });
  }

  @Test
  void aReaderMayRemoveItselfAndAddItselfAnew() throws Exception {
    run(() -> {
      Connected connected = connected();
      List<byte[]> got = new ArrayList<>();
      Runnable[] reader = {() -> {}};
      reader[0] = () -> {
        assertTrue(loop.removeReader(connected.socket()));
        loop.createTask(() -> {
          got.add(loop.sockRecv(connected.socket(), 1));
          loop.addReader(connected.socket(), reader[0]);
        });
      };
      loop.addReader(connected.socket(), reader[0]);
      connected.peer().send(new byte[] {1, 2, 3});
      await("three bytes", () -> got.size() == 3);
      settle();
      assertTrue(loop.removeReader(connected.socket()));
    });
  }

  @Test
  void theEndOfTheStreamIsReadable() throws Exception {
    run(() -> {
      Connected connected = connected();
      int[] calls = {0};
      loop.addReader(connected.socket(), () -> calls[0]++);
      connected.peer().close();
      await("calls", () -> calls[0] >= 2);
      connected.socket().close();
      int before = calls[0];
      settle();
      assertEquals(before, calls[0], "closing ends the watch");
    });
  }

  @Test
  void aReaderThatThrowsIsReportedAndCalledAgain() throws Exception {
    RuntimeException failure = new RuntimeException("planted");
    run(() -> {
      Connected connected = connected();
      int[] calls = {0};
      loop.addReader(connected.socket(), () -> {
        if (++calls[0] == 2) {
          loop.removeReader(connected.socket());
          return;
        }
        throw failure;
      });
      connected.peer().send(new byte[] {1});
      await("a second call", () -> calls[0] == 2);
      assertSame(failure, reports.take("Exception in callback").exception());
    });
  }

  @Test
  void aReaderRunsInACopyOfTheContextOfWhoAddedIt() throws Exception {
    ContextVar<String> name = ContextVar.of("name");
    run(() -> {
      Connected connected = connected();
      name.set("added");
      List<String> seen = new ArrayList<>();
      loop.addReader(connected.socket(), () -> {
        seen.add(name.get());
        name.set("changed by the callback");
        if (seen.size() == 2) {
          loop.removeReader(connected.socket());
        }
      });
      name.set("later");
      connected.peer().send(new byte[] {1});
      await("two calls", () -> seen.size() == 2);
      assertEquals(List.of("added", "changed by the callback"), seen);
      assertEquals("later", name.get());
    });
  }

  @Test
  void aTaskAndACallbackDoNotWatchTheSameDirection() throws Exception {
    run(() -> {
      Connected connected = connected();
      AsyncSocket socket = connected.socket();
      loop.addReader(socket, () -> {});
      assertThrows(IllegalStateException.class, () -> loop.sockRecv(socket, 1));
      assertThrows(
          IllegalStateException.class, () -> loop.connectAcceptedSocket(this::log, socket));
      loop.sockSendAll(socket, ByteBuffer.wrap(new byte[1]));
      assertTrue(loop.removeReader(socket));
      Task<byte[]> receiving = loop.createTask(() -> loop.sockRecv(socket, 1));
      settle();
      assertThrows(IllegalStateException.class, () -> loop.addReader(socket, () -> {}));
      assertFalse(loop.removeReader(socket), "the task's wait is not the caller's to remove");
      loop.addWriter(socket, () -> {});
      assertTrue(loop.removeWriter(socket));
      connected.peer().send(new byte[] {5});
      assertArrayEquals(new byte[] {5}, receiving.await());
    });
  }

  @Test
  void aCallbackIsNeeded() throws Exception {
    run(() -> {
      Connected connected = connected();
      assertThrows(
          NullPointerException.class,
          () -> loop.addReader(connected.socket(), OnLoop.<Runnable>none()));
      assertThrows(NullPointerException.class, () -> loop.addReader(0, OnLoop.<Runnable>none()));
      assertThrows(
          NullPointerException.class,
          () -> loop.addReader(OnLoop.<SelectableChannel>none(), () -> {}));
    });
  }

  // Channels

  private Pipe pipe() throws IOException {
    Pipe pipe = Pipe.open();
    closing(pipe.source()).configureBlocking(false);
    closing(pipe.sink()).configureBlocking(false);
    try {
      loop.addReader(pipe.source(), () -> {});
      assertTrue(loop.removeReader(pipe.source()));
    } catch (UnsupportedOperationException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("backend nio"), e.getMessage());
      assertFalse(loop.removeReader(pipe.source()));
      Assumptions.abort(e.toString());
    }
    return pipe;
  }

  @Test
  void aChannelIsWatchedAndFreeAgainAtOnce() throws Exception {
    run(() -> {
      Pipe pipe = pipe();
      int[] calls = {0};
      for (int round = 0; round < 3; round++) {
        pipe.source().configureBlocking(false);
        int before = calls[0];
        loop.addReader(pipe.source(), () -> calls[0]++);
        pipe.sink().write(ByteBuffer.wrap(new byte[1]));
        await("two calls", () -> calls[0] >= before + 2);
        assertTrue(loop.removeReader(pipe.source()));
        assertFalse(pipe.source().isRegistered());
        try (Selector elsewhere = Selector.open()) {
          pipe.source().register(elsewhere, SelectionKey.OP_READ);
          assertEquals(1, elsewhere.selectNow());
        }
        pipe.source().configureBlocking(true);
        assertEquals(1, pipe.source().read(ByteBuffer.allocate(10)));
      }
    });
  }

  @Test
  void aChannelHasAReaderAndAWriter() throws Exception {
    run(() -> {
      pipe();
      try (ServerSocketChannel server = ServerSocketChannel.open();
          SocketChannel client = SocketChannel.open()) {
        server.bind(new InetSocketAddress(InetAddress.ofLiteral(HOST), 0));
        server.configureBlocking(false);
        client.configureBlocking(false);
        SocketChannel[] accepted = new SocketChannel[1];
        int[] connected = {0};
        int[] read = {0};
        loop.addReader(server, () -> {
          accepted[0] = accept(server);
          loop.removeReader(server);
        });
        if (!client.connect(server.getLocalAddress())) {
          loop.addWriter(client, () -> connected[0] += finishConnect(client));
          loop.addReader(client, () -> read[0]++);
          await("two calls of the writer", () -> connected[0] >= 2);
          assertTrue(loop.removeWriter(client));
          int before = connected[0];
          await("a connection", () -> accepted[0] != null);
          accepted[0].write(ByteBuffer.wrap(new byte[1]));
          await("data", () -> read[0] > 0);
          assertEquals(before, connected[0]);
          assertTrue(loop.removeReader(client));
        }
        accepted[0].close();
      }
    });
  }

  private static SocketChannel accept(ServerSocketChannel server) {
    try {
      return nonNull(server.accept());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int finishConnect(SocketChannel client) {
    try {
      return client.finishConnect() ? 1 : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aChannelThatCannotBeWatchedIsRefused() throws Exception {
    run(() -> {
      Pipe pipe = pipe();
      pipe.source().configureBlocking(true);
      IllegalArgumentException blocking = assertThrows(
          IllegalArgumentException.class, () -> loop.addReader(pipe.source(), () -> {}));
      assertTrue(
          String.valueOf(blocking.getMessage()).contains("configureBlocking"),
          blocking.getMessage());
      assertFalse(loop.removeReader(pipe.source()));
      pipe.source().close();
      assertThrows(ClosedChannelException.class, () -> loop.addReader(pipe.source(), () -> {}));
    });
  }

  @Test
  void aChannelClosedUnderItsReaderHarmsNobody() throws Exception {
    run(() -> {
      Pipe pipe = pipe();
      loop.addReader(pipe.source(), () -> {});
      pipe.source().close();
      settle();
      assertThrows(ClosedChannelException.class, () -> loop.addReader(pipe.source(), () -> {}));
      assertFalse(loop.removeReader(pipe.source()));
      Pipe another = pipe();
      loop.addReader(another.source(), () -> {});
      another.source().close();
      assertTrue(loop.removeReader(another.source()));
    });
  }

  @Test
  void aChannelOfATransportIsNotWatched() throws Exception {
    run(() -> {
      Pipe pipe = pipe();
      var reading = loop.connectReadPipe(this::log, pipe.source());
      assertThrows(IllegalStateException.class, () -> loop.addReader(pipe.source(), () -> {}));
      loop.addWriter(pipe.sink(), () -> {});
      assertThrows(
          IllegalStateException.class,
          () -> loop.connectWritePipe(BaseProtocolOnly::new, pipe.sink()));
      assertTrue(loop.removeWriter(pipe.sink()));
      reading.transport().close();
      assertNull(awaitLost(reading.protocol()));
    });
  }

  /** A protocol that cannot receive. */
  private static final class BaseProtocolOnly implements BaseProtocol {}

  // Descriptors

  /** The ends of a pipe; skips the test, having looked at the reason, where there are none. */
  private int[] descriptors() throws IOException {
    int[] made = tck().openPipe();
    if (made == null) {
      UnsupportedOperationException e =
          assertThrows(UnsupportedOperationException.class, () -> loop.addReader(0, () -> {}));
      assertTrue(String.valueOf(e.getMessage()).contains("epoll"), e.getMessage());
      assertThrows(UnsupportedOperationException.class, () -> loop.addWriter(0, () -> {}));
      assertFalse(loop.removeReader(0));
      return Assumptions.abort(e.toString());
    }
    return made;
  }

  private WriteTransport writing(int fd) throws IOException {
    return loop.connectWritePipe(BaseProtocolOnly::new, fd).transport();
  }

  @Test
  void aDescriptorIsWatchedAndFreeAgainAtOnce() throws Exception {
    run(() -> {
      int[] pipe = descriptors();
      WriteTransport writing = writing(pipe[1]);
      int[] calls = {0};
      loop.addReader(pipe[0], () -> calls[0]++);
      settle();
      assertEquals(0, calls[0]);
      writing.write(new byte[] {1});
      await("two calls", () -> calls[0] >= 2);
      assertTrue(loop.removeReader(pipe[0]));
      assertFalse(loop.removeReader(pipe[0]));
      int before = calls[0];
      settle();
      assertEquals(before, calls[0]);
      for (int i = 0; i < 3; i++) {
        loop.addReader(pipe[0], () -> {});
        assertTrue(loop.removeReader(pipe[0]));
      }
      var reading = loop.connectReadPipe(this::log, pipe[0]);
      await("the byte", () -> reading.protocol().receivedCount() == 1);
      writing.close();
      assertNull(awaitLost(reading.protocol()));
    });
  }

  @Test
  void aNumberThatHasBecomeAnotherFileIsWatchedAnew() throws Exception {
    run(() -> {
      int[] old = descriptors();
      loop.addReader(old[0], () -> {});
      // closed behind the loop's back, and its number given to another pipe
      Another other = new Another();
      other.close(old[0], old[1]);
      int[] pipe = descriptors();
      assertEquals(old[0], pipe[0], "the system gives the lowest number");
      WriteTransport writing = writing(pipe[1]);
      int[] calls = {0};
      loop.addReader(pipe[0], () -> calls[0]++);
      writing.write(new byte[] {1});
      await("a call", () -> calls[0] > 0);
      assertTrue(loop.removeReader(pipe[0]));
      writing.abort();
      settle();
      other.close(pipe[0]);
    });
  }

  @Test
  void aNumberThatHasBecomeAnotherFileIsWatchedInTheOtherDirectionToo() throws Exception {
    run(() -> {
      int[] old = descriptors();
      loop.addReader(old[0], () -> {});
      loop.addWriter(old[1], () -> {});
      new Another().close(old[0], old[1]);
      int[] pipe = descriptors();
      assertEquals(old[1], pipe[1], "the system gives the lowest number");
      int[] calls = {0};
      loop.addReader(pipe[1], () -> {}); // the number was watched, the file is not
      loop.addWriter(pipe[1], () -> calls[0]++);
      await("a call", () -> calls[0] > 0);
      assertTrue(loop.removeWriter(pipe[1]));
      assertTrue(loop.removeReader(pipe[1]));
      assertTrue(loop.removeReader(pipe[0]));
      new Another().close(pipe[0], pipe[1]);
    });
  }

  /** Closes descriptors, as somebody else would. */
  private final class Another {

    void close(int read, int... write) throws IOException {
      try (Poller poller = backend().openPoller()) {
        poller.adoptPipe(read, Poller.READ).close();
        for (int fd : write) {
          poller.adoptPipe(fd, Poller.WRITE).close();
        }
      }
    }
  }

  @Test
  void aDescriptorOfATransportIsNotWatched() throws Exception {
    run(() -> {
      int[] pipe = descriptors();
      WriteTransport writing = writing(pipe[1]);
      assertThrows(IllegalStateException.class, () -> loop.addWriter(pipe[1], () -> {}));
      loop.addReader(pipe[0], () -> {});
      assertThrows(IllegalStateException.class, () -> loop.connectReadPipe(this::log, pipe[0]));
      assertTrue(loop.removeReader(pipe[0]));
      var reading = loop.connectReadPipe(this::log, pipe[0]);
      assertThrows(IllegalStateException.class, () -> loop.addReader(pipe[0], () -> {}));
      writing.close();
      assertNull(awaitLost(reading.protocol()));
    });
  }

  @Test
  void aRegularFileIsRefused(@TempDir Path folder) throws Exception {
    run(() -> {
      int[] pipe = descriptors();
      new Another().close(pipe[0], pipe[1]);
      Path file = folder.resolve("regular");
      try (RandomAccessFile open = opened(file)) {
        open.write(1);
        int fd = descriptorOf(file);
        for (var e : List.of(
            assertThrows(IllegalArgumentException.class, () -> loop.addReader(fd, () -> {})),
            assertThrows(IllegalArgumentException.class, () -> loop.addWriter(fd, () -> {})))) {
          assertTrue(String.valueOf(e.getMessage()).contains("regular file"), e.getMessage());
        }
      }
    });
  }

  @Test
  void whatIsNotOpenIsRefused() throws Exception {
    run(() -> {
      int[] pipe = descriptors();
      new Another().close(pipe[0], pipe[1]);
      assertThrows(IOException.class, () -> loop.addReader(pipe[0], () -> {}));
      assertFalse(loop.removeReader(pipe[0]));
      assertThrows(IllegalArgumentException.class, () -> loop.addReader(-1, () -> {}));
    });
  }

  @Test
  void watchesEndWithTheLoop() throws Exception {
    run(() -> {
      int[] pipe = descriptors();
      loop.addReader(pipe[0], () -> {});
      closing(() -> new Another().close(pipe[0], pipe[1]));
    });
    loop.close();
    assertThrows(IllegalStateException.class, () -> loop.addReader(0, () -> {}));
  }

  /** The number of the descriptor that this process has of a file. */
  static int descriptorOf(Path file) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : all) {
        if (Files.isSymbolicLink(each) && Files.readSymbolicLink(each).equals(file.toRealPath())) {
          return Integer.parseInt(each.getFileName().toString());
        }
      }
    }
    return Assumptions.abort("no /proc here to look the descriptor up in");
  }

  static RandomAccessFile opened(Path file) throws IOException {
    return new RandomAccessFile(file.toFile(), "rw");
  }
}
