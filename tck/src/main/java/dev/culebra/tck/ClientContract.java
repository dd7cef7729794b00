// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.ConnectOptions;
import dev.culebra.net.Connection;
import dev.culebra.net.Server;
import dev.culebra.net.Transport;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** Connecting. */
abstract class ClientContract extends OnLoop {

  private final List<Object> ran = new ArrayList<>();

  private Connection<ConnectionLog> connect(String host, int port) throws IOException {
    return loop.createConnection(this::log, host, port);
  }

  // How it succeeds

  @Test
  void aConnectionIsReturnedWhenItsProtocolHasBeenTold() throws Exception {
    run(() -> {
      ConnectionLog serving = log();
      try (Server server = loop.createServer(() -> serving, HOST, 0)) {
        Connection<ConnectionLog> connection = connect(HOST, port(server));
        assertEquals(List.of("made"), connection.protocol().events);
        assertSame(connection.transport(), connection.protocol().transport());
        assertSame(connection.protocol(), connection.transport().getProtocol());
        assertEquals(address(server), connection.transport().remoteAddress());
        assertTrue(connection.transport().getOption(StandardSocketOptions.TCP_NODELAY));
        connection.transport().write(new byte[] {1, 2, 3});
        await("data", () -> serving.receivedCount() == 3);
        assertEquals(connection.transport().localAddress(), serving.transport().remoteAddress());
        connection.transport().close();
        assertNull(awaitLost(connection.protocol()));
        assertNull(awaitLost(serving));
      }
    });
  }

  @Test
  void thatAPeerSendsAtOnceIsReceivedAfterConnectionMade() throws Exception {
    ConnectionLog greeting = new ConnectionLog.Pushed() {
      @Override
      public void connectionMade(Transport transport) {
        super.connectionMade(transport);
        transport.write(new byte[] {1, 2, 3});
        transport.close();
      }
    };
    run(() -> {
      try (Server server = loop.createServer(() -> log(greeting), HOST, 0)) {
        ConnectionLog protocol = connect(HOST, port(server)).protocol();
        assertNull(awaitLost(protocol));
        assertArrayEquals(new byte[] {1, 2, 3}, protocol.received());
      }
    });
  }

  @Test
  void aNameIsResolvedAndItsAddressesTriedInTurn() throws Exception {
    SpiContract.assumeIpv6();
    run(() -> {
      try (Server server = loop.createServer(this::log, HOST, 0)) {
        String refusedFirst = TestNames.nameOf("::1", HOST);
        Transport transport = connect(refusedFirst, port(server)).transport();
        assertEquals(address(server), transport.remoteAddress());
        connect(TestNames.nameOf(HOST, "::1"), port(server));
        connect("localhost", port(server));
      }
    });
  }

  @Test
  void theLocalAddressIsTheOneAskedFor() throws Exception {
    run(() -> {
      try (Server server = loop.createServer(this::log, HOST, 0)) {
        InetSocketAddress local = new InetSocketAddress(InetAddress.ofLiteral(HOST), vacantPort());
        ConnectOptions options = ConnectOptions.DEFAULT.withLocalAddress(local);
        var connection = loop.createConnection(this::log, HOST, port(server), options);
        assertEquals(local, connection.transport().localAddress());
        assertThrows(
            BindException.class,
            () -> loop.createConnection(
                this::log,
                HOST,
                port(server),
                ConnectOptions.DEFAULT.withLocalAddress(address(server))));
      }
    });
  }

  @Test
  void aLocalAddressOfTheOtherFamilyFailsThatAddressOnly() throws Exception {
    SpiContract.assumeIpv6();
    run(() -> {
      try (Server server = loop.createServer(this::log, HOST, 0)) {
        ConnectOptions options = ConnectOptions.DEFAULT.withLocalAddress(
            new InetSocketAddress(InetAddress.ofLiteral(HOST), 0));
        String name = TestNames.nameOf("::1", HOST);
        loop.createConnection(this::log, name, port(server), options);
      }
    });
  }

  // How it fails

  @Test
  void aRefusedConnectionThrowsConnectException() throws Exception {
    int port = vacantPort();
    run(() -> {
      assertThrows(ConnectException.class, () -> connect(HOST, port));
      assertThrows(ConnectException.class, () -> openConnection(HOST, port));
    });
  }

  @Test
  void refusalsByAllAddressesAreOneRefusalThatTellsOfAll() throws Exception {
    SpiContract.assumeIpv6();
    int port = vacantPort();
    String name = TestNames.nameOf("::1", HOST);
    run(() -> assertThrows(ConnectException.class, () -> connect(name, port)));
  }

  @Test
  void failuresOfSeveralKindsAreAllTold() throws Exception {
    SpiContract.assumeIpv6();
    onBackend(new ScriptedBackend(backend()) {
      @Override
      StreamSocket openStream(Poller poller, ProtocolFamily family) throws IOException {
        if (family == java.net.StandardProtocolFamily.INET6) {
          throw new IOException("planted");
        }
        return super.openStream(poller, family);
      }
    });
    int port = vacantPort();
    run(() -> {
      IOException e =
          assertThrows(IOException.class, () -> connect(TestNames.nameOf("::1", HOST), port));
      List<Throwable> all = new ArrayList<>(List.of(e.getSuppressed()));
      all.add(e);
      assertTrue(all.stream().anyMatch(each -> "planted".equals(each.getMessage())));
      assertTrue(all.stream().anyMatch(ConnectException.class::isInstance));
    });
  }

  @Test
  void aHostThatIsUnknownThrowsUnknownHostException() throws Exception {
    run(() -> {
      assertThrows(UnknownHostException.class, () -> connect(TestNames.UNKNOWN, 1));
      assertThrows(UnknownHostException.class, () -> openConnection(TestNames.UNKNOWN, 1));
    });
  }

  @Test
  void argumentsThatMakeNoSenseAreRefusedBeforeAnythingIsOpened() throws Exception {
    onBackend(new ScriptedBackend(backend()) {
      @Override
      StreamSocket openStream(Poller poller, ProtocolFamily family) {
        throw new AssertionError("nothing is to be opened");
      }
    });
    run(() -> {
      for (int port : new int[] {0, -1, 65_536}) {
        assertThrows(IllegalArgumentException.class, () -> connect(HOST, port));
        assertThrows(IllegalArgumentException.class, () -> openConnection(HOST, port));
      }
      assertThrows(NullPointerException.class, () -> connect(none(), 1));
      loop.callSoon(
          () -> ran.add(assertThrows(IllegalStateException.class, () -> connect(HOST, 1))));
      sleep(Duration.ZERO);
      assertEquals(1, ran.size(), "a callback does not connect");
    });
    assertThrows(IllegalArgumentException.class, () -> ConnectOptions.DEFAULT.withLimitBytes(0));
  }

  @Test
  void aFactoryThatFailsFailsTheCallAndLeavesNoSocket() throws Exception {
    IllegalStateException thrown = new IllegalStateException("planted");
    run(() -> {
      List<ConnectionLog> serving = new ArrayList<>();
      try (Server server = loop.createServer(
          () -> {
            serving.add(log());
            return serving.get(serving.size() - 1);
          },
          HOST,
          0)) {
        assertSame(
            thrown,
            assertThrows(
                IllegalStateException.class,
                () -> loop.createConnection(() -> raise(thrown), HOST, port(server))));
        assertThrows(
            IllegalArgumentException.class,
            () -> loop.createConnection(() -> new BaseProtocol() {}, HOST, port(server)));
        await("two connections", () -> serving.size() == 2);
        assertNull(awaitLost(serving.get(0)));
        assertNull(awaitLost(serving.get(1)));
      }
    });
  }

  // Cancelling

  /** A backend on which a connect never ends. */
  private ScriptedBackend neverConnecting() {
    return new ScriptedBackend(backend()) {
      @Override
      void register(Poller poller, Pollable source, int interest, Object attachment)
          throws IOException {
        super.register(poller, source, 0, attachment);
      }
    };
  }

  @Test
  void aTaskThatConnectsIsCancelledAndItsSocketClosed() throws Exception {
    onBackend(neverConnecting());
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      run(() -> {
        Task<?> connecting = createTask(() -> connect(HOST, listener.getLocalPort()));
        settle();
        assertFalse(connecting.done());
        connecting.cancel();
        assertThrows(CancellationException.class, connecting::await);
      });
    }
  }

  @Test
  void aTaskThatResolvesAHostIsCancelled() throws Exception {
    run(() -> {
      Task<?> connecting =
          createTask(() -> connect("slow." + TestNames.nameOf(HOST), vacantPort()));
      sleep(Duration.ZERO); // it has started; the name takes longer
      connecting.cancel();
      assertThrows(CancellationException.class, connecting::await);
      Task<?> another = createTask(() -> openConnection("slow." + TestNames.UNKNOWN, 1));
      assertThrows(UnknownHostException.class, another::await);
    });
  }

  @Test
  void aConnectionMadeForATaskThatIsCancelledMeanwhileIsEnded() throws Exception {
    run(() -> {
      ConnectionLog serving = log();
      try (Server server = loop.createServer(() -> serving, HOST, 0)) {
        Task<?>[] connecting = new Task<?>[1];
        ConnectionLog protocol = log(new ConnectionLog.Pushed() {
          @Override
          public void connectionMade(Transport transport) {
            super.connectionMade(transport);
            connecting[0].cancel();
          }
        });
        connecting[0] = createTask(() -> loop.createConnection(() -> protocol, HOST, port(server)));
        assertThrows(CancellationException.class, connecting[0]::await);
        assertNull(awaitLost(protocol));
        assertNull(awaitLost(serving));
      }
    });
  }

  /** The readiness of a connect must not reach what its cancelled task waits for next. */
  @Test
  void aConnectThatEndsJustWhenItIsCancelledDisturbsNothing() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      run(() -> {
        LoopFuture<String> next = loop.createFuture();
        Task<String> connecting = createTask(() -> {
          try {
            connect(HOST, listener.getLocalPort());
            return "connected";
          } catch (CancellationException e) {
            return next.await();
          }
        });
        loop.callSoon(() -> {
          connecting.cancel();
          long startNanos = System.nanoTime();
          while (System.nanoTime() - startNanos < 500_000) {
            Thread.onSpinWait(); // long enough for the next iteration to poll
          }
        });
        settle();
        assertFalse(connecting.done());
        next.setResult("went on");
        assertEquals("went on", connecting.await());
      });
    }
  }

  @Test
  void aFailureOfThePollerToTakeTheSocketFailsTheConnect() throws Exception {
    onBackend(new ScriptedBackend(backend()) {
      @Override
      void register(Poller poller, Pollable source, int interest, Object attachment)
          throws IOException {
        throw new IOException("planted");
      }
    });
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      run(() -> assertInstanceOf(
          IOException.class,
          assertThrows(IOException.class, () -> connect(HOST, listener.getLocalPort()))));
    }
  }
}
