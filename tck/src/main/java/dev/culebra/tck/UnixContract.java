// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.openUnixConnection;
import static dev.culebra.Asyncio.startUnixServer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.net.AbstractSocketAddress;
import dev.culebra.net.ConnectOptions;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamConnection;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unix sockets: servers, clients, and the files they listen at. */
abstract class UnixContract extends OnLoop {

  @TempDir
  Path folder;

  private Path path;
  private UnixDomainSocketAddress address;

  @BeforeEach
  void choosePath() {
    path = folder.resolve("s");
    address = UnixDomainSocketAddress.of(path);
  }

  private Server server(ConnectionLog... serving) throws IOException {
    int[] next = {0};
    return loop.createUnixServer(() -> log(serving[next[0]++]), address);
  }

  @Test
  void bytesGoBothWaysAndEitherSideMayEnd() throws Exception {
    run(() -> {
      ConnectionLog.Pushed serving = new ConnectionLog.Pushed();
      try (Server server = server(serving)) {
        assertEquals(List.of(address), server.addresses());
        var client = loop.createUnixConnection(this::log, address);
        client.transport().write(new byte[] {1, 2, 3});
        await("data", () -> serving.receivedCount() == 3);
        serving.transport().write(new byte[] {4});
        await("an answer", () -> client.protocol().receivedCount() == 1);
        assertEquals(address, client.transport().remoteAddress());
        assertEquals(address, serving.transport().localAddress());
        client.transport().close();
        assertNull(awaitLost(serving));
        assertNull(awaitLost(client.protocol()));
      }
    });
  }

  @Test
  void theServerMayEndFirst() throws Exception {
    run(() -> {
      ConnectionLog.Pushed serving = new ConnectionLog.Pushed();
      try (Server server = server(serving)) {
        var client = loop.createUnixConnection(this::log, address);
        await("a connection", serving::isMade);
        serving.transport().write(new byte[] {7});
        server.closeClients();
        assertNull(awaitLost(client.protocol()));
        assertArrayEquals(new byte[] {7}, client.protocol().received());
      }
    });
  }

  @Test
  void streamsWorkAsOverTcp() throws Exception {
    byte[] sent = new byte[1_000_000];
    for (int i = 0; i < sent.length; i++) {
      sent[i] = (byte) (i * 31);
    }
    run(() -> {
      Server server = startUnixServer(
          (reader, writer) -> {
            try (writer) {
              while (!reader.atEof()) {
                writer.write(reader.read(64 * 1024));
                writer.drain();
              }
            }
          },
          address);
      try (server) {
        try (StreamConnection client = openUnixConnection(address)) {
          var receiving = loop.createTask(() -> client.reader().readExactly(sent.length));
          client.writer().write(sent);
          client.writer().drain();
          client.writer().writeEof();
          assertArrayEquals(sent, receiving.await());
          assertEquals(0, client.reader().read(1).length);
        }
      }
      server.awaitClosed();
    });
  }

  @Test
  void peersOfTheJdkAreServed() throws Exception {
    run(() -> {
      try (Server server = startUnixServer(
          (reader, writer) -> {
            try (writer) {
              writer.write(reader.readExactly(5));
            }
          },
          address)) {
        byte[] answer = aside(() -> {
              try (SocketChannel peer = SocketChannel.open(address)) {
                peer.write(ByteBuffer.wrap("hello".getBytes(UTF_8)));
                ByteBuffer got = ByteBuffer.allocate(10);
                while (peer.read(got) >= 0) {
                  // to the end
                }
                return java.util.Arrays.copyOf(got.array(), got.position());
              }
            })
            .await();
        assertEquals("hello", new String(answer, UTF_8));
        assertTrue(server.isServing());
      }
    });
  }

  // The file

  @Test
  void theFileGoesWithTheServer() throws Exception {
    run(() -> {
      Server server = server();
      assertTrue(Files.exists(path));
      server.close();
      assertFalse(Files.exists(path));
      server.close();
    });
  }

  @Test
  void theFileGoesWithTheLoopToo() throws Exception {
    run(() -> assertTrue(server().isServing()));
    loop.close();
    assertFalse(Files.exists(path));
  }

  @Test
  void theFileStaysWhereTheOptionsSaySoForTheNextServerToReplace() throws Exception {
    ServerOptions staying = ServerOptions.DEFAULT.withCleanupSocket(false);
    run(() -> {
      for (int i = 0; i < 2; i++) {
        Server server = loop.createUnixServer(this::log, address, staying);
        assertTrue(server.isServing());
        server.close();
        assertTrue(Files.exists(path));
      }
      assertTrue(loop.createUnixServer(this::log, address, staying).isServing());
    });
    loop.close();
    assertTrue(Files.exists(path));
  }

  @Test
  void aSocketThatAnEarlierServerLeftIsReplaced() throws Exception {
    try (ServerSocketChannel earlier = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      earlier.bind(address);
    }
    assertTrue(Files.exists(path), "the JDK leaves it behind");
    run(() -> {
      ConnectionLog.Pushed serving = new ConnectionLog.Pushed();
      try (Server server = server(serving)) {
        loop.createUnixConnection(this::log, address);
        await("a connection", serving::isMade);
        server.closeClients();
      }
    });
  }

  @Test
  void aFileThatIsNoSocketIsLeftAlone() throws Exception {
    Files.writeString(path, "precious");
    run(() -> assertThrows(BindException.class, () -> server()));
    assertEquals("precious", Files.readString(path));
  }

  @Test
  void aFolderInTheWayIsLeftAlone() throws Exception {
    Files.createDirectory(path);
    run(() -> assertThrows(BindException.class, () -> server()));
    assertTrue(Files.isDirectory(path));
  }

  @Test
  void aServerDoesNotRemoveTheFileOfItsSuccessor() throws Exception {
    run(() -> {
      Server first = server();
      Server second = server();
      first.close();
      assertTrue(Files.exists(path));
      second.close();
      assertFalse(Files.exists(path));
    });
  }

  @Test
  void aServerWhoseFileSomebodyRemovedClosesAllTheSame() throws Exception {
    run(() -> {
      Server server = server();
      Files.delete(path);
      server.close();
    });
  }

  // Bad input

  @Test
  void aPathThatIsTooLongIsRefusedBeforeAnythingIsOpened() throws Exception {
    int[] opened = {0};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      dev.culebra.spi.ListenerSocket openListener(
          dev.culebra.spi.Poller poller, java.net.ProtocolFamily family) throws IOException {
        opened[0]++;
        return super.openListener(poller, family);
      }

      @Override
      dev.culebra.spi.StreamSocket openStream(
          dev.culebra.spi.Poller poller, java.net.ProtocolFamily family) throws IOException {
        opened[0]++;
        return super.openStream(poller, family);
      }
    });
    run(() -> {
      for (int length : new int[] {108, 120, 300}) {
        UnixDomainSocketAddress tooLong = UnixDomainSocketAddress.of("/" + "x".repeat(length));
        SocketException e =
            assertThrows(SocketException.class, () -> loop.createUnixServer(this::log, tooLong));
        assertTrue(nonNull(e.getMessage()).contains("too long"), e.getMessage());
        assertThrows(SocketException.class, () -> loop.createUnixConnection(this::log, tooLong));
      }
    });
    assertEquals(0, opened[0]);
  }

  @Test
  void addressesThatAreNoUnixSocketsAreRefused() throws Exception {
    run(() -> {
      for (SocketAddress wrong : List.of(
          new InetSocketAddress(InetAddress.ofLiteral(HOST), 1), UnixDomainSocketAddress.of(""))) {
        assertThrows(IllegalArgumentException.class, () -> loop.createUnixServer(this::log, wrong));
        assertThrows(
            IllegalArgumentException.class, () -> loop.createUnixConnection(this::log, wrong));
      }
      assertThrows(
          IllegalArgumentException.class,
          () -> loop.createUnixConnection(
              this::log,
              address,
              ConnectOptions.DEFAULT.withLocalAddress(
                  new InetSocketAddress(InetAddress.ofLiteral(HOST), 0))));
      assertThrows(
          NullPointerException.class,
          () -> loop.createUnixServer(this::log, OnLoop.<SocketAddress>none()));
    });
  }

  @Test
  void connectingWhereNobodyListensFails() throws Exception {
    run(() -> {
      assertThrows(IOException.class, () -> loop.createUnixConnection(this::log, address));
      try (ServerSocketChannel gone = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        gone.bind(address);
      }
      assertThrows(
          java.net.ConnectException.class, () -> loop.createUnixConnection(this::log, address));
    });
  }

  @Test
  void aServerMayStartToServeLater() throws Exception {
    run(() -> {
      ConnectionLog.Pushed serving = new ConnectionLog.Pushed();
      try (Server server = loop.createUnixServer(
          () -> log(serving), address, ServerOptions.DEFAULT.withStartServing(false))) {
        var client = loop.createUnixConnection(this::log, address);
        settle();
        assertFalse(serving.isMade());
        server.startServing();
        await("a connection", serving::isMade);
        client.transport().close();
        assertNull(awaitLost(serving));
      }
    });
  }

  // Abstract names

  @Test
  void abstractNamesNeedNoFileWhereTheBackendKnowsThem() throws Exception {
    AbstractSocketAddress name =
        new AbstractSocketAddress("culebra-tck-" + ProcessHandle.current().pid());
    run(() -> {
      ConnectionLog.Pushed serving = new ConnectionLog.Pushed();
      try (Server server = loop.createUnixServer(() -> log(serving), name)) {
        assertEquals(List.of(name), server.addresses());
        var client = loop.createUnixConnection(this::log, name);
        client.transport().write(new byte[] {1});
        await("data", () -> serving.receivedCount() == 1);
        assertEquals(name, client.transport().remoteAddress());
        assertThrows(BindException.class, () -> loop.createUnixServer(this::log, name));
        client.transport().close();
        assertNull(awaitLost(serving));
      } catch (UnsupportedOperationException e) {
        assertTrue(nonNull(e.getMessage()).contains(loop.backend()));
        assertThrows(
            UnsupportedOperationException.class, () -> loop.createUnixConnection(this::log, name));
        assumeTrue(Set.of("epoll").contains(loop.backend()), e.getMessage());
      }
    });
  }

  @Test
  void anAbstractNameIsNeitherEmptyNorTooLong() throws Exception {
    assertThrows(IllegalArgumentException.class, () -> new AbstractSocketAddress(""));
    run(() -> assertThrows(
        SocketException.class,
        () -> loop.createUnixServer(this::log, new AbstractSocketAddress("x".repeat(108)))));
  }
}
