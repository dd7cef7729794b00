// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.spi.DgramSocket;
import dev.culebra.test.internal.Descriptors;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** How datagrams come and go: rules 2, 5, 8, 9, 11 and 12. */
abstract class DgramSocketContract extends SpiContract {

  private static final int MAX_BYTES = 65_507;

  // Coming and going

  @Rule(8)
  @Test
  void datagramsGoWholeAndTellWhoSentThem() throws Exception {
    DgramSocket sender = datagram();
    DgramSocket receiver = datagram();
    ByteBuffer[] sources = {
      ByteBuffer.wrap(pattern(1000)),
      ByteBuffer.allocateDirect(1000).put(pattern(1000)).flip(),
      ByteBuffer.wrap(pattern(1000)).asReadOnlyBuffer(),
      ByteBuffer.allocateDirect(1300).put(300, pattern(1000)).position(300).slice(),
    };
    for (ByteBuffer source : sources) {
      source.position(7).limit(907);
      assertTrue(sender.send(source, address(receiver)));
      assertEquals(907, source.position());
      assertEquals(907, source.limit());
    }
    byte[] expected = new byte[900];
    System.arraycopy(pattern(1000), 7, expected, 0, 900);
    for (int i = 0; i < sources.length; i++) {
      ByteBuffer target = i % 2 == 0 ? ByteBuffer.allocate(2000) : ByteBuffer.allocateDirect(2000);
      target.position(5);
      assertEquals(address(sender), awaitReceive(receiver, target));
      assertEquals(905, target.position());
      assertEquals(2000, target.limit());
      byte[] got = new byte[900];
      target.get(5, got);
      assertArrayEquals(expected, got);
      assertEquals(0, target.get(4));
      assertEquals(0, target.get(905));
    }
  }

  @Rule(8)
  @Test
  void receivingWhenNothingIsThereGivesNull() throws Exception {
    DgramSocket connected = datagram();
    connected.connect(address(datagram()));
    for (DgramSocket socket : List.of(datagram(), connected)) {
      ByteBuffer target = ByteBuffer.allocate(8);
      assertNull(socket.receive(target));
      assertEquals(0, target.position());
      assertNull(socket.receive(ByteBuffer.allocateDirect(8)));
    }
  }

  @Rule(8)
  @Test
  void anEmptyDatagramIsNotNothing() throws Exception {
    DgramSocket sender = datagram();
    DgramSocket connected = datagram();
    connected.connect(address(sender));
    ByteBuffer target = ByteBuffer.allocate(8);
    for (DgramSocket receiver : List.of(datagram(), connected)) {
      for (ByteBuffer empty : List.of(ByteBuffer.allocate(0), ByteBuffer.allocateDirect(0))) {
        assertTrue(sender.send(empty, address(receiver)));
        assertEquals(address(sender), awaitReceive(receiver, target));
        assertEquals(0, target.position());
        assertNull(receiver.receive(target));
      }
    }
  }

  @Rule(8)
  @Test
  void anEmptyDatagramGoesToAPeer() throws Exception {
    skipIf(Deviation.NO_EMPTY_DATAGRAM_TO_A_PEER);
    DgramSocket receiver = datagram();
    DgramSocket connected = datagram();
    connected.connect(address(receiver));
    assertTrue(connected.send(ByteBuffer.allocate(0), null));
    assertEquals(address(connected), awaitReceive(receiver, ByteBuffer.allocate(8)));
  }

  @Rule(8)
  @Test
  void whatDoesNotFitIsLostAndTheNextDatagramIsWhole() throws Exception {
    DgramSocket sender = datagram();
    DgramSocket receiver = datagram();
    for (ByteBuffer target : List.of(ByteBuffer.allocate(20), ByteBuffer.allocateDirect(20))) {
      sender.send(ByteBuffer.wrap(pattern(100)), address(receiver));
      sender.send(ByteBuffer.wrap(new byte[] {42}), address(receiver));
      target.limit(10);
      awaitReceive(receiver, target);
      assertEquals(10, target.position());
      assertEquals(pattern(10)[9], target.get(9));
      target.limit(20);
      awaitReceive(receiver, target);
      assertEquals(11, target.position());
      assertEquals(42, target.get(10));
    }
  }

  @Rule(8)
  @Test
  void theLargestDatagramPassesFromEveryKindOfBuffer() throws Exception {
    DgramSocket sender = datagram();
    DgramSocket receiver = datagram();
    byte[] bytes = pattern(MAX_BYTES);
    ByteBuffer direct = ByteBuffer.allocateDirect(MAX_BYTES).put(bytes).flip();
    for (ByteBuffer source : List.of(ByteBuffer.wrap(bytes), direct)) {
      for (ByteBuffer target :
          List.of(ByteBuffer.allocate(1 << 17), ByteBuffer.allocateDirect(1 << 17))) {
        assertTrue(sender.send(source.rewind(), address(receiver)));
        awaitReceive(receiver, target);
        byte[] got = new byte[MAX_BYTES];
        target.flip().get(got);
        assertArrayEquals(bytes, got);
      }
    }
  }

  @Rule(8)
  @Test
  void manySendersAreToldApart() throws Exception {
    DgramSocket receiver = datagram();
    List<DgramSocket> senders = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      senders.add(datagram());
    }
    ByteBuffer target = ByteBuffer.allocateDirect(8);
    for (int round = 0; round < 3; round++) {
      for (DgramSocket sender : senders) {
        sender.send(ByteBuffer.wrap(new byte[] {1}), address(receiver));
        SocketAddress from = awaitReceive(receiver, target.clear());
        assertEquals(address(sender), from);
        receiver.send(ByteBuffer.wrap(new byte[] {2}), from);
        assertEquals(address(receiver), awaitReceive(sender, target.clear()));
      }
    }
  }

  @Rule(8)
  @Test
  void datagramsGoOverIpv6AndFromADualStackSocketOverIpv4() throws Exception {
    assumeIpv6();
    DgramSocket inet6 = datagram(StandardProtocolFamily.INET6);
    inet6.bind(loopback6());
    DgramSocket dual = datagram(StandardProtocolFamily.INET6);
    dual.bind(new InetSocketAddress(InetAddress.ofLiteral("::"), 0));
    DgramSocket inet = datagram();
    ByteBuffer target = ByteBuffer.allocateDirect(8);
    for (int round = 0; round < 2; round++) {
      dual.send(ByteBuffer.allocate(3), address(inet6));
      SocketAddress over6 = awaitReceive(inet6, target.clear());
      assertEquals(port(dual), ((InetSocketAddress) over6).getPort());
      inet6.send(ByteBuffer.allocate(4), over6);
      assertEquals(address(inet6), awaitReceive(dual, target.clear()));
      dual.send(ByteBuffer.allocate(5), address(inet));
      SocketAddress over4 = awaitReceive(inet, target.clear());
      assertEquals(new InetSocketAddress(loopback().getAddress(), port(dual)), over4);
      inet.send(ByteBuffer.allocate(6), over4);
      assertEquals(address(inet), awaitReceive(dual, target.clear()));
    }
  }

  // Being connected

  @Rule(8)
  @Test
  void aConnectedSocketHearsItsPeerOnly() throws Exception {
    DgramSocket socket = datagram();
    DgramSocket peer = datagram();
    DgramSocket stranger = datagram();
    stranger.send(ByteBuffer.allocate(1), address(socket)); // before the connect
    Peer.await("a datagram before the connect", patienceNanos(), () -> {
      poller().register(socket, READ, "s");
      boolean readable = poll(patienceNanos()).of("s") == READ;
      poller().deregister(socket);
      return readable;
    });
    socket.connect(address(peer));
    assertEquals(address(peer), socket.remoteAddress());
    stranger.send(ByteBuffer.allocate(2), address(socket));
    peer.send(ByteBuffer.allocate(3), address(socket));
    ByteBuffer target = ByteBuffer.allocate(8);
    assertEquals(address(peer), awaitReceive(socket, target));
    assertEquals(3, target.position());
    assertTrue(socket.send(ByteBuffer.allocate(4), null));
    assertTrue(socket.send(ByteBuffer.allocate(5), address(peer)));
    awaitReceive(peer, target.clear());
    assertEquals(4, target.position());
    awaitReceive(peer, target.clear());
    assertEquals(5, target.position());
  }

  @Rule(8)
  @Test
  void aDatagramSocketKnowsItsAddresses() throws Exception {
    DgramSocket socket = datagram(StandardProtocolFamily.INET);
    assertNull(socket.localAddress());
    assertNull(socket.remoteAddress());
    DgramSocket peer = datagram();
    assertEquals(loopback().getAddress(), ((InetSocketAddress) address(peer)).getAddress());
    assertTrue(port(peer) > 0);
    socket.connect(address(peer));
    assertEquals(loopback().getAddress(), ((InetSocketAddress) address(socket)).getAddress());
    DgramSocket sending = datagram(StandardProtocolFamily.INET);
    sending.send(ByteBuffer.allocate(1), address(peer));
    assertTrue(port(sending) > 0);
  }

  @Rule(9)
  @Test
  void aRefusalIsToldOnceAsPortUnreachableException() throws Exception {
    for (boolean told : new boolean[] {true, false}) {
      DgramSocket socket = datagram();
      DgramSocket gone = datagram();
      SocketAddress refusing = address(gone);
      socket.connect(refusing);
      gone.close();
      assertTrue(socket.send(ByteBuffer.allocate(1), null));
      poller().register(socket, READ, "s");
      await("s", READ);
      if (told) {
        assertThrows(PortUnreachableException.class, () -> socket.receive(ByteBuffer.allocate(1)));
        assertNull(socket.receive(ByteBuffer.allocate(1)));
      } else {
        assertThrows(
            PortUnreachableException.class, () -> socket.send(ByteBuffer.allocate(1), null));
      }
      poller().deregister(socket);
      DgramSocket back = datagram(StandardProtocolFamily.INET);
      back.bind(refusing);
      assertTrue(socket.send(ByteBuffer.allocate(2), null));
      ByteBuffer target = ByteBuffer.allocate(8);
      awaitReceive(back, target);
      assertEquals(2, target.position());
    }
  }

  // Refusals

  @Rule(9)
  @Test
  void aDatagramThatIsTooLargeThrows() throws Exception {
    DgramSocket free = datagram();
    DgramSocket connected = datagram();
    SocketAddress receiver = address(datagram());
    connected.connect(receiver);
    for (DgramSocket socket : List.of(free, connected)) {
      for (int length : new int[] {MAX_BYTES + 1, 65_536, 100_000}) {
        for (ByteBuffer source :
            List.of(ByteBuffer.allocate(length), ByteBuffer.allocateDirect(length))) {
          assertThrows(IOException.class, () -> socket.send(source, receiver));
          assertEquals(length, source.remaining());
        }
      }
      assertTrue(socket.send(ByteBuffer.allocate(1), receiver));
    }
  }

  @Rule(9)
  @Test
  void datagramSocketsRefuseWhatMakesNoSense() throws Exception {
    DgramSocket socket = datagram();
    DgramSocket peer = datagram();
    ByteBuffer source = ByteBuffer.allocate(1);
    assertThrows(NotYetConnectedException.class, () -> socket.send(source, null));
    assertThrows(AlreadyBoundException.class, () -> socket.bind(loopback()));
    SocketAddress unresolved = InetSocketAddress.createUnresolved("localhost", 9);
    assertThrows(UnresolvedAddressException.class, () -> socket.send(source, unresolved));
    SocketAddress inet6 = new InetSocketAddress(loopback6().getAddress(), 9);
    assertThrows(UnsupportedAddressTypeException.class, () -> socket.send(source, inet6));
    assertThrows(UnsupportedAddressTypeException.class, () -> socket.connect(inet6));
    assertThrows(
        IllegalArgumentException.class,
        () -> socket.receive(ByteBuffer.allocate(1).asReadOnlyBuffer()));
    socket.connect(address(peer));
    assertThrows(AlreadyConnectedException.class, () -> socket.connect(address(peer)));
    assertThrows(AlreadyConnectedException.class, () -> socket.send(source, address(socket)));
    assertEquals(1, source.remaining());
    assertThrows(
        UnsupportedOperationException.class,
        () -> poller().openDatagram(StandardProtocolFamily.UNIX));
    assertThrows(
        UnsupportedOperationException.class,
        () -> socket.setOption(StandardSocketOptions.TCP_NODELAY, true));
    assertThrows(
        UnsupportedOperationException.class,
        () -> socket.getOption(StandardSocketOptions.SO_LINGER));
  }

  @Rule(9)
  @Test
  void bindingADatagramSocketToATakenPortThrowsBindException() throws Exception {
    SocketAddress taken = address(datagram());
    DgramSocket socket = datagram(StandardProtocolFamily.INET);
    assertThrows(BindException.class, () -> socket.bind(taken));
    assertThrows(
        BindException.class,
        () -> socket.bind(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.99"), 0)));
  }

  // Options and groups

  @Rule(8)
  @Test
  void datagramOptionsAreReadBackAsTheyWereSet() throws Exception {
    List<ProtocolFamily> families = new ArrayList<>(List.of(StandardProtocolFamily.INET));
    families.add(StandardProtocolFamily.INET6);
    for (ProtocolFamily family : families) {
      DgramSocket socket = datagram(family);
      assertEquals(1, socket.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
      assertEquals(true, socket.getOption(StandardSocketOptions.IP_MULTICAST_LOOP));
      assertEquals(false, socket.getOption(StandardSocketOptions.SO_BROADCAST));
      assertNull(socket.getOption(StandardSocketOptions.IP_MULTICAST_IF));
      socket.setOption(StandardSocketOptions.SO_BROADCAST, true);
      socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      socket.setOption(StandardSocketOptions.SO_RCVBUF, 32_768);
      socket.setOption(StandardSocketOptions.SO_SNDBUF, 16_384);
      socket.setOption(StandardSocketOptions.IP_TOS, 0x10);
      socket.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 7);
      socket.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, false);
      socket.setOption(StandardSocketOptions.IP_MULTICAST_IF, loopbackInterface());
      assertEquals(true, socket.getOption(StandardSocketOptions.SO_BROADCAST));
      assertEquals(true, socket.getOption(StandardSocketOptions.SO_REUSEADDR));
      assertEquals(true, socket.getOption(StandardSocketOptions.SO_REUSEPORT));
      assertEquals(32_768, socket.getOption(StandardSocketOptions.SO_RCVBUF));
      assertEquals(16_384, socket.getOption(StandardSocketOptions.SO_SNDBUF));
      assertEquals(0x10, socket.getOption(StandardSocketOptions.IP_TOS));
      assertEquals(7, socket.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
      assertEquals(false, socket.getOption(StandardSocketOptions.IP_MULTICAST_LOOP));
      assertEquals(loopbackInterface(), socket.getOption(StandardSocketOptions.IP_MULTICAST_IF));
    }
  }

  @Rule(8)
  @Test
  void aGroupIsHeardAfterItWasJoinedAndUntilItIsLeft() throws Exception {
    InetAddress group = InetAddress.ofLiteral("239.1.2.3");
    NetworkInterface at = loopbackInterface();
    DgramSocket member = datagram(StandardProtocolFamily.INET);
    member.bind(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0));
    DgramSocket bystander = datagram(StandardProtocolFamily.INET);
    DgramSocket sender = datagram();
    sender.setOption(StandardSocketOptions.IP_MULTICAST_IF, at);
    SocketAddress toGroup = new InetSocketAddress(group, port(member));
    try {
      member.join(group, at);
      member.join(group, at);
      sender.send(ByteBuffer.allocate(1), toGroup);
    } catch (IOException e) {
      assumeTrue(false, () -> "this machine has no multicast at " + at.getName() + ": " + e);
    }
    ByteBuffer target = ByteBuffer.allocate(8);
    assertEquals(address(sender), awaitReceive(member, target));
    member.leave(group, at);
    assertThrows(SocketException.class, () -> member.leave(group, at));
    sender.send(ByteBuffer.allocate(2), toGroup);
    // What is sent to the socket itself comes after what was sent to the group.
    sender.send(
        ByteBuffer.allocate(3), new InetSocketAddress(loopback().getAddress(), port(member)));
    awaitReceive(member, target.clear());
    assertEquals(3, target.position());
    assertThrows(IllegalArgumentException.class, () -> bystander.join(loopback().getAddress(), at));
    assertThrows(
        IllegalArgumentException.class, () -> bystander.join(InetAddress.ofLiteral("ff02::1"), at));
  }

  // Readiness, and the end

  @Rule(2)
  @Test
  void aDatagramIsReportedUntilItIsReceived() throws Exception {
    DgramSocket socket = datagram();
    socket.send(ByteBuffer.allocate(1), address(socket));
    poller().register(socket, READ | WRITE, "s");
    for (int i = 0; i < 3; i++) {
      await("s", READ | WRITE);
    }
    assertNotNull(socket.receive(ByteBuffer.allocate(1)));
    poller().modify(socket, READ);
    assertSilent("s");
    poller().modify(socket, 0);
    socket.send(ByteBuffer.allocate(1), address(socket));
    assertSilent("s");
    poller().modify(socket, READ);
    await("s", READ);
  }

  @Rule(5)
  @Test
  void thePortOfAClosedDatagramSocketIsFreeAtOnce() throws Exception {
    DgramSocket never = datagram();
    DgramSocket registered = datagram();
    poller().register(registered, READ, "a");
    poll(0);
    DgramSocket deregistered = datagram();
    poller().register(deregistered, READ, "b");
    poller().deregister(deregistered);
    for (DgramSocket socket : List.of(never, registered, deregistered)) {
      SocketAddress address = address(socket);
      socket.close();
      datagram(StandardProtocolFamily.INET).bind(address);
    }
  }

  @Rule(11)
  @Test
  void aClosedDatagramSocketThrowsClosedChannelException() throws Exception {
    DgramSocket socket = datagram();
    SocketAddress address = address(socket);
    Map<String, String> before = Descriptors.open();
    for (int i = 0; i < 2; i++) {
      socket.close();
      assertFalse(socket.isOpen());
    }
    NetworkInterface at = loopbackInterface();
    InetAddress group = InetAddress.ofLiteral("239.1.2.3");
    ByteBuffer buffer = ByteBuffer.allocate(1);
    Executable[] calls = {
      () -> socket.bind(loopback()),
      () -> socket.connect(address),
      () -> socket.receive(buffer),
      () -> socket.send(buffer, address),
      () -> socket.send(buffer, null),
      () -> socket.join(group, at),
      () -> socket.leave(group, at),
      () -> socket.setOption(StandardSocketOptions.SO_BROADCAST, true),
      () -> socket.getOption(StandardSocketOptions.SO_BROADCAST),
      socket::localAddress,
      socket::remoteAddress,
      () -> poller().register(socket, READ, "a"),
    };
    for (Executable call : calls) {
      assertThrows(ClosedChannelException.class, call);
    }
    if (Descriptors.areListed()) {
      assertEquals(before.size() - 1, Descriptors.open().size());
    }
  }

  @Rule(12)
  @Test
  void oneSenderIsTheSameAddressEachTime() throws Exception {
    DgramSocket sender = datagram();
    DgramSocket receiver = datagram();
    ByteBuffer target = ByteBuffer.allocateDirect(8);
    SocketAddress first = null;
    for (int i = 0; i < 3; i++) {
      sender.send(ByteBuffer.allocate(1), address(receiver));
      SocketAddress from = awaitReceive(receiver, target.clear());
      first = first == null ? from : first;
      assertSame(first, from);
    }
  }
}
