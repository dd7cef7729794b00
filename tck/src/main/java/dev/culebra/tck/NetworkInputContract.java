// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.openDatagramEndpoint;
import static dev.culebra.Asyncio.openUnixConnection;
import static dev.culebra.Asyncio.startUnixServer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Asyncio;
import dev.culebra.AwaitableAction;
import dev.culebra.EventLoop;
import dev.culebra.LoopGroup;
import dev.culebra.LoopGroupOptions;
import dev.culebra.LoopPolicy;
import dev.culebra.net.AsyncDatagramSocket;
import dev.culebra.net.AsyncSocket;
import dev.culebra.net.ConnectOptions;
import dev.culebra.net.DatagramOptions;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.Transport;
import dev.culebra.net.WriteBufferLimits;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a program, or a peer, may get wrong: one exception that says so, and everything else lives on. */
abstract class NetworkInputContract extends TlsOnLoop {

  /** More than any system takes in one call: IOV_MAX is 1024 on Linux, macOS and FreeBSD. */
  private static final int MANY = 2500;

  @TempDir
  private Path folder = Path.of("");

  // Buffers

  private static List<ByteBuffer> pieces(byte[] all, int size) {
    List<ByteBuffer> pieces = new ArrayList<>();
    for (int i = 0; i < all.length; i += size) {
      byte[] piece = new byte[size];
      System.arraycopy(all, i, piece, 0, size);
      pieces.add(ByteBuffer.wrap(piece));
    }
    return pieces;
  }

  /** Writes more buffers at once than one call takes, and changes them. */
  private static void writeMany(Transport transport, byte[] all, int size) {
    List<ByteBuffer> pieces = pieces(all, size);
    transport.writeLines(pieces);
    for (ByteBuffer each : pieces) {
      assertFalse(each.hasRemaining());
      scribbleOver(each);
    }
  }

  private static void scribbleOver(ByteBuffer buffer) {
    buffer.clear();
    while (buffer.hasRemaining()) {
      buffer.put((byte) 99);
    }
  }

  @Test
  void moreBuffersThanOneCallTakesGoOverUnixSockets() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
    run(() -> {
      for (int size : new int[] {1, 400}) {
        byte[] all = SpiContract.pattern(MANY * size);
        ConnectionLog serving = log();
        try (Server server = loop.createUnixServer(() -> serving, address)) {
          assertTrue(server.isServing());
          var client = loop.createUnixConnection(this::log, address);
          writeMany(client.transport(), all, size);
          client.transport().close();
          assertNull(awaitLost(serving));
          assertArrayEquals(all, serving.received());
        }
      }
    });
  }

  @Test
  void moreBuffersThanOneCallTakesGoOverTls() throws Exception {
    run(() -> {
      for (int size : new int[] {1, 400}) {
        byte[] all = SpiContract.pattern(MANY * size);
        Ends ends = ends();
        writeMany(ends.client().transport(), all, size);
        ends.client().transport().close();
        assertNull(awaitLost(ends.server()));
        assertArrayEquals(all, ends.server().received());
      }
    });
  }

  @Test
  void aBufferMayBeChangedAsSoonAsItWasWrittenToTls() throws Exception {
    run(() -> {
      for (boolean direct : new boolean[] {false, true}) {
        for (int size : new int[] {10, 16_384, 500_000}) {
          Ends ends = ends();
          ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
          buffer.put(SpiContract.pattern(size)).flip();
          ends.client().transport().write(buffer);
          assertFalse(buffer.hasRemaining());
          scribbleOver(buffer);
          ends.client().transport().close();
          assertNull(awaitLost(ends.server()));
          assertArrayEquals(SpiContract.pattern(size), ends.server().received());
        }
      }
    });
  }

  // Names

  private void assertUnknown(AwaitableAction call) {
    UnknownHostException e = assertThrows(UnknownHostException.class, call::await);
    assertTrue(String.valueOf(e.getMessage()).contains(TestNames.UNKNOWN), e::toString);
  }

  @Test
  void aHostThatDoesNotResolveIsNamedWhereverItIsGiven() throws Exception {
    InetSocketAddress unknown = InetSocketAddress.createUnresolved(TestNames.UNKNOWN, 9);
    TestNames.nameOf(HOST); // skips the test where names are not ours
    run(() -> {
      assertUnknown(() -> loop.createConnection(this::log, TestNames.UNKNOWN, 9));
      assertUnknown(() -> loop.createServer(this::log, TestNames.UNKNOWN, 0));
      assertUnknown(() -> loop.createConnection(
          this::log, HOST, 9, ConnectOptions.DEFAULT.withLocalAddress(unknown)));
      assertUnknown(() -> openDatagramEndpoint(DatagramOptions.DEFAULT.withLocalAddress(unknown)));
      assertUnknown(() -> openDatagramEndpoint(DatagramOptions.DEFAULT.withRemoteAddress(unknown)));
      try (AsyncSocket socket = loop.openSocket(StandardProtocolFamily.INET);
          Server server = loop.createServer(this::log, HOST, 0)) {
        assertUnknown(() -> loop.sockConnect(socket, unknown));
        loop.sockConnect(socket, address(server));
        server.closeClients();
      }
    });
    try (LoopGroup group = LoopGroup.open(
        LoopGroupOptions.DEFAULT.withLoops(1).withLoopFactory(() -> newLoop(backend())))) {
      assertUnknown(() ->
          group.createServer(this::log, List.of(TestNames.UNKNOWN), 0, ServerOptions.DEFAULT));
    }
  }

  // Unix paths

  @Test
  void whatIsNoSocketIsNotConnectedToAndNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "precious");
    Path folderInTheWay = Files.createDirectory(folder.resolve("folder"));
    Path stale = folder.resolve("stale");
    try (ServerSocketChannel earlier = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      earlier.bind(UnixDomainSocketAddress.of(stale));
    }
    run(() -> {
      for (Path path : List.of(file, folderInTheWay, stale)) {
        ConnectException e = assertThrows(
            ConnectException.class, () -> openUnixConnection(UnixDomainSocketAddress.of(path)));
        assertTrue(String.valueOf(e.getMessage()).contains("refused"), e::toString);
      }
    });
    assertEquals("precious", Files.readString(file));
    assertTrue(Files.exists(stale));
  }

  /** A Unix socket, unlike TCP, tells at once that a server has too much to do. */
  @Test
  void aUnixServerWithAFullBacklogRefusesAndServesOnceItAccepts() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
    ServerOptions small = ServerOptions.DEFAULT.withBacklog(1).withStartServing(false);
    run(() -> {
      try (Server server = startUnixServer(
          (reader, writer) -> {
            try (writer) {
              writer.write(reader.readExactly(1));
            }
          },
          address,
          small)) {
        List<StreamConnection> waiting = new ArrayList<>();
        IOException refusal = assertThrows(IOException.class, () -> {
          while (waiting.size() < 20) {
            waiting.add(openUnixConnection(address));
          }
        });
        assertFalse(waiting.isEmpty());
        assertTrue(refusal.getMessage() != null, refusal::toString);
        server.startServing();
        for (StreamConnection each : waiting) {
          each.writer().write(new byte[] {7});
          assertArrayEquals(new byte[] {7}, each.reader().readAll());
          each.close();
        }
        try (StreamConnection again = openUnixConnection(address)) {
          again.writer().write(new byte[] {8});
          assertArrayEquals(new byte[] {8}, again.reader().readAll());
        }
      }
    });
  }

  /** What TCP alone has is passed over; the client is served. */
  @Test
  void keepAliveHarmsNoUnixServer() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
    run(() -> {
      try (Server server = startUnixServer(
          (reader, writer) -> {
            try (writer) {
              writer.write(reader.readExactly(1));
            }
          },
          address,
          ServerOptions.DEFAULT.withKeepAlive(true))) {
        assertTrue(server.isServing());
        try (StreamConnection client = openUnixConnection(address)) {
          client.writer().write(new byte[] {7});
          assertArrayEquals(new byte[] {7}, client.reader().readAll());
        }
      }
    });
  }

  @Test
  void aUnixServerForWhichThereIsNoSocketTakesNobodysName() throws Exception {
    Path path = folder.resolve("s");
    boolean[] refusing = {false};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      ListenerSocket openListener(Poller poller, ProtocolFamily family) throws IOException {
        if (refusing[0]) {
          throw new IOException("planted: Too many open files");
        }
        return super.openListener(poller, family);
      }
    });
    run(() -> {
      UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
      try (Server server = loop.createUnixServer(this::log, address)) {
        refusing[0] = true;
        assertThrows(IOException.class, () -> loop.createUnixServer(this::log, address));
        assertTrue(Files.exists(path));
        assertTrue(server.isServing());
      }
    });
  }

  @Test
  void anEmptyHostMeansAllInterfacesToAServerAndNothingToAClient() throws Exception {
    run(() -> {
      try (Server server = loop.createServer(this::log, "", 0)) {
        InetSocketAddress address = (InetSocketAddress) server.addresses().get(0);
        assertTrue(address.getAddress().isAnyLocalAddress(), address::toString);
      }
      for (IllegalArgumentException e : List.of(
          assertThrows(
              IllegalArgumentException.class, () -> loop.createConnection(this::log, "", 9)),
          assertThrows(IllegalArgumentException.class, () -> loop.getAddrInfo("", 9)))) {
        assertTrue(String.valueOf(e.getMessage()).contains("host"), e.getMessage());
      }
    });
  }

  @Test
  void aLoopFactoryThatRepeatsItselfIsToldSo() {
    EventLoop[] only = {null};
    IllegalStateException e = assertThrows(
        IllegalStateException.class,
        () -> LoopGroup.open(LoopGroupOptions.DEFAULT.withLoops(2).withLoopFactory(() -> {
              if (only[0] == null) {
                only[0] = LoopPolicy.get().newEventLoop();
              }
              return nonNull(only[0]);
            }))
            .close());
    assertTrue(String.valueOf(e.getMessage()).contains("twice"), e.getMessage());
    assertTrue(nonNull(only[0]).isClosed());
  }

  // Limits, options and targets

  @Test
  void limitsAndProtocolsThatAreNullChangeNothing() throws Exception {
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      assertThrows(
          NullPointerException.class,
          () -> transport.setWriteBufferLimits(OnLoop.<WriteBufferLimits>none()));
      assertThrows(
          NullPointerException.class, () -> transport.setProtocol(OnLoop.<ConnectionLog>none()));
      transport.write(new byte[] {1});
      settle();
      served.peer().receive(1);
    });
  }

  @Test
  void anOptionThatIsOnOrOffTakesNothingElse() throws Exception {
    run(() -> {
      Transport transport = serve().protocol().transport();
      for (SocketOption<Boolean> each :
          List.of(StandardSocketOptions.TCP_NODELAY, StandardSocketOptions.SO_KEEPALIVE)) {
        transport.setOption(each, true);
        assertThrows(
            IllegalArgumentException.class,
            () -> transport.setOption(each, OnLoop.<Boolean>none()));
        assertEquals(true, transport.getOption(each));
      }
    });
  }

  @Test
  void nothingIsReadIntoAReadOnlyBufferNorWaitedFor() throws Exception {
    ByteBuffer target = ByteBuffer.allocate(10).asReadOnlyBuffer();
    run(() -> {
      try (Server server = Asyncio.startServer((reader, writer) -> writer.close(), HOST, 0);
          StreamConnection client = Asyncio.openConnection(HOST, port(server));
          AsyncDatagramSocket datagrams =
              openDatagramEndpoint(DatagramOptions.DEFAULT.withLocalAddress(HOST, 0))) {
        assertThrows(IllegalArgumentException.class, () -> client.reader().read(target));
        assertThrows(IllegalArgumentException.class, () -> datagrams.receive(target));
      }
    });
  }

  // What is read

  @Test
  void aReadOnlyBufferEndsItsConnectionAlone() throws Exception {
    run(() -> {
      ConnectionLog bad = new ConnectionLog.Buffered(ByteBuffer.allocate(10)) {
        @Override
        public ByteBuffer getBuffer(int sizeHint) {
          assertEquals(-1, sizeHint, "how much will come is not known");
          return ByteBuffer.allocate(10).asReadOnlyBuffer();
        }
      };
      Served good = serve();
      serve(bad).peer().send((byte) 1);
      Exception lostWith = awaitLost(bad);
      assertTrue(lostWith instanceof RuntimeException, () -> "" + lostWith);
      reports.take("getBuffer");
      good.peer().send((byte) 1);
      await("data", () -> good.protocol().receivedCount() == 1);
    });
  }
}
