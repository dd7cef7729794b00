// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Task;
import dev.culebra.net.ConnectOptions;
import dev.culebra.net.Connection;
import dev.culebra.net.Server;
import dev.culebra.spi.Backend;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import dev.culebra.spi.StreamSocket;
import dev.culebra.test.TestClock;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** Connecting to the first of several addresses that answers: RFC 8305. */
abstract class ConnectRaceContract extends OnLoop {

  private static final Duration DELAY = Duration.ofMillis(250);
  private static final ConnectOptions STAGGERED =
      ConnectOptions.DEFAULT.withHappyEyeballsDelay(DELAY);

  /** Addresses for documentation, where nobody is: RFC 5737, RFC 3849. */
  private static final String SILENT_1 = "192.0.2.1";

  private static final String SILENT_2 = "192.0.2.2";
  private static final String SILENT_3 = "192.0.2.3";
  private static final String SILENT_6A = "2001:db8::a";
  private static final String SILENT_6B = "2001:db8::b";

  /** Notes the attempts; what is for a documentation address never comes to an end. */
  private static final class SilentNet extends ScriptedBackend {

    final List<String> attempts = new ArrayList<>();
    private final Set<Pollable> hanging = new HashSet<>();

    SilentNet(Backend backend) {
      super(backend);
    }

    @Override
    boolean connect(StreamSocket socket, SocketAddress address) throws IOException {
      String host = ((InetSocketAddress) address).getAddress().getHostAddress();
      attempts.add(host);
      if (host.startsWith("192.0.2.") || host.startsWith("2001:db8:")) {
        hanging.add(socket);
        return false;
      }
      if (host.startsWith("198.51.100.")) {
        throw new NoRouteToHostException("planted");
      }
      return super.connect(socket, address);
    }

    @Override
    void register(Poller poller, Pollable source, int interest, Object attachment)
        throws IOException {
      super.register(poller, source, hanging.contains(source) ? 0 : interest, attachment);
    }
  }

  private SilentNet silentNet() {
    SilentNet net = new SilentNet(backend());
    onClock(TestClock.Mode.JUMPING, net);
    return net;
  }

  private Connection<ConnectionLog> connect(ConnectOptions options, int port, String... addresses)
      throws IOException {
    return loop.createConnection(this::log, TestNames.nameOf(addresses), port, options);
  }

  @Test
  void theNextAddressIsTriedAfterTheDelayAndTheFirstThatAnswersWins() throws Exception {
    SilentNet net = silentNet();
    run(() -> {
      try (Server server = loop.createServer(this::log, HOST, 0)) {
        Duration start = loop.time();
        Connection<ConnectionLog> connection =
            connect(STAGGERED, port(server), SILENT_1, SILENT_2, HOST, SILENT_3);
        assertEquals(DELAY.multipliedBy(2), loop.time().minus(start));
        assertEquals(List.of(SILENT_1, SILENT_2, HOST), net.attempts);
        assertEquals(address(server), connection.transport().remoteAddress());
        sleep(LONG);
        assertEquals(3, net.attempts.size(), "the race is over");
      }
    });
  }

  @Test
  void aFailureStartsTheNextAddressAtOnce() throws Exception {
    SilentNet net = silentNet();
    run(() -> {
      try (Server server = loop.createServer(this::log, HOST, 0)) {
        Duration start = loop.time();
        connect(STAGGERED, port(server), "198.51.100.1", "198.51.100.2", HOST);
        assertEquals(start, loop.time());
        assertEquals(List.of("198.51.100.1", "198.51.100.2", HOST), net.attempts);
      }
    });
  }

  @Test
  void withoutADelayOneAddressIsTriedAtATime() throws Exception {
    SilentNet net = silentNet();
    run(() -> {
      Task<?> connecting = createTask(
          () -> connect(ConnectOptions.DEFAULT, vacantPort(), "198.51.100.1", SILENT_1, HOST));
      sleep(LONG);
      assertEquals(List.of("198.51.100.1", SILENT_1), net.attempts);
      assertFalse(connecting.done());
      connecting.cancel();
      assertThrows(CancellationException.class, connecting::await);
    });
  }

  @Test
  void theTwoFamiliesTakeTurns() throws Exception {
    SilentNet net = silentNet();
    String[] addresses = {SILENT_6A, SILENT_6B, "2001:db8::c", SILENT_1, SILENT_2};
    run(() -> {
      tryAllInVain(STAGGERED, addresses);
      assertEquals(
          List.of(
              "2001:db8:0:0:0:0:0:a",
              SILENT_1,
              "2001:db8:0:0:0:0:0:b",
              SILENT_2,
              "2001:db8:0:0:0:0:0:c"),
          net.attempts);
      net.attempts.clear();
      tryAllInVain(STAGGERED.withInterleave(2), addresses);
      assertEquals(
          List.of(
              "2001:db8:0:0:0:0:0:a",
              "2001:db8:0:0:0:0:0:b",
              SILENT_1,
              "2001:db8:0:0:0:0:0:c",
              SILENT_2),
          net.attempts);
      net.attempts.clear();
      tryAllInVain(STAGGERED.withInterleave(0), SILENT_1, SILENT_2, SILENT_6A);
      assertEquals(List.of(SILENT_1, SILENT_2, "2001:db8:0:0:0:0:0:a"), net.attempts);
    });
  }

  private void tryAllInVain(ConnectOptions options, String... addresses) throws Exception {
    Task<?> connecting = createTask(() -> connect(options, 1, addresses));
    sleep(LONG);
    assertFalse(connecting.done());
    connecting.cancel();
    assertThrows(CancellationException.class, connecting::await);
  }

  @Test
  void onlyTheFamilyAskedForIsTried() throws Exception {
    SilentNet net = silentNet();
    run(() -> {
      try (Server server = loop.createServer(this::log, HOST, 0)) {
        ConnectOptions only4 = ConnectOptions.DEFAULT.withFamily(StandardProtocolFamily.INET);
        connect(only4, port(server), SILENT_6A, HOST);
        assertEquals(List.of(HOST), net.attempts);
        assertThrows(IOException.class, () -> connect(only4, port(server), SILENT_6A));
        assertThrows(
            IOException.class,
            () ->
                openConnection(HOST, port(server), only4.withFamily(StandardProtocolFamily.INET6)));
        assertEquals(List.of(HOST), net.attempts);
      }
    });
  }

  @Test
  void aCancelledRaceClosesAllItsSockets() throws Exception {
    SilentNet net = silentNet();
    run(() -> {
      Task<?> connecting =
          createTask(() -> connect(STAGGERED, 1, SILENT_1, SILENT_2, SILENT_3, SILENT_6A));
      sleep(DELAY.plusMillis(1));
      assertEquals(2, net.attempts.size());
      connecting.cancel();
      assertThrows(CancellationException.class, connecting::await);
      net.hanging.forEach(socket -> assertFalse(socket.isOpen()));
      sleep(LONG);
      assertEquals(2, net.attempts.size(), "nothing is started after the end");
    });
  }

  /** Whether or not the task has gone on by then, the winner must not stay open. */
  @Test
  void aRaceThatIsCancelledJustWhenItIsWonLeavesNoSocket() throws Exception {
    run(() -> {
      try (Server server = loop.createServer(this::log, HOST, 0)) {
        for (int turns = 0; turns < 8; turns++) {
          int later = turns;
          Task<?> connecting = createTask(
              () -> loop.createConnection(this::log, HOST, port(server)).transport());
          for (int i = 0; i < later; i++) {
            sleep(Duration.ZERO);
          }
          connecting.cancel();
          await("the end", connecting::done);
        }
      }
    });
  }

  @Test
  void aLoopThatIsClosedInTheMiddleOfARaceClosesItsSockets() throws Exception {
    SilentNet net = silentNet();
    run(() -> {
      createTask(() -> connect(STAGGERED, 1, SILENT_1, SILENT_2, SILENT_3));
      sleep(DELAY.plusMillis(1));
    });
    loop.close();
    reports.take("Task was destroyed but it is pending");
    assertEquals(2, net.hanging.size());
    net.hanging.forEach(socket -> assertFalse(socket.isOpen()));
  }

  @Test
  void attemptsThatEndTogetherLeaveOneConnection() throws Exception {
    run(() -> {
      List<ConnectionLog> served = new ArrayList<>();
      try (Server server = loop.createServer(
          () -> {
            served.add(log());
            return served.get(served.size() - 1);
          },
          HOST,
          0)) {
        Connection<ConnectionLog> connection = connect(
            ConnectOptions.DEFAULT.withHappyEyeballsDelay(Duration.ZERO), port(server), HOST, HOST);
        connection.transport().write(new byte[] {1});
        await("the byte", () -> served.stream().anyMatch(each -> each.receivedCount() == 1));
        for (ConnectionLog each : served) {
          if (each.receivedCount() == 0) {
            assertNull(awaitLost(each));
          }
        }
      }
    });
  }

  @Test
  void ifAllFailTheErrorTellsOfEach() throws Exception {
    silentNet();
    int port = vacantPort();
    run(() -> {
      IOException e =
          assertThrows(IOException.class, () -> connect(STAGGERED, port, "198.51.100.1", HOST));
      assertTrue(nonNull(e.getMessage()).contains("planted"), e.getMessage());
      assertEquals(
          List.of(NoRouteToHostException.class, ConnectException.class),
          List.of(e.getSuppressed()).stream().map(Object::getClass).toList());
      NoRouteToHostException same = assertThrows(
          NoRouteToHostException.class,
          () -> connect(STAGGERED, port, "198.51.100.1", "198.51.100.2"));
      assertEquals(1, same.getSuppressed().length);
    });
  }

  @Test
  void aLiteralAddressIsTriedWithoutALookUp() throws Exception {
    SilentNet net = silentNet();
    run(() -> {
      Task<?> connecting = createTask(() -> openConnection(SILENT_1, 1));
      sleep(Duration.ZERO);
      assertEquals(List.of(SILENT_1), net.attempts, "in the first step of the task");
      connecting.cancel();
      assertThrows(CancellationException.class, connecting::await);
    });
  }

  // The local address

  @Test
  void aLocalHostNameIsResolved() throws Exception {
    run(() -> {
      try (Server server = loop.createServer(this::log, HOST, 0)) {
        String name = TestNames.nameOf("::1", HOST);
        ConnectOptions options =
            ConnectOptions.DEFAULT.withLocalAddress(InetSocketAddress.createUnresolved(name, 0));
        var connection = loop.createConnection(this::log, HOST, port(server), options);
        assertEquals(
            HOST,
            ((InetSocketAddress) connection.transport().localAddress())
                .getAddress()
                .getHostAddress());
        assertThrows(
            java.net.UnknownHostException.class,
            () -> loop.createConnection(
                this::log,
                HOST,
                port(server),
                options.withLocalAddress(
                    InetSocketAddress.createUnresolved(TestNames.UNKNOWN, 0))));
      }
    });
  }

  @Test
  void aLocalAddressThatIsNotOfThisHostIsABindException() throws Exception {
    run(() -> {
      ConnectOptions options = ConnectOptions.DEFAULT.withLocalAddress(
          new InetSocketAddress(InetAddress.ofLiteral(SILENT_1), 0));
      assertThrows(
          BindException.class, () -> loop.createConnection(this::log, HOST, vacantPort(), options));
    });
  }

  @Test
  void optionsThatMakeNoSenseAreRefused() {
    ConnectOptions options = ConnectOptions.DEFAULT;
    assertThrows(
        IllegalArgumentException.class, () -> options.withHappyEyeballsDelay(Duration.ofNanos(-1)));
    assertThrows(IllegalArgumentException.class, () -> options.withInterleave(-1));
    assertThrows(
        IllegalArgumentException.class, () -> options.withFamily(StandardProtocolFamily.UNIX));
    assertEquals(1, options.withHappyEyeballsDelay(DELAY).interleave());
    assertEquals(2, options.withInterleave(2).withHappyEyeballsDelay(DELAY).interleave());
  }
}
