// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Task;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.Transport;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Servers: where they listen, how they end, and those who wait for that. */
abstract class ServerContract extends OnLoop {

  private static final ServerOptions DEFAULT = ServerOptions.DEFAULT;

  private final List<ConnectionLog> served = new ArrayList<>();

  /** Makes a protocol for each connection, and keeps it. */
  private ConnectionLog make() {
    ConnectionLog protocol = log();
    served.add(protocol);
    return protocol;
  }

  private Server listen() throws IOException {
    return loop.createServer(this::make, HOST, 0);
  }

  private void assertServesAt(InetSocketAddress address) throws Exception {
    int before = served.size();
    Peer peer = peerAt(address);
    await("a connection at " + address, () -> served.size() == before + 1);
    await("connectionMade", () -> served.get(before).isMade());
    served.get(before).transport().write(new byte[] {1, 2, 3});
    assertArrayEquals(new byte[] {1, 2, 3}, aside(() -> peer.receive(3)).await());
  }

  private static void assertRefusesAt(InetSocketAddress address) {
    assertThrows(
        IOException.class, () -> java.nio.channels.SocketChannel.open(address).close());
  }

  private static InetSocketAddress at(String host, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(host), port);
  }

  // Where it listens

  @Test
  void itListensAtThePortThatItSays() throws Exception {
    run(() -> {
      try (Server server = listen()) {
        assertTrue(server.isServing());
        assertEquals(1, server.addresses().size());
        assertEquals(InetAddress.ofLiteral(HOST), address(server).getAddress());
        assertNotEquals(0, port(server));
        assertServesAt(address(server));
        int vacant = vacantPort();
        try (Server second = loop.createServer(this::make, HOST, vacant)) {
          assertEquals(vacant, port(second));
          assertServesAt(address(second));
        }
      }
    });
  }

  @Test
  void itListensAtSeveralHosts() throws Exception {
    SpiContract.assumeIpv6();
    run(() -> {
      try (Server server = loop.createServer(this::make, List.of(HOST, "::1"), 0, DEFAULT)) {
        assertEquals(2, server.addresses().size());
        for (var each : server.addresses()) {
          assertServesAt((InetSocketAddress) each);
        }
      }
    });
  }

  @Test
  void itListensAtAllAddressesOfAName() throws Exception {
    SpiContract.assumeIpv6();
    run(() -> {
      String name = TestNames.nameOf("::1", HOST);
      try (Server server = loop.createServer(this::make, name, 0)) {
        assertEquals(2, server.addresses().size());
        assertServesAt((InetSocketAddress) server.addresses().get(0));
        assertServesAt((InetSocketAddress) server.addresses().get(1));
      }
    });
  }

  @Test
  void noHostMeansAllInterfaces() throws Exception {
    run(() -> {
      try (Server server = loop.createServer(this::make, (String) null, 0)) {
        assertTrue(address(server).getAddress().isAnyLocalAddress());
        assertServesAt(at(HOST, port(server)));
        SpiContract.assumeIpv6();
        assertServesAt(at("::1", port(server)));
      }
    });
  }

  @Test
  void withoutIpv6NoHostMeansAllIpv4Interfaces() throws Exception {
    onBackend(new ScriptedBackend(backend()) {
      @Override
      ListenerSocket openListener(Poller poller, ProtocolFamily family) throws IOException {
        if (family == StandardProtocolFamily.INET6) {
          throw new SocketException("Address family not supported by protocol");
        }
        return super.openListener(poller, family);
      }
    });
    run(() -> {
      try (Server server = loop.createServer(this::make, (String) null, 0)) {
        assertServesAt(at(HOST, port(server)));
      }
    });
  }

  @Test
  void theTwoWildcardsAreOneServer() throws Exception {
    SpiContract.assumeIpv6();
    for (List<String> hosts : List.of(List.of("0.0.0.0", "::"), List.of("::", "0.0.0.0"))) {
      run(() -> {
        try (Server server = loop.createServer(this::make, hosts, vacantPort(), DEFAULT)) {
          assertServesAt(at(HOST, port(server)));
          assertServesAt(at("::1", port(server)));
        }
      });
    }
  }

  @Test
  void aHostGivenTwiceIsOneHost() throws Exception {
    run(() -> {
      List<String> hosts = List.of(HOST, TestNames.nameOf(HOST, HOST), HOST);
      try (Server server = loop.createServer(this::make, hosts, vacantPort(), DEFAULT)) {
        assertEquals(1, server.addresses().size());
      }
    });
  }

  @Test
  void anAddressThatIsNotLocalIsPassedOverIfThereIsAnother() throws Exception {
    String notLocal = "192.0.2.1"; // a documentation address, RFC 5737
    run(() -> {
      try (Server server = loop.createServer(this::make, TestNames.nameOf(notLocal, HOST), 0)) {
        assertEquals(1, server.addresses().size());
        assertServesAt(address(server));
      }
      assertThrows(
          BindException.class, () -> loop.createServer(this::make, notLocal, 0).close());
    });
  }

  // What is refused

  @Test
  void aPortInUseIsRefusedAndNoOtherAddressStaysBound() throws Exception {
    SpiContract.assumeIpv6();
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = busy.getLocalPort();
      run(() -> {
        assertThrows(
            BindException.class, () -> loop.createServer(this::make, HOST, port).close());
        assertThrows(
            BindException.class,
            () -> loop.createServer(this::make, List.of("::1", HOST), port, DEFAULT)
                .close());
        new ServerSocket(port, 1, InetAddress.ofLiteral("::1")).close(); // it is free at once
      });
    }
  }

  @Test
  void aHostThatIsUnknownIsRefused() throws Exception {
    run(() -> {
      for (List<String> hosts :
          List.of(List.of(TestNames.UNKNOWN), List.of(HOST, TestNames.UNKNOWN))) {
        assertThrows(
            UnknownHostException.class,
            () -> loop.createServer(this::make, hosts, 0, DEFAULT).close());
      }
    });
  }

  @Test
  void argumentsThatMakeNoSenseAreRefusedBeforeAnythingIsOpened() throws Exception {
    onBackend(new ScriptedBackend(backend()) {
      @Override
      ListenerSocket openListener(Poller poller, ProtocolFamily family) {
        throw new AssertionError("nothing is to be opened");
      }
    });
    run(() -> {
      for (int port : new int[] {-1, 65_536, Integer.MIN_VALUE}) {
        assertThrows(
            IllegalArgumentException.class,
            () -> loop.createServer(this::make, HOST, port).close());
      }
      assertThrows(
          NullPointerException.class,
          () ->
              loop.createServer(OnLoop.<Supplier<ConnectionLog>>none(), HOST, 0).close());
    });
    assertThrows(IllegalArgumentException.class, () -> DEFAULT.withBacklog(0));
    assertThrows(IllegalArgumentException.class, () -> DEFAULT.withLimitBytes(0));
  }

  // Starting

  @Test
  void aServerThatDoesNotServeYetLeavesConnectionsWaiting() throws Exception {
    run(() -> {
      try (Server server =
          loop.createServer(this::make, HOST, 0, DEFAULT.withStartServing(false))) {
        assertFalse(server.isServing());
        Peer early = peerOf(server);
        early.send((byte) 1);
        settle();
        assertEquals(List.of(), served);
        server.startServing();
        server.startServing();
        assertTrue(server.isServing());
        await(
            "the early one's byte", () -> !served.isEmpty() && served.get(0).receivedCount() == 1);
        assertServesAt(address(server));
        assertEquals(2, served.size());
      }
    });
  }

  @Test
  void aClosedServerIsNotStarted() throws Exception {
    run(() -> {
      Server server = listen();
      server.close();
      assertThrows(IllegalStateException.class, server::startServing);
      assertThrows(IllegalStateException.class, server::serveForever);
    });
  }

  @Test
  void hundredConnectionsThatComeAtOnceAreAllServed() throws Exception {
    run(() -> {
      try (Server server =
          loop.createServer(this::make, HOST, 0, DEFAULT.withStartServing(false))) {
        for (int i = 0; i < 100; i++) {
          peerOf(server).send((byte) i);
        }
        server.startServing();
        await(
            "all of them",
            () -> served.size() == 100
                && served.stream().allMatch(each -> each.receivedCount() == 1));
      }
    });
  }

  // Its connections

  @Test
  void socketOptionsAreThoseThatWereAskedFor() throws Exception {
    run(() -> {
      try (Server server = loop.createServer(this::make, HOST, 0, DEFAULT.withKeepAlive(true))) {
        assertServesAt(address(server));
        Transport transport = served.get(0).transport();
        assertTrue(transport.getOption(StandardSocketOptions.SO_KEEPALIVE));
        assertTrue(transport.getOption(StandardSocketOptions.TCP_NODELAY));
      }
    });
  }

  @Test
  void aSharedPortIsListenedAtByTwoServers() throws Exception {
    run(() -> {
      ServerOptions shared = DEFAULT.withReusePort(true);
      try (Server first = loop.createServer(this::make, HOST, 0, shared);
          Server second = loop.createServer(this::make, HOST, port(first), shared)) {
        assertEquals(first.addresses(), second.addresses());
        assertServesAt(address(first));
      }
    });
  }

  @Test
  void aFactoryThatThrowsIsReportedAndTheClientDropped() throws Exception {
    IllegalArgumentException thrown = new IllegalArgumentException("planted");
    Supplier<ConnectionLog> factory = () -> {
      if (served.isEmpty()) {
        served.add(new ConnectionLog.Pushed());
        throw thrown;
      }
      return make();
    };
    run(() -> {
      try (Server server = loop.createServer(factory, HOST, 0)) {
        Peer dropped = peerOf(server);
        await("the report", () -> reports.count() == 1);
        sleep(Duration.ZERO); // NIO closes descriptors when it next selects
        aside(() -> {
              dropped.awaitEnd();
              return 0;
            })
            .await();
        assertServesAt(address(server));
      }
    });
    assertSame(thrown, reports.take("transport creation").exception());
  }

  @Test
  void aFactoryThatMakesNoProtocolIsReportedAndTheClientDropped() throws Exception {
    run(() -> {
      for (Supplier<? extends BaseProtocol> factory : List.<Supplier<? extends BaseProtocol>>of(
          () -> new BaseProtocol() {}, OnLoop::<ConnectionLog>none)) {
        try (Server server = loop.createServer(factory, HOST, 0)) {
          Peer dropped = peerOf(server);
          await("the report", () -> reports.count() == 1);
          reports.take("transport creation");
          aside(() -> {
                dropped.awaitEnd();
                return 0;
              })
              .await();
        }
      }
    });
  }

  // Closing

  @Test
  void closeEndsListeningAtOnceAndLeavesTheConnectionsAlone() throws Exception {
    run(() -> {
      Server server = listen();
      InetSocketAddress address = address(server);
      assertServesAt(address);
      server.close();
      server.close();
      assertFalse(server.isServing());
      assertEquals(List.of(), server.addresses());
      assertRefusesAt(address);
      new ServerSocket(address.getPort(), 1, address.getAddress()).close();
      served.get(0).transport().write(new byte[] {1});
      settle();
      assertFalse(served.get(0).isLost());
    });
  }

  @Test
  void aConnectionThatWaitsWhenTheServerClosesIsNotMade() throws Exception {
    run(() -> {
      Server server = listen();
      peerOf(server);
      server.close();
      settle();
      assertEquals(List.of(), served);
    });
  }

  @Test
  void awaitClosedWaitsForTheCloseAndForTheLastConnection() throws Exception {
    run(() -> {
      Server server = listen();
      assertServesAt(address(server));
      assertServesAt(address(server));
      Task<?> first = createTask(server::awaitClosed);
      settle();
      server.close();
      Task<?> second = createTask(server::awaitClosed);
      settle();
      served.get(0).transport().close();
      settle();
      assertFalse(first.done());
      assertFalse(second.done());
      served.get(1).transport().abort();
      first.await();
      second.await();
      assertTrue(served.get(1).isLost());
      server.awaitClosed();
    });
  }

  @Test
  void awaitClosedWaitsForTheCloseAlsoWhenThereIsNoConnection() throws Exception {
    run(() -> {
      Server server = listen();
      assertServesAt(address(server));
      served.get(0).transport().close();
      awaitLost(served.get(0));
      Task<?> waiting = createTask(server::awaitClosed);
      settle();
      assertFalse(waiting.done());
      server.close();
      waiting.await();
    });
  }

  @Test
  void whoAwaitsTheCloseMayBeCancelledAndTheOthersWaitOn() throws Exception {
    run(() -> {
      Server server = listen();
      Task<?> first = createTask(server::awaitClosed);
      Task<?> second = createTask(server::awaitClosed);
      settle();
      first.cancel();
      assertThrows(CancellationException.class, first::await);
      assertFalse(second.done());
      server.close();
      second.await();
    });
  }

  @Test
  void closeClientsSendsWhatIsBufferedAndAbortClientsDoesNot() throws Exception {
    int size = 6_000_000; // more than the sockets of a new connection hold
    run(() -> {
      Server server = listen();
      Peer patient = peerOf(server);
      Peer lost = peerOf(server);
      await("two connections", () -> served.size() == 2 && served.get(1).isMade());
      served.get(0).transport().write(new byte[size]);
      server.closeClients();
      assertEquals(size, aside(() -> patient.receive(size)).await().length);
      assertNull(awaitLost(served.get(0)));
      assertNull(awaitLost(served.get(1)));
      lost.awaitEnd();
      assertTrue(server.isServing());
      peerOf(server);
      await("another", () -> served.size() == 3 && served.get(2).isMade());
      served.get(2).transport().write(new byte[size]);
      server.abortClients();
      assertEquals(0, served.get(2).transport().getWriteBufferSize());
      assertNull(awaitLost(served.get(2)));
      server.close();
      server.awaitClosed();
    });
  }

  @Test
  void closingBothInEitherOrderEndsTheServer() throws Exception {
    run(() -> {
      for (boolean clientsFirst : new boolean[] {true, false}) {
        Server server = listen();
        assertServesAt(address(server));
        if (clientsFirst) {
          server.closeClients();
          server.close();
        } else {
          server.close();
          server.abortClients();
        }
        server.awaitClosed();
      }
    });
  }

  // serveForever

  @Test
  void serveForeverServesUntilItIsCancelled() throws Exception {
    run(() -> {
      Server server = loop.createServer(this::make, HOST, 0, DEFAULT.withStartServing(false));
      InetSocketAddress address = address(server);
      Task<?> serving = createTask(server::serveForever);
      settle();
      assertTrue(server.isServing());
      assertServesAt(address);
      serving.cancel();
      settle();
      assertFalse(server.isServing());
      assertFalse(serving.done(), "a connection stands");
      served.get(0).transport().close();
      assertThrows(CancellationException.class, serving::await);
      assertTrue(serving.cancelled());
      assertRefusesAt(address);
    });
  }

  @Test
  void serveForeverEndsWhenTheServerIsClosed() throws Exception {
    run(() -> {
      Server server = listen();
      Task<?> serving = createTask(server::serveForever);
      settle();
      server.close();
      assertThrows(CancellationException.class, serving::await);
    });
  }

  @Test
  void onlyOneTaskServesForever() throws Exception {
    run(() -> {
      Server server = listen();
      Task<?> serving = createTask(server::serveForever);
      settle();
      assertThrows(IllegalStateException.class, server::serveForever);
      assertFalse(serving.done());
      serving.cancel();
      assertThrows(CancellationException.class, serving::await);
    });
  }
}
