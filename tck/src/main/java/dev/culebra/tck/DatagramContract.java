// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.net.DatagramOptions;
import dev.culebra.net.DatagramTransport;
import dev.culebra.net.WriteBufferLimits;
import dev.culebra.spi.DgramSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Datagram endpoints: what is sent, received and told, and how they end. */
abstract class DatagramContract extends DatagramOnLoop {

  // ---- sending and receiving

  @Test
  void anEndpointAnswersEverybody() throws Exception {
    run(() -> {
      DatagramLog echo = new DatagramLog() {
        @Override
        public void datagramReceived(ByteBuffer data, SocketAddress from) throws Exception {
          super.datagramReceived(data.duplicate(), from);
          transport().sendTo(data, from);
        }
      };
      SocketAddress server = open(echo, LOCAL).transport().localAddress();
      DatagramLog first = open(LOCAL);
      DatagramLog second = open(LOCAL);
      for (DatagramLog each : List.of(first, second)) {
        for (int length : new int[] {0, 1, 1400, MAX_BYTES}) {
          each.transport().sendTo(pattern(length), server);
        }
        await("answers", () -> each.received.size() == 4);
        assertEquals(List.of(0, 1, 1400, MAX_BYTES), each.lengths());
        assertArrayEquals(pattern(MAX_BYTES), each.received.get(3).data());
        assertEquals(server, each.received.get(3).from());
      }
      assertEquals(first.transport().localAddress(), echo.received.get(0).from());
      assertEquals(second.transport().localAddress(), echo.received.get(4).from());
      assertEquals("made", echo.events.get(0));
    });
  }

  @Test
  void aConnectedEndpointHearsAndReachesItsPeerOnly() throws Exception {
    run(() -> {
      DatagramLog peer = open(LOCAL);
      DatagramLog stranger = open(LOCAL);
      DatagramLog connected = open(connectedTo(peer));
      SocketAddress here = connected.transport().localAddress();
      assertEquals(peer.transport().localAddress(), connected.transport().remoteAddress());
      stranger.transport().sendTo(new byte[] {9}, here);
      connected.transport().sendTo(ByteBuffer.wrap(new byte[] {1}));
      connected.transport().sendTo(new byte[] {2}, null);
      connected.transport().sendTo(new byte[] {3}, peer.transport().localAddress());
      await("datagrams at the peer", () -> peer.received.size() == 3);
      assertEquals(here, peer.received.get(0).from());
      peer.transport().sendTo(new byte[] {4, 4}, here);
      await("an answer", () -> !connected.received.isEmpty());
      assertEquals(List.of(2), connected.lengths());
      IllegalArgumentException refused = assertThrows(
          IllegalArgumentException.class,
          () -> connected.transport().sendTo(new byte[1], stranger.transport().localAddress()));
      assertTrue(nonNull(refused.getMessage()).contains("use null"), refused::getMessage);
      assertNull(stranger.transport().remoteAddress());
    });
  }

  @Test
  void aBufferMayBeUsedAgainAtOnce() throws Exception {
    boolean[] full = {true};
    onBackend(new FullKernel(backend(), full));
    run(() -> {
      DatagramLog receiver = open(LOCAL);
      DatagramLog sender = open(LOCAL);
      ByteBuffer reused = ByteBuffer.allocate(8);
      for (int i = 0; i < 3; i++) {
        full[0] = i > 0; // the first one is sent, the others are kept
        reused.clear().putLong(i).flip();
        sender.transport().sendTo(reused, receiver.transport().localAddress());
        assertFalse(reused.hasRemaining());
        sleep(Duration.ZERO);
      }
      full[0] = false;
      await("datagrams", () -> receiver.received.size() == 3);
      for (int i = 0; i < 3; i++) {
        assertEquals(i, ByteBuffer.wrap(receiver.received.get(i).data()).getLong());
      }
    });
  }

  @Test
  void aFloodLeavesOthersTheirTurn() throws Exception {
    run(() -> {
      int[] turn = {0};
      List<Integer> turns = new ArrayList<>();
      DatagramLog receiver = open(
              new DatagramLog() {
                @Override
                public void datagramReceived(ByteBuffer data, SocketAddress from) {
                  turns.add(turn[0]);
                }
              },
              LOCAL)
          .protocol();
      DatagramLog sender = open(LOCAL);
      for (int i = 0; i < 100; i++) {
        sender.transport().sendTo(new byte[] {1}, receiver.transport().localAddress());
      }
      Runnable[] counting = new Runnable[1];
      counting[0] = () -> {
        turn[0]++;
        if (turns.size() < 100) {
          loop.callSoon(counting[0]);
        }
      };
      loop.callSoon(counting[0]);
      await("all", () -> turns.size() == 100);
      int most =
          turns.stream().mapToInt(t -> Collections.frequency(turns, t)).max().orElse(0);
      assertTrue(most > 1 && most <= 16, () -> "datagrams in each turn: " + turns);
    });
  }

  @Test
  void datagramsGoOverIpv6() throws Exception {
    run(() -> {
      DatagramOptions six = DatagramOptions.DEFAULT.withLocalAddress("::1", 0);
      DatagramLog server;
      try {
        server = open(six);
      } catch (IOException e) {
        assumeTrue(false, () -> "this machine has no IPv6: " + e);
        return;
      }
      DatagramLog client = open(connectedTo(server));
      client.transport().sendTo(ByteBuffer.allocate(5));
      await("a datagram", () -> !server.received.isEmpty());
      server.transport().sendTo(new byte[6], server.received.get(0).from());
      await("an answer", () -> !client.received.isEmpty());
      assertEquals(List.of(6), client.lengths());
      DatagramLog dual = open(DatagramOptions.DEFAULT.withFamily(StandardProtocolFamily.INET6));
      DatagramLog inet = open(LOCAL);
      dual.transport().sendTo(new byte[7], inet.transport().localAddress());
      dual.transport().sendTo(new byte[8], server.transport().localAddress());
      await("one over IPv4", () -> !inet.received.isEmpty());
      await("one over IPv6", () -> server.received.size() == 2);
    });
  }

  @Test
  void anEndpointWithAFamilyOnlyHasAnAddressFromTheStart() throws Exception {
    run(() -> {
      DatagramLog receiver = open(LOCAL);
      DatagramLog sender = open(DatagramOptions.DEFAULT.withFamily(StandardProtocolFamily.INET));
      int port = port(sender);
      assertTrue(port > 0);
      sender.transport().sendTo(new byte[1], receiver.transport().localAddress());
      await("a datagram", () -> !receiver.received.isEmpty());
      assertEquals(port, ((InetSocketAddress) receiver.received.get(0).from()).getPort());
    });
  }

  // ---- errors

  @Test
  void aRefusalIsToldAndTheEndpointGoesOn() throws Exception {
    run(() -> {
      DatagramLog gone = open(LOCAL);
      InetSocketAddress address = (InetSocketAddress) gone.transport().localAddress();
      DatagramLog connected = open(connectedTo(gone));
      gone.transport().close();
      await("connectionLost", gone::isLost);
      settle();
      connected.transport().sendTo(ByteBuffer.wrap(new byte[] {1}));
      await("an error", () -> !connected.errors.isEmpty());
      assertInstanceOf(PortUnreachableException.class, connected.errors.get(0));
      assertFalse(connected.transport().isClosing());
      DatagramLog back = open(DatagramOptions.DEFAULT.withLocalAddress(address));
      connected.transport().sendTo(ByteBuffer.wrap(new byte[] {2}));
      await("a datagram", () -> !back.received.isEmpty());
      assertEquals(1, connected.errors.size());
    });
  }

  @Test
  void aDatagramThatIsTooLargeIsToldAndTheEndpointGoesOn() throws Exception {
    run(() -> {
      DatagramLog receiver = open(LOCAL);
      SocketAddress to = receiver.transport().localAddress();
      for (DatagramLog sender : List.of(open(LOCAL), open(connectedTo(receiver)))) {
        ByteBuffer tooLarge = ByteBuffer.allocateDirect(MAX_BYTES + 1);
        sender.transport().sendTo(tooLarge, to);
        assertFalse(tooLarge.hasRemaining());
        assertInstanceOf(SocketException.class, sender.errors.get(0));
        String message = nonNull(sender.errors.get(0).getMessage());
        assertTrue(message.contains("65508 bytes") && message.contains("65507"), message);
        int before = receiver.received.size();
        sender.transport().sendTo(new byte[] {1}, to);
        await("a datagram", () -> receiver.received.size() > before);
      }
    });
  }

  @Test
  void whatReceivingThrowsIsToldAndTheEndpointGoesOn() throws Exception {
    int[] failures = {2};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      @Nullable SocketAddress receive(DgramSocket socket, ByteBuffer target) throws IOException {
        if (failures[0]-- > 0) {
          throw new SocketException("scripted");
        }
        return super.receive(socket, target);
      }
    });
    run(() -> {
      DatagramLog endpoint = open(LOCAL);
      endpoint.transport().sendTo(new byte[3], endpoint.transport().localAddress());
      await("a datagram", () -> !endpoint.received.isEmpty());
      assertEquals(List.of("made", "error", "error", "data"), endpoint.events);
    });
  }

  @Test
  void aNeighbourThatIsGoneCostsNoneOfTheOthers() throws Exception {
    int[] failures = {1};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      boolean send(DgramSocket socket, ByteBuffer source, @Nullable SocketAddress target)
          throws IOException {
        if (source.remaining() == 2 && failures[0]-- > 0) {
          throw new SocketException("scripted");
        }
        return super.send(socket, source, target);
      }
    });
    run(() -> {
      DatagramLog endpoint = open(LOCAL);
      for (int length = 1; length < 4; length++) {
        endpoint.transport().sendTo(new byte[length], endpoint.transport().localAddress());
      }
      await("datagrams", () -> endpoint.received.size() == 2);
      assertEquals(List.of("made", "error", "data", "data"), endpoint.events);
      assertEquals(List.of(1, 3), endpoint.lengths());
    });
  }

  @Test
  void whatAProtocolThrowsIsReportedAndTheEndpointGoesOn() throws Exception {
    run(() -> {
      DatagramLog receiver = open(
              new DatagramLog() {
                @Override
                public void connectionMade(DatagramTransport made) {
                  super.connectionMade(made);
                  throw new IllegalStateException("made");
                }

                @Override
                public void datagramReceived(ByteBuffer data, SocketAddress from) throws Exception {
                  super.datagramReceived(data, from);
                  raise(new AssertionError("received"));
                }

                @Override
                public void errorReceived(IOException exception) {
                  super.errorReceived(exception);
                  throw new IllegalStateException("error");
                }

                @Override
                public void connectionLost(@Nullable Exception exception) {
                  super.connectionLost(exception);
                  throw new IllegalStateException("lost");
                }
              },
              LOCAL)
          .protocol();
      assertEquals("made", nonNull(reports.take("").exception()).getMessage());
      SocketAddress address = receiver.transport().localAddress();
      for (int i = 0; i < 2; i++) {
        receiver.transport().sendTo(new byte[i], address);
      }
      await("datagrams", () -> receiver.received.size() == 2);
      for (int i = 0; i < 2; i++) {
        var report = reports.take("");
        assertEquals("received", nonNull(report.exception()).getMessage());
        assertSame(receiver, report.protocol());
        assertSame(receiver.transport(), report.transport());
        assertEquals("protocol.datagramReceived() call failed.", report.message());
      }
      receiver.transport().sendTo(ByteBuffer.allocate(MAX_BYTES + 1), address);
      assertEquals("error", nonNull(reports.take("").exception()).getMessage());
      receiver.transport().close();
      await("connectionLost", receiver::isLost);
      assertEquals("lost", nonNull(reports.take("").exception()).getMessage());
    });
  }

  @Test
  void whatOneStepSendsLeavesInItsOrderWhenItEnds() throws Exception {
    run(() -> {
      DatagramLog receiver = open(LOCAL);
      DatagramLog sender = open(LOCAL);
      SocketAddress to = receiver.transport().localAddress();
      InetSocketAddress nobody = new InetSocketAddress(InetAddress.ofLiteral(HOST), 0);
      List<Integer> lengths = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        int length = i == 20 ? 40_000 : i; // one that is not copied, among those that are
        sender.transport().sendTo(new byte[length], i == 30 ? nobody : to);
        if (i != 30) {
          lengths.add(length);
        }
      }
      assertTrue(sender.transport().getWriteBufferSize() > 0, "the last ones are held");
      sleep(Duration.ZERO);
      assertEquals(0, sender.transport().getWriteBufferSize());
      await("datagrams", () -> receiver.received.size() == lengths.size());
      assertEquals(lengths, receiver.lengths());
      assertEquals(1, sender.errors.size());
    });
  }

  @Test
  void whatAProtocolSendsWhenItIsToldOfAnErrorLeavesAfterTheRest() throws Exception {
    run(() -> {
      DatagramLog receiver = open(LOCAL);
      SocketAddress to = receiver.transport().localAddress();
      DatagramLog sender = open(
              new DatagramLog() {
                @Override
                public void errorReceived(IOException exception) {
                  super.errorReceived(exception);
                  transport().sendTo(new byte[errors.size() * 10], to);
                  if (errors.size() == 2) {
                    transport().close();
                  }
                }
              },
              LOCAL)
          .protocol();
      InetSocketAddress nobody = new InetSocketAddress(InetAddress.ofLiteral(HOST), 0);
      sender.transport().sendTo(new byte[1], nobody);
      sender.transport().sendTo(new byte[2], to);
      sender.transport().sendTo(new byte[3], nobody);
      sender.transport().sendTo(new byte[4], to);
      await("connectionLost", sender::isLost);
      await("datagrams", () -> receiver.received.size() == 4);
      assertEquals(List.of(2, 4, 10, 20), receiver.lengths());
    });
  }

  @Test
  void whatWasSentBeforeACloseOnAnErrorStillLeaves() throws Exception {
    run(() -> {
      DatagramLog receiver = open(LOCAL);
      SocketAddress to = receiver.transport().localAddress();
      DatagramLog sender = open(
              new DatagramLog() {
                @Override
                public void errorReceived(IOException exception) {
                  super.errorReceived(exception);
                  transport().close();
                }
              },
              LOCAL)
          .protocol();
      sender.transport().sendTo(new byte[3], to);
      sender.transport().sendTo(new byte[4], new InetSocketAddress(InetAddress.ofLiteral(HOST), 0));
      sender.transport().sendTo(new byte[5], to);
      await("connectionLost", sender::isLost);
      await("datagrams", () -> receiver.received.size() == 2);
      assertEquals(List.of(3, 5), receiver.lengths());
    });
  }

  // ---- when the kernel is full

  @Test
  void whatTheKernelDoesNotTakeIsKeptInOrder() throws Exception {
    boolean[] full = {false};
    onBackend(new FullKernel(backend(), full));
    run(() -> {
      DatagramLog receiver = open(LOCAL);
      DatagramLog sender = open(LOCAL);
      SocketAddress to = receiver.transport().localAddress();
      sender.transport().sendTo(new byte[1], to);
      sleep(Duration.ZERO);
      full[0] = true;
      sender.transport().sendTo(new byte[2], to);
      sleep(Duration.ZERO);
      full[0] = false; // there is room, but others wait
      sender.transport().sendTo(new byte[0], to);
      sender.transport().sendTo(new byte[4], to);
      assertEquals(2 + 0 + 4 + 3 * 8, sender.transport().getWriteBufferSize());
      await("datagrams", () -> receiver.received.size() == 4);
      assertEquals(List.of(1, 2, 0, 4), receiver.lengths());
      assertEquals(0, sender.transport().getWriteBufferSize());
    });
  }

  @Test
  void writingIsPausedAboveTheHighLimitAndResumedAtTheLowOne() throws Exception {
    boolean[] full = {true};
    int[] room = {0};
    onBackend(new FullKernel(backend(), full) {
      @Override
      boolean send(DgramSocket socket, ByteBuffer source, @Nullable SocketAddress target)
          throws IOException {
        return (full[0] && room[0]-- <= 0) ? false : super.send(socket, source, target);
      }
    });
    run(() -> {
      DatagramLog receiver = open(LOCAL);
      DatagramLog sender = open(LOCAL);
      SocketAddress to = receiver.transport().localAddress();
      assertEquals(WriteBufferLimits.DEFAULT, sender.transport().getWriteBufferLimits());
      sender.transport().setWriteBufferLimits(72, 36);
      assertEquals(new WriteBufferLimits(72, 36), sender.transport().getWriteBufferLimits());
      for (int i = 0; i < 4; i++) {
        sender.transport().sendTo(new byte[10], to); // 18 each
      }
      assertEquals(List.of("made"), sender.events);
      sender.transport().sendTo(new byte[10], to);
      assertEquals(List.of("made", "pause"), sender.events);
      full[0] = false;
      await("resumeWriting", () -> sender.events.contains("resume"));
      await("datagrams", () -> receiver.received.size() == 5);
      assertEquals(List.of("made", "pause", "resume"), sender.events);
      assertThrows(
          IllegalArgumentException.class, () -> sender.transport().setWriteBufferLimits(1, 2));
      assertThrows(
          IllegalArgumentException.class, () -> sender.transport().setWriteBufferLimits(-1));
    });
  }

  @Test
  void aQueuedDatagramThatFailsCostsNoneOfTheOthers() throws Exception {
    boolean[] full = {true};
    onBackend(new FullKernel(backend(), full));
    run(() -> {
      DatagramLog receiver = open(LOCAL);
      DatagramLog sender = open(LOCAL);
      SocketAddress to = receiver.transport().localAddress();
      sender.transport().sendTo(new byte[1], to);
      sender.transport().sendTo(new byte[MAX_BYTES + 1], to);
      sender.transport().sendTo(new byte[3], to);
      sender.transport().sendTo(new byte[MAX_BYTES + 2], to);
      sender.transport().close();
      full[0] = false;
      await("connectionLost", sender::isLost);
      assertEquals(List.of("made", "pause", "error", "error", "lost"), withoutResume(sender));
      assertTrue(nonNull(sender.errors.get(1).getMessage()).contains("65509 bytes"));
      await("datagrams", () -> receiver.received.size() == 2);
      assertEquals(List.of(1, 3), receiver.lengths());
    });
  }

  private static List<String> withoutResume(DatagramLog log) {
    return log.events.stream().filter(each -> !each.equals("resume")).toList();
  }

  // ---- the end

  @Test
  void closeSendsWhatIsKeptAndAbortDropsIt() throws Exception {
    boolean[] full = {true};
    onBackend(new FullKernel(backend(), full));
    run(() -> {
      DatagramLog receiver = open(LOCAL);
      DatagramLog closed = open(LOCAL);
      DatagramLog aborted = open(LOCAL);
      SocketAddress to = receiver.transport().localAddress();
      closed.transport().sendTo(new byte[1], to);
      closed.transport().sendTo(new byte[2], to);
      aborted.transport().sendTo(new byte[9], to);
      for (int i = 0; i < 2; i++) {
        closed.transport().close();
        aborted.transport().abort();
      }
      assertTrue(closed.transport().isClosing());
      assertFalse(closed.isLost(), "connectionLost comes by itself, not within close()");
      assertFalse(aborted.isLost());
      await("connectionLost", aborted::isLost);
      assertEquals(0, aborted.transport().getWriteBufferSize());
      settle();
      assertFalse(closed.isLost(), "there is something to send");
      closed.transport().sendTo(new byte[5], to); // dropped
      full[0] = false;
      await("connectionLost", closed::isLost);
      settle();
      assertEquals(List.of(1, 2), receiver.lengths());
      for (DatagramLog each : List.of(closed, aborted)) {
        assertEquals(List.of("made", "lost"), each.events);
        assertNull(each.lostWith);
      }
    });
  }

  @Test
  void aClosedEndpointReceivesNothingMoreAndKnowsItsAddresses() throws Exception {
    run(() -> {
      DatagramLog sender = open(LOCAL);
      DatagramLog[] receiver = new DatagramLog[1];
      receiver[0] = open(
              new DatagramLog() {
                @Override
                public void datagramReceived(ByteBuffer data, SocketAddress from) throws Exception {
                  super.datagramReceived(data, from);
                  transport().close();
                }
              },
              connectedTo(sender))
          .protocol();
      DatagramTransport transport = receiver[0].transport();
      SocketAddress address = transport.localAddress();
      for (int i = 0; i < 3; i++) {
        sender.transport().sendTo(new byte[i], address);
      }
      await("connectionLost", receiver[0]::isLost);
      settle();
      assertEquals(List.of("made", "data", "lost"), receiver[0].events);
      assertEquals(address, transport.localAddress());
      assertEquals(sender.transport().localAddress(), transport.remoteAddress());
      assertThrows(
          ClosedChannelException.class,
          () -> transport.setOption(StandardSocketOptions.SO_BROADCAST, true));
      open(DatagramOptions.DEFAULT.withLocalAddress((InetSocketAddress) address));
    });
  }

  @Test
  void datagramsToAClosedEndpointAreDroppedWithAWarningFromTheFifthOn() throws Exception {
    run(() -> {
      DatagramLog endpoint = open(LOCAL);
      endpoint.transport().close();
      await("connectionLost", endpoint::isLost);
      try (LogCapture log = new LogCapture()) {
        for (int i = 1; i <= 5; i++) {
          ByteBuffer data = ByteBuffer.allocate(3);
          endpoint.transport().sendTo(data, endpoint.transport().localAddress());
          assertFalse(data.hasRemaining());
          assertEquals(i == 5, log.has("datagram to a closed endpoint"));
        }
      }
    });
  }

  @Test
  void theLoopClosesWhatWasLeftOpen() throws Exception {
    run(() -> {
      DatagramLog left = open(LOCAL);
      left.transport().sendTo(new byte[1], left.transport().localAddress());
    });
    loop.close();
  }
}
