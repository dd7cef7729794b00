// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a stream connects, and its addresses and options: rules 8 and 9. */
abstract class ConnectContract extends SpiContract {

  // Connecting

  @Rule(8)
  @Test
  void aStreamConnectsOverIpv4() throws Exception {
    assertTalks(connection());
  }

  @Rule(8)
  @Test
  void aStreamConnectsOverIpv6() throws Exception {
    assumeIpv6();
    ListenerSocket listener = listener(StandardProtocolFamily.INET6, loopback6());
    assertTalk(listener, StandardProtocolFamily.INET6);
  }

  @Rule(8)
  @Test
  void aStreamConnectsToAUnixPath() throws Exception {
    assertTalk(listener(StandardProtocolFamily.UNIX, unixAddress()), StandardProtocolFamily.UNIX);
  }

  @Rule(8)
  @Test
  void aConnectedStreamFinishesConnectingAnyNumberOfTimes() throws Exception {
    StreamSocket socket = connection().socket();
    assertTrue(socket.finishConnect());
    assertTrue(socket.finishConnect());
  }

  @Rule(8)
  @Test
  void theWriteInterestOfAConnectingStreamGoesOnAsThatOfAConnectedOne() throws Exception {
    StreamSocket socket = stream();
    boolean connected = socket.connect(hostAddress());
    poller().register(socket, READ | WRITE, "a");
    while (!connected) {
      await("a", WRITE);
      connected = socket.finishConnect();
    }
    await("a", WRITE);
    acceptAtHost().send((byte) 1);
    await("a", READ | WRITE);
  }

  @Rule({3, 9})
  @Test
  void aRefusedConnectIsReportedAndThrowsConnectException() throws Exception {
    for (int interest : new int[] {WRITE, READ, READ | WRITE}) {
      StreamSocket socket = stream();
      SocketAddress refusing = refusingAddress();
      assertThrows(ConnectException.class, () -> {
        if (!socket.connect(refusing)) {
          poller().register(socket, interest, "a");
          await("a", interest);
          socket.finishConnect();
        }
      });
      socket.close();
    }
  }

  @Rule(9)
  @Test
  void aUnixPathWhereNobodyListensThrows() throws Exception {
    UnixDomainSocketAddress address = unixAddress();
    StreamSocket early = stream(StandardProtocolFamily.UNIX);
    assertThrows(IOException.class, () -> early.connect(address));
    listener(StandardProtocolFamily.UNIX, address).close();
    StreamSocket late = stream(StandardProtocolFamily.UNIX);
    assertThrows(ConnectException.class, () -> late.connect(address));
  }

  /** Linux says EAGAIN, as if the connect were under way, which it is not. */
  @Rule(9)
  @Test
  void aUnixListenerWhoseBacklogIsFullThrows() throws Exception {
    ListenerSocket listener = closing(poller().openListener(StandardProtocolFamily.UNIX));
    UnixDomainSocketAddress address = unixAddress();
    listener.bind(address, 1);
    for (int i = 0; i < 200; i++) {
      StreamSocket socket = stream(StandardProtocolFamily.UNIX);
      try {
        assertTrue(socket.connect(address), "a Unix connect is never under way");
      } catch (IOException expected) {
        return;
      }
    }
    fail("missing: a refusal after 200 connections to a backlog of 1");
  }

  @Rule(9)
  @Test
  void connectingTwiceThrows() throws Exception {
    StreamSocket socket = stream();
    SocketAddress address = hostAddress();
    if (socket.connect(address)) {
      assertThrows(AlreadyConnectedException.class, () -> socket.connect(address));
    } else {
      assertThrows(ConnectionPendingException.class, () -> socket.connect(address));
    }
    StreamSocket connected = connection().socket();
    assertThrows(AlreadyConnectedException.class, () -> connected.connect(address));
  }

  @Rule(9)
  @Test
  void anUnconnectedStreamDoesNothingElse() throws Exception {
    StreamSocket socket = stream();
    ByteBuffer buffer = ByteBuffer.allocate(1);
    assertThrows(NoConnectionPendingException.class, socket::finishConnect);
    assertThrows(NotYetConnectedException.class, () -> socket.read(buffer));
    assertThrows(NotYetConnectedException.class, () -> socket.write(buffer));
    assertThrows(
        NotYetConnectedException.class, () -> socket.write(new ByteBuffer[] {buffer}, 0, 1));
    assertThrows(NotYetConnectedException.class, socket::shutdownOutput);
  }

  @Rule(9)
  @Test
  void anAddressOfAnotherFamilyThrows() throws Exception {
    UnixDomainSocketAddress unix = unixAddress();
    StreamSocket inet = stream();
    assertThrows(UnsupportedAddressTypeException.class, () -> inet.connect(unix));
    assertThrows(UnsupportedAddressTypeException.class, () -> inet.bind(unix));
    assertThrows(UnsupportedAddressTypeException.class, () -> inet.connect(loopback6()));
    StreamSocket local = stream(StandardProtocolFamily.UNIX);
    assertThrows(UnsupportedAddressTypeException.class, () -> local.connect(loopback()));
    assertThrows(
        UnresolvedAddressException.class,
        () -> inet.connect(InetSocketAddress.createUnresolved("nowhere.invalid", 1)));
  }

  // Addresses and options

  @Rule(8)
  @Test
  void aStreamKnowsItsAddresses() throws Exception {
    StreamSocket socket = stream();
    assertNull(socket.localAddress());
    assertNull(socket.remoteAddress());
    connect(socket, hostAddress());
    Peer peer = acceptAtHost();
    assertEquals(hostAddress(), socket.remoteAddress());
    assertEquals(peer.channel().getRemoteAddress(), socket.localAddress());
  }

  @Rule(8)
  @Test
  void aStreamMayChooseItsLocalEnd() throws Exception {
    StreamSocket socket = stream();
    socket.bind(loopback());
    SocketAddress local = socket.localAddress();
    assertNotNull(local);
    assertTrue(((InetSocketAddress) local).getPort() > 0);
    assertThrows(AlreadyBoundException.class, () -> socket.bind(loopback()));
    connect(socket, hostAddress());
    assertEquals(local, acceptAtHost().channel().getRemoteAddress());
    assertEquals(local, socket.localAddress());
  }

  @Rule(9)
  @Test
  void aLocalEndThatCannotBeHadThrowsBindException() throws Exception {
    StreamSocket taken = stream();
    SocketAddress address = listener().localAddress();
    assertNotNull(address);
    assertThrows(BindException.class, () -> taken.bind(address));
    StreamSocket foreign = stream();
    InetAddress documentation = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
    assertThrows(BindException.class, () -> foreign.bind(new InetSocketAddress(documentation, 0)));
  }

  @Rule(8)
  @Test
  void optionsAreReadBackAsTheyWereSet() throws Exception {
    StreamSocket socket = stream();
    for (boolean value : new boolean[] {true, false, true}) {
      assertKeeps(socket, StandardSocketOptions.SO_REUSEADDR, value);
      assertKeeps(socket, StandardSocketOptions.SO_KEEPALIVE, value);
      assertKeeps(socket, StandardSocketOptions.TCP_NODELAY, value);
      try {
        assertKeeps(socket, StandardSocketOptions.SO_REUSEPORT, value);
      } catch (UnsupportedOperationException systemHasNone) {
        // allowed
      }
    }
    for (SocketOption<Integer> option :
        List.of(StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.SO_SNDBUF)) {
      socket.setOption(option, 32 * 1024);
      int value = socket.getOption(option);
      assertTrue(value >= 32 * 1024, () -> option + " is " + value); // Linux doubles it
    }
  }

  @Rule(9)
  @Test
  void anUnknownOptionThrowsUnsupportedOperationException() throws Exception {
    StreamSocket socket = stream();
    SocketOption<Integer> unknown = new UnknownOption();
    assertThrows(UnsupportedOperationException.class, () -> socket.setOption(unknown, 1));
    assertThrows(UnsupportedOperationException.class, () -> socket.getOption(unknown));
    ListenerSocket listener = closing(poller().openListener(StandardProtocolFamily.INET));
    assertThrows(UnsupportedOperationException.class, () -> listener.setOption(unknown, 1));
  }

  @Rule(9)
  @Test
  void anUnknownFamilyThrowsUnsupportedOperationException() {
    ProtocolFamily unknown = () -> "UNKNOWN";
    assertThrows(UnsupportedOperationException.class, () -> poller().openStream(unknown));
    assertThrows(UnsupportedOperationException.class, () -> poller().openListener(unknown));
  }

  private void assertTalk(ListenerSocket listener, ProtocolFamily family) throws Exception {
    SocketAddress address = listener.localAddress();
    assertNotNull(address);
    assertTalks(accepted(listener));
    StreamSocket client = stream(family);
    connect(client, address);
    assertEquals(address, client.remoteAddress());
    StreamSocket server = accept(listener);
    assertEquals(address, server.localAddress());
    assertEquals(10, client.write(ByteBuffer.wrap(pattern(10))));
    ByteBuffer target = ByteBuffer.allocate(10);
    receive(server, target, 10);
    assertArrayEquals(pattern(10), target.array());
  }

  private static <T> void assertKeeps(StreamSocket socket, SocketOption<T> option, T value)
      throws IOException {
    socket.setOption(option, value);
    assertEquals(value, socket.getOption(option), option::name);
  }

  private static final class UnknownOption implements SocketOption<Integer> {
    @Override
    public String name() {
      return "UNKNOWN";
    }

    @Override
    public Class<Integer> type() {
      return Integer.class;
    }
  }
}
