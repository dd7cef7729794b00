// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.startServer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Task;
import dev.culebra.net.Server;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.Transport;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sending files over TLS, which the kernel cannot. */
abstract class TlsFileContract extends TlsOnLoop {

  private static final int SIZE = 600_000;
  private static final byte[] CONTENT = SpiContract.pattern(SIZE);
  private static final byte[] ABC = {'a', 'b', 'c'};

  @TempDir
  private Path folder = Path.of("");

  private Path file = Path.of("");

  @BeforeEach
  void writeFile() throws IOException {
    file = Files.write(folder.resolve("file"), CONTENT);
  }

  /** What the other end has got, from somewhere on. */
  private static byte[] got(ConnectionLog protocol, int from) {
    return Arrays.copyOfRange(protocol.received(), from, protocol.receivedCount());
  }

  @Test
  void aFileComesBetweenTheWritesAroundIt() throws Exception {
    run(() -> {
      for (boolean byPath : new boolean[] {true, false}) {
        Ends ends = ends();
        Transport transport = ends.client().transport();
        transport.write(new byte[100_000]);
        try (FileChannel channel = FileChannel.open(file)) {
          long sent = byPath
              ? loop.sendFile(transport, file, 10, SIZE)
              : loop.sendFile(transport, channel, 10, SIZE);
          assertEquals(SIZE - 10, sent);
          assertEquals(byPath ? 0 : SIZE, channel.position());
        }
        transport.write(ABC);
        transport.close();
        assertNull(awaitLost(ends.server()));
        byte[] rest = got(ends.server(), 100_000);
        assertArrayEquals(Arrays.copyOfRange(CONTENT, 10, SIZE), Arrays.copyOf(rest, SIZE - 10));
        assertArrayEquals(ABC, Arrays.copyOfRange(rest, SIZE - 10, rest.length));
        assertNull(awaitLost(ends.client()));
      }
    });
  }

  @Test
  void aKernelThatTakesLittleAtATimeGetsItAll() throws Exception {
    int[] calls = {0};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      int write(StreamSocket socket, ByteBuffer source) throws IOException {
        if (calls[0]++ % 2 != 0) {
          return 0;
        }
        int limit = source.limit();
        source.limit(Math.min(limit, source.position() + 10_000));
        try {
          return super.write(socket, source);
        } finally {
          source.limit(limit);
        }
      }
    });
    run(() -> {
      Ends ends = ends();
      assertEquals(500_000, loop.sendFile(ends.client().transport(), file, 0, 500_000));
      ends.client().transport().close();
      assertNull(awaitLost(ends.server()));
      assertArrayEquals(Arrays.copyOf(CONTENT, 500_000), ends.server().received());
    });
  }

  @Test
  void nothingElseIsSentMeanwhileAndFlowControlIsKept() throws Exception {
    run(() -> {
      Ends ends = ends();
      Transport transport = ends.client().transport();
      ends.server().transport().pauseReading();
      transport.write(new byte[1_000_000]);
      assertEquals(List.of("pause"), ends.client().flow());
      Task<Long> sending = createTask(() -> loop.sendFile(transport, file));
      settle();
      assertThrows(IllegalStateException.class, () -> transport.write(ABC));
      assertFalse(sending.done());
      ends.server().transport().resumeReading();
      assertEquals(SIZE, sending.await());
      await("resumeWriting", () -> ends.client().flow().size() == 2);
      assertEquals(List.of("pause", "resume"), ends.client().flow());
      await("all", () -> ends.server().receivedCount() == 1_000_000 + SIZE);
      assertArrayEquals(CONTENT, got(ends.server(), 1_000_000));
    });
  }

  @Test
  void tlsDoesNotStartInTheMidstOfAFile() throws Exception {
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      transport.setWriteBufferLimits(0);
      transport.setOption(StandardSocketOptions.SO_SNDBUF, 8 * 1024);
      Path large = Files.write(folder.resolve("large"), new byte[20 * 1024 * 1024]);
      Task<Long> sending = createTask(() -> loop.sendFile(transport, large));
      settle();
      assertFalse(sending.done());
      IllegalStateException e = assertThrows(
          IllegalStateException.class,
          () -> loop.startTls(
              transport,
              served.protocol(),
              Certificates.CONNECTING.withVerifyHostname(false),
              false));
      assertTrue(String.valueOf(e.getMessage()).contains("file"), e.getMessage());
      transport.abort();
      assertThrows(IOException.class, sending::await);
    });
  }

  /** What has been read of the file and not encrypted is not sent; the position says so. */
  @Test
  void aTaskThatIsCancelledLeavesTheConnectionUsable() throws Exception {
    run(() -> {
      for (int turn = 0; turn < 10; turn++) {
        Ends ends = ends();
        Transport transport = ends.client().transport();
        if (turn % 2 == 0) {
          ends.server().transport().pauseReading();
        }
        try (FileChannel channel = FileChannel.open(file)) {
          Task<Long> sending = createTask(() -> loop.sendFile(transport, channel));
          for (int i = 0; i < turn; i++) {
            sleep(Duration.ZERO);
          }
          sending.cancel();
          await("the end of the call", sending::done);
          transport.write(ABC);
          transport.close();
          ends.server().transport().resumeReading();
          assertNull(awaitLost(ends.server()));
          int sent = (int) channel.position();
          byte[] all = ends.server().received();
          assertEquals(sent + 3, all.length);
          assertArrayEquals(Arrays.copyOf(CONTENT, sent), Arrays.copyOf(all, sent));
          assertArrayEquals(ABC, Arrays.copyOfRange(all, sent, sent + 3));
          assertNull(awaitLost(ends.client()));
        }
      }
    });
  }

  @Test
  void eitherSideMayEndIt() throws Exception {
    run(() -> {
      for (boolean ours : new boolean[] {true, false}) {
        Ends ends = ends();
        ends.server().transport().pauseReading();
        Transport transport = ends.client().transport();
        Task<Long> sending = createTask(() -> {
          long sent = 0;
          while (sent < 60L * SIZE) { // until nothing fits any more
            sent += loop.sendFile(transport, file);
          }
          return sent;
        });
        settle();
        assertFalse(sending.done());
        (ours ? transport : ends.server().transport()).abort();
        assertThrows(IOException.class, sending::await);
        awaitLost(ends.client());
        ends.server().transport().resumeReading();
        awaitLost(ends.server());
      }
    });
  }

  @Test
  void afterStartTlsFilesAreEncryptedToo() throws Exception {
    run(() -> {
      Server server = startServer(
          (reader, writer) -> {
            loop.sendFile(writer.transport(), file, 0, 1000);
            assertEquals(1, reader.readExactly(1).length);
            writer.startTls(Certificates.SERVING);
            loop.sendFile(writer.transport(), file, 1000, SIZE);
            writer.close();
          },
          HOST,
          0);
      StreamConnection client = openConnection(HOST, port(server));
      assertArrayEquals(Arrays.copyOf(CONTENT, 1000), client.reader().readExactly(1000));
      client.writer().write(new byte[1]);
      client.writer().startTls(Certificates.CONNECTING.withServerName("localhost"));
      assertArrayEquals(Arrays.copyOfRange(CONTENT, 1000, SIZE), client.reader().readAll());
      client.close();
      client.writer().awaitClosed();
      server.close();
      server.awaitClosed();
      assertTrue(Files.exists(file));
    });
  }
}
