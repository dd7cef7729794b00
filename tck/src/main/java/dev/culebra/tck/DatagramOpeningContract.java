// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.net.BaseProtocol;
import dev.culebra.net.DatagramOptions;
import dev.culebra.net.DatagramTransport;
import dev.culebra.spi.DgramSocket;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** How datagram endpoints are opened, and with what options. */
abstract class DatagramOpeningContract extends DatagramOnLoop {

  // ---- options

  @Test
  void broadcastsNeedTheOption() throws Exception {
    run(() -> {
      InetSocketAddress everybody =
          new InetSocketAddress(InetAddress.ofLiteral("255.255.255.255"), vacantPort());
      DatagramLog without = open(LOCAL);
      without.transport().sendTo(new byte[1], everybody);
      await("an error", () -> without.errors.size() == 1);
      DatagramLog with = open(LOCAL.withAllowBroadcast(true));
      assertEquals(true, with.transport().getOption(StandardSocketOptions.SO_BROADCAST));
      with.transport().sendTo(new byte[1], everybody);
      settle();
      assertFalse(
          with.errors.stream().anyMatch(BindException.class::isInstance), // EACCES
          () -> "refused: " + with.errors);
    });
  }

  @Test
  void aBroadcastersRemoteAddressIsNoPeer() throws Exception {
    run(() -> {
      DatagramLog receiver = open(LOCAL);
      DatagramLog stranger = open(LOCAL);
      DatagramLog sender = open(connectedTo(receiver).withAllowBroadcast(true));
      assertNull(sender.transport().remoteAddress());
      sender.transport().sendTo(ByteBuffer.allocate(1));
      await("a datagram", () -> !receiver.received.isEmpty());
      stranger
          .transport()
          .sendTo(new byte[2], new InetSocketAddress(InetAddress.ofLiteral(HOST), port(sender)));
      await("an answer from another", () -> !sender.received.isEmpty());
      assertThrows(
          IllegalArgumentException.class,
          () -> sender.transport().sendTo(new byte[1], stranger.transport().localAddress()));
    });
  }

  @Test
  void aGroupIsHeard() throws Exception {
    NetworkInterface at = nonNull(NetworkInterface.getByInetAddress(InetAddress.ofLiteral(HOST)));
    InetAddress group = InetAddress.ofLiteral("239.77.1.2");
    run(() -> {
      DatagramLog member = open(DatagramOptions.DEFAULT.withLocalAddress("0.0.0.0", 0));
      DatagramLog sender = open(LOCAL);
      InetSocketAddress toGroup = new InetSocketAddress(group, port(member));
      try {
        member.transport().joinGroup(group, at);
        sender.transport().setOption(StandardSocketOptions.IP_MULTICAST_IF, at);
      } catch (IOException e) {
        assumeTrue(false, () -> "this machine has no multicast at " + at.getName() + ": " + e);
      }
      sender.transport().sendTo(new byte[1], toGroup);
      assumeTrue(sender.errors.isEmpty(), () -> "this machine has no multicast: " + sender.errors);
      await("a datagram to the group", () -> !member.received.isEmpty());
      assertEquals(sender.transport().localAddress(), member.received.get(0).from());
      member.transport().leaveGroup(group, at);
      assertThrows(SocketException.class, () -> member.transport().leaveGroup(group, at));
      assertThrows(
          IllegalArgumentException.class,
          () -> member.transport().joinGroup(InetAddress.ofLiteral(HOST), at));
    });
  }

  @Test
  void aPortIsSharedByThoseWhoSaySo() throws Exception {
    run(() -> {
      DatagramLog first = open(LOCAL.withReusePort(true));
      InetSocketAddress taken = (InetSocketAddress) first.transport().localAddress();
      DatagramOptions same = DatagramOptions.DEFAULT.withLocalAddress(taken);
      open(same.withReusePort(true));
      assertThrows(BindException.class, () -> open(same));
    });
  }

  @Test
  void anotherProtocolMayTakeOver() throws Exception {
    run(() -> {
      DatagramLog first = open(LOCAL);
      DatagramLog second = new DatagramLog();
      DatagramTransport transport = first.transport();
      transport.setProtocol(second);
      assertSame(second, transport.getProtocol());
      transport.sendTo(new byte[1], transport.localAddress());
      await("a datagram", () -> !second.received.isEmpty());
      assertThrows(
          IllegalArgumentException.class, () -> transport.setProtocol(new BaseProtocol() {}));
      transport.close();
      await("connectionLost", second::isLost);
      assertEquals(List.of("made"), first.events);
      endpoints.remove(first);
    });
  }

  // ---- bad input, and opening

  @Test
  void addressesThatAreNoneAreRefused() throws Exception {
    run(() -> {
      DatagramTransport transport = open(LOCAL).transport();
      for (SocketAddress wrong : List.of(
          InetSocketAddress.createUnresolved("localhost", 9),
          new InetSocketAddress(InetAddress.ofLiteral("::1"), 9),
          java.net.UnixDomainSocketAddress.of("/tmp/s"))) {
        assertThrows(
            IllegalArgumentException.class,
            () -> transport.sendTo(new byte[1], wrong),
            () -> "" + wrong);
      }
      assertThrows(IllegalArgumentException.class, () -> transport.sendTo(ByteBuffer.allocate(1)));
      transport.sendTo(new byte[1], new InetSocketAddress(InetAddress.ofLiteral(HOST), 0));
      DatagramLog log = (DatagramLog) transport.getProtocol();
      await("an error, as port 0 is nobody's", () -> log.errors.size() == 1);
    });
  }

  @Test
  void badOptionsAreRefusedBeforeAnythingIsOpened() throws Exception {
    int[] opened = {0};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      DgramSocket openDatagram(Poller poller, ProtocolFamily family) throws IOException {
        opened[0]++;
        return super.openDatagram(poller, family);
      }
    });
    run(() -> {
      assertThrows(IllegalArgumentException.class, () -> open(DatagramOptions.DEFAULT));
      assertThrows(IllegalArgumentException.class, () -> open(LOCAL.withRemoteAddress("::1", 9)));
      assertThrows(
          IllegalArgumentException.class,
          () -> open(LOCAL.withFamily(StandardProtocolFamily.INET6)));
      assertThrows(
          IllegalArgumentException.class,
          () -> DatagramOptions.DEFAULT.withFamily(StandardProtocolFamily.UNIX));
      assertThrows(
          IllegalArgumentException.class, () -> DatagramOptions.DEFAULT.withRemoteAddress(HOST, 0));
      assertThrows(
          IllegalArgumentException.class,
          () -> DatagramOptions.DEFAULT.withLocalAddress(HOST, 1 << 16));
      assertThrows(
          UnknownHostException.class,
          () -> open(DatagramOptions.DEFAULT.withRemoteAddress("no-such-host.invalid", 9)));
      assertThrows(NullPointerException.class, () -> loop.createDatagramEndpoint(none(), LOCAL));
    });
    assertEquals(0, opened[0]);
  }

  @Test
  void aFactoryThatThrowsLeavesNothingOpen() throws Exception {
    run(() -> {
      assertThrows(
          IllegalStateException.class,
          () -> loop.createDatagramEndpoint(() -> raise(new IllegalStateException("no")), LOCAL));
      assertThrows(
          NullPointerException.class,
          () -> loop.createDatagramEndpoint(() -> OnLoop.<DatagramLog>none(), LOCAL));
    });
  }

  @Test
  void aTakenPortAndAStrangeAddressThrowBindException() throws Exception {
    run(() -> {
      InetSocketAddress taken = (InetSocketAddress) open(LOCAL).transport().localAddress();
      assertThrows(
          BindException.class, () -> open(DatagramOptions.DEFAULT.withLocalAddress(taken)));
      assertThrows(
          BindException.class,
          () -> open(DatagramOptions.DEFAULT.withLocalAddress("192.0.2.99", 0)));
    });
  }

  @Test
  void aNameWithAddressesOfBothFamiliesMeetsTheOtherAddressInOneOfThem() throws Exception {
    run(() -> {
      DatagramLog server = open(LOCAL);
      DatagramLog client = open(DatagramOptions.DEFAULT
          .withLocalAddress("127.0.0.1", 0)
          .withRemoteAddress("localhost", port(server)));
      client.transport().sendTo(ByteBuffer.allocate(1));
      await("a datagram", () -> !server.received.isEmpty());
    });
  }

  @Test
  void aCancelledOpeningLeavesNothingOpen() throws Exception {
    run(() -> {
      DatagramOptions named = DatagramOptions.DEFAULT
          .withLocalAddress("localhost", 0)
          .withRemoteAddress("localhost", 9);
      for (DatagramOptions options : List.of(LOCAL, named)) {
        for (int steps = 0; steps < 8; steps++) {
          DatagramLog log = new DatagramLog();
          var opening = loop.createTask(() -> loop.createDatagramEndpoint(() -> log, options));
          for (int i = 0; i < steps; i++) {
            sleep(Duration.ZERO);
          }
          opening.cancel();
          try {
            opening.await().transport().abort();
          } catch (CancellationException e) {
            await(
                "no protocol that was made and not lost",
                () -> !log.events.contains("made") || log.isLost());
          }
          if (log.events.contains("made")) {
            await("connectionLost", log::isLost);
            assertEquals(List.of("made", "lost"), log.events);
          }
        }
      }
    });
  }

  @Test
  void openingOutsideATaskIsRefused() throws Exception {
    assertThrows(
        IllegalStateException.class, () -> loop.createDatagramEndpoint(DatagramLog::new, LOCAL));
  }
}
