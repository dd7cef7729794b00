// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.gather;
import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.startServer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.culebra.Awaitable;
import dev.culebra.Task;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** Stream writers and stream servers. */
@SuppressWarnings("try") // a test that awaits a server's end closes it itself
abstract class StreamsContract extends OnLoop {

  private static final int LARGE = 2_000_000;

  private final List<Object> ran = new ArrayList<>();

  // Writing

  @Test
  void whatIsWrittenLeavesWhenTheTaskWaits() throws Exception {
    run(() -> {
      Streamed stream = stream();
      byte[] reused = {1, 2};
      stream.writer().write(reused);
      reused[0] = 99;
      stream.writer().write(ByteBuffer.wrap(new byte[] {3}));
      stream
          .writer()
          .writeLines(List.of(ByteBuffer.wrap(new byte[] {4}), ByteBuffer.wrap(new byte[] {5})));
      assertArrayEquals(
          new byte[] {1, 2, 3, 4, 5}, aside(() -> stream.peer().receive(5)).await());
      stream.connection().close();
    });
  }

  @Test
  void drainHandsWhatWasWrittenToTheKernelAtOnce() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(backend()));
    run(() -> {
      Streamed stream = stream();
      int before = backend.writes.get();
      stream.writer().write(new byte[] {1, 2});
      assertEquals(before, backend.writes.get());
      stream.writer().drain();
      assertEquals(before + 1, backend.writes.get());
      stream.writer().drain();
      assertEquals(before + 1, backend.writes.get(), "there is nothing more to send");
      stream.connection().close();
    });
  }

  @Test
  void drainReturnsWithoutWaitingUnlessWritingIsPaused() throws Exception {
    run(() -> {
      Streamed stream = stream();
      loop.callSoon(() -> ran.add("later"));
      stream.writer().drain();
      stream.writer().write(new byte[] {1});
      stream.writer().drain();
      assertEquals(List.of(), ran);
      stream.connection().close();
    });
  }

  @Test
  void drainSlowsTheWriterDownToItsPeer() throws Exception {
    int pieces = 100;
    int size = 60_000;
    run(() -> {
      Streamed stream = stream();
      Task<?> writing = createTask(() -> {
        for (int i = 0; i < pieces; i++) {
          stream.writer().write(new byte[size]);
          stream.writer().drain();
          long buffered = stream.writer().transport().getWriteBufferSize();
          assertTrue(buffered <= 64 * 1024, () -> "buffered: " + buffered);
          ran.add("piece");
        }
      });
      settle();
      assertFalse(writing.done(), "the peer has not read anything");
      assertTrue(ran.size() < pieces); // how far it came is the kernel's buffers' affair
      aside(() -> stream.peer().receive(pieces * size)).await();
      writing.await();
      assertEquals(pieces, ran.size());
      stream.connection().close();
    });
  }

  private List<Task<?>> draining(Streamed stream, int count) {
    stream.writer().write(new byte[LARGE]);
    List<Task<?>> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tasks.add(createTask(() -> stream.writer().drain()));
    }
    settle();
    for (Task<?> task : tasks) {
      assertFalse(task.done());
    }
    return tasks;
  }

  @Test
  void severalTasksDrainAndOneThatIsCancelledLeavesTheOthers() throws Exception {
    run(() -> {
      Streamed stream = stream();
      List<Task<?>> tasks = draining(stream, 3);
      tasks.get(1).cancel();
      assertThrows(CancellationException.class, tasks.get(1)::await);
      aside(() -> stream.peer().receive(LARGE)).await();
      tasks.get(0).await();
      tasks.get(2).await();
      stream.connection().close();
    });
  }

  @Test
  void aLossIsThrownToAllWhoDrain() throws Exception {
    run(() -> {
      Streamed stream = stream();
      List<Task<?>> tasks = draining(stream, 2);
      stream.writer().transport().abort();
      for (Task<?> task : tasks) {
        assertThrows(IOException.class, task::await);
      }
    });
  }

  @Test
  void drainAfterTheEndThrows() throws Exception {
    run(() -> {
      Streamed stream = stream();
      stream.connection().close();
      assertTrue(stream.writer().isClosing());
      assertThrows(IOException.class, () -> stream.writer().drain());
      Streamed reset = stream();
      Task<byte[]> reading = createTask(() -> reset.reader().read(1));
      settle();
      reset.peer().reset();
      IOException failure = assertThrows(IOException.class, reading::await);
      assertSame(failure, assertThrows(IOException.class, () -> reset.writer().drain()));
    });
  }

  @Test
  void drainWhileTheConnectionClosesWaitsForTheLoss() throws Exception {
    run(() -> {
      Streamed stream = stream();
      stream.writer().write(new byte[LARGE]);
      settle();
      stream.writer().close();
      Task<?> draining = createTask(() -> stream.writer().drain());
      settle();
      assertFalse(draining.done());
      aside(() -> stream.peer().receive(LARGE)).await();
      try {
        draining.await(); // it ends either when writing resumes or with the connection
      } catch (IOException e) {
        assertTrue(stream.writer().isClosing());
      }
      stream.writer().awaitClosed();
    });
  }

  // Ends

  @Test
  void writeEofEndsTheOutputOnly() throws Exception {
    run(() -> {
      Streamed stream = stream();
      assertTrue(stream.writer().canWriteEof());
      stream.writer().write(new byte[] {1, 2});
      stream.writer().writeEof();
      assertThrows(IllegalStateException.class, () -> stream.writer().write(new byte[] {3}));
      assertArrayEquals(new byte[] {1, 2}, aside(() -> stream.peer().receive(2)).await());
      stream.peer().awaitEnd();
      stream.peer().send((byte) 4);
      stream.peer().endOutput();
      assertArrayEquals(new byte[] {4}, stream.reader().readAll());
      assertFalse(stream.writer().isClosing());
      stream.connection().close();
      stream.writer().awaitClosed();
    });
  }

  @Test
  void closeSendsWhatWasWrittenAndAwaitClosedWaitsForThat() throws Exception {
    run(() -> {
      Streamed stream = stream();
      stream.writer().write(new byte[LARGE]);
      List<Task<?>> waiting = List.of(
          createTask(() -> stream.writer().awaitClosed()),
          createTask(() -> stream.writer().awaitClosed()));
      stream.writer().close();
      stream.connection().close();
      settle();
      assertFalse(waiting.get(0).done());
      assertEquals(LARGE, aside(() -> stream.peer().receive(LARGE)).await().length);
      for (Task<?> task : waiting) {
        task.await();
      }
      stream.writer().awaitClosed();
      stream.peer().awaitEnd();
    });
  }

  @Test
  void awaitClosedThrowsWhatTheConnectionWasLostWith() throws Exception {
    run(() -> {
      Streamed stream = stream();
      Task<?> waiting = createTask(() -> stream.writer().awaitClosed());
      Task<byte[]> reading = createTask(() -> stream.reader().read(1));
      settle();
      stream.peer().reset();
      IOException failure = assertThrows(IOException.class, reading::await);
      assertSame(failure, assertThrows(IOException.class, waiting::await));
      assertSame(failure, assertThrows(IOException.class, () -> stream.writer().awaitClosed()));
    });
  }

  @Test
  void aWriterKnowsItsAddresses() throws Exception {
    run(() -> {
      Streamed stream = stream();
      var local = stream.peer().channel().getRemoteAddress();
      var remote = stream.peer().channel().getLocalAddress();
      assertEquals(local, stream.writer().localAddress());
      assertEquals(remote, stream.writer().remoteAddress());
      stream.connection().close();
      stream.writer().awaitClosed();
      assertEquals(local, stream.writer().localAddress());
      assertEquals(remote, stream.writer().remoteAddress());
    });
  }

  // Servers

  private static void echo(StreamReader reader, StreamWriter writer) throws IOException {
    byte[] data = reader.read(65_536);
    while (data.length > 0) {
      writer.write(data);
      writer.drain();
      data = reader.read(65_536);
    }
    writer.close();
  }

  @Test
  void eachConnectionIsServedByATaskOfItsOwn() throws Exception {
    run(() -> {
      try (Server server = startServer(StreamsContract::echo, HOST, 0)) {
        StreamConnection first = openConnection(HOST, port(server));
        StreamConnection second = openConnection(HOST, port(server));
        for (StreamConnection each : List.of(first, second, first)) {
          each.writer().write(new byte[] {1, 2, 3});
          assertArrayEquals(new byte[] {1, 2, 3}, each.reader().readExactly(3));
        }
        first.writer().writeEof();
        assertEquals(0, first.reader().readAll().length);
        first.close();
        second.close();
        server.close();
        server.awaitClosed();
      }
    });
  }

  @Test
  void theLimitOfAServersReadersIsTheOneAskedFor() throws Exception {
    run(() -> {
      ServerOptions options = ServerOptions.DEFAULT.withLimitBytes(5);
      try (Server server = startServer(
          (reader, writer) -> {
            ran.add(assertThrows(IOException.class, reader::readLine));
            writer.close();
          },
          HOST,
          0,
          options)) {
        peerOf(server).send(new byte[100]);
        await("the overrun", () -> !ran.isEmpty());
      }
    });
  }

  @Test
  void aHandlerThatFailsIsReportedAndItsConnectionClosed() throws Exception {
    run(() -> {
      for (Throwable thrown : List.of(new IOException("planted"), new AssertionError())) {
        try (Server server = startServer((reader, writer) -> raise(thrown), HOST, 0)) {
          Peer peer = peerOf(server);
          await("the report", () -> reports.count() == 1);
          var context = reports.take("Unhandled exception in client_connected_cb");
          assertSame(thrown, context.exception());
          server.close();
          server.awaitClosed();
          peer.awaitEnd();
        }
      }
    });
  }

  @Test
  void aHandlerThatIsCancelledHasItsConnectionClosedInSilence() throws Exception {
    Thread[] handler = new Thread[1];
    run(() -> {
      Server server = startServer(
          (reader, writer) -> {
            handler[0] = Thread.currentThread();
            reader.read(1);
          },
          HOST,
          0);
      Peer peer = peerOf(server);
      await("the handler", () -> handler[0] != null);
      settle();
      handler[0].interrupt(); // which cancels a task
      server.close();
      server.awaitClosed();
      peer.awaitEnd();
    });
  }

  @Test
  void aHandlerThatReturnsLeavesItsConnectionOpen() throws Exception {
    run(() -> {
      try (Server server = startServer((reader, writer) -> writer.write(new byte[] {1}), HOST, 0)) {
        Peer peer = peerOf(server);
        assertArrayEquals(new byte[] {1}, aside(() -> peer.receive(1)).await());
        settle();
        assertEquals(0, peer.receiveSome(ByteBuffer.allocate(1)), "no end of stream");
        server.close();
        server.closeClients();
        server.awaitClosed();
        peer.awaitEnd();
      }
    });
  }

  @Test
  void aHandlerMayWriteFromSeveralTasks() throws Exception {
    run(() -> {
      try (Server server = startServer(
          (reader, writer) -> {
            List<Awaitable<Integer>> writers = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
              writers.add(() -> {
                for (int n = 0; n < 20; n++) {
                  writer.write(new byte[1000]);
                  writer.drain();
                  sleep(Duration.ZERO);
                }
                return 0;
              });
            }
            gather(writers).await();
            writer.close();
          },
          HOST,
          0)) {
        StreamConnection client = openConnection(HOST, port(server));
        assertEquals(100_000, client.reader().readAll().length);
        client.close();
      }
    });
  }

  @Test
  void thousandConnectionsAtOnceAreEchoed() throws Exception {
    int connections = maxDescriptors() > 3000 ? 1000 : 200;
    byte[] message = SpiContract.pattern(512);
    run(() -> {
      try (Server server = startServer(StreamsContract::echo, HOST, 0)) {
        int port = port(server);
        List<Awaitable<Integer>> clients = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
          clients.add(() -> {
            try (StreamConnection client = openConnection(HOST, port)) {
              for (int round = 0; round < 3; round++) {
                client.writer().write(message);
                client.writer().drain();
                assertArrayEquals(message, client.reader().readExactly(512));
              }
              return 1;
            }
          });
        }
        assertEquals(connections, gather(clients).await().size());
        server.close();
        server.awaitClosed();
      }
    });
  }

  private static long maxDescriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }
}
