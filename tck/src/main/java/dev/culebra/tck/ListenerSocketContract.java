// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.StreamSocket;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import org.junit.jupiter.api.Test;

/** How a listener binds and accepts: rules 5, 8 and 9. */
abstract class ListenerSocketContract extends SpiContract {

  @Rule(8)
  @Test
  void acceptingWhenNobodyWaitsGivesNull() throws Exception {
    ListenerSocket listener = listener();
    assertNull(listener.accept());
    accepted(listener);
    assertNull(listener.accept());
  }

  @Rule(8)
  @Test
  void everyWaitingConnectionIsAccepted() throws Exception {
    ListenerSocket listener = listener();
    Peer[] peers = new Peer[20];
    for (int i = 0; i < peers.length; i++) {
      peers[i] = peerOf(listener);
      peers[i].send((byte) i);
    }
    for (int i = 0; i < peers.length; i++) {
      StreamSocket stream = accept(listener);
      ByteBuffer target = ByteBuffer.allocate(1);
      receive(stream, target, 1);
      SocketAddress remote = stream.remoteAddress();
      assertEquals(peers[target.get(0)].channel().getLocalAddress(), remote);
    }
  }

  @Rule(8)
  @Test
  void anAcceptedStreamTalksAndKnowsItsAddresses() throws Exception {
    ListenerSocket listener = listener();
    Connection connection = accepted(listener);
    assertEquals(0, connection.socket().read(ByteBuffer.allocate(1)));
    assertTalks(connection);
    assertEquals(listener.localAddress(), connection.socket().localAddress());
    assertEquals(
        connection.peer().channel().getLocalAddress(), connection.socket().remoteAddress());
    assertTrue(connection.socket().finishConnect());
  }

  @Rule(8)
  @Test
  void anAcceptedUnixStreamTalks() throws Exception {
    ListenerSocket listener = listener(StandardProtocolFamily.UNIX, unixAddress());
    Connection connection = accepted(listener);
    assertEquals(0, connection.socket().read(ByteBuffer.allocate(1)));
    assertTalks(connection);
  }

  @Rule(8)
  @Test
  void aListenerKnowsItsAddress() throws Exception {
    ListenerSocket listener = closing(poller().openListener(StandardProtocolFamily.INET));
    assertNull(listener.localAddress());
    listener.bind(loopback(), 1);
    InetSocketAddress address = (InetSocketAddress) listener.localAddress();
    assertNotNull(address);
    assertEquals(loopback().getAddress(), address.getAddress());
    assertTrue(address.getPort() > 0);
    UnixDomainSocketAddress path = unixAddress();
    assertEquals(path, listener(StandardProtocolFamily.UNIX, path).localAddress());
  }

  @Rule(8)
  @Test
  void anIpv6WildcardListenerTakesIpv4() throws Exception {
    assumeIpv6();
    InetSocketAddress wildcard = new InetSocketAddress(InetAddress.getByAddress(new byte[16]), 0);
    ListenerSocket listener = listener(StandardProtocolFamily.INET6, wildcard);
    InetSocketAddress address = (InetSocketAddress) listener.localAddress();
    assertNotNull(address);
    for (InetAddress loopback :
        new InetAddress[] {loopback().getAddress(), loopback6().getAddress()}) {
      InetSocketAddress target = new InetSocketAddress(loopback, address.getPort());
      Peer peer = closing(new Peer(SocketChannel.open(target), patienceNanos()));
      StreamSocket accepted = accept(listener);
      // An IPv4 address, not one that is mapped into IPv6.
      assertEquals(peer.channel().getLocalAddress(), accepted.remoteAddress());
      assertEquals(target, accepted.localAddress());
      assertTalks(new Connection(accepted, peer));
    }
  }

  @Rule(9)
  @Test
  void bindingWhereAnotherListensThrowsBindException() throws Exception {
    SocketAddress taken = listener().localAddress();
    assertNotNull(taken);
    ListenerSocket second = closing(poller().openListener(StandardProtocolFamily.INET));
    assertThrows(BindException.class, () -> second.bind(taken, 50));
    UnixDomainSocketAddress path = unixAddress();
    listener(StandardProtocolFamily.UNIX, path);
    ListenerSocket other = closing(poller().openListener(StandardProtocolFamily.UNIX));
    assertThrows(BindException.class, () -> other.bind(path, 50));
  }

  @Rule(9)
  @Test
  void bindingTwiceThrows() throws Exception {
    ListenerSocket listener = listener();
    assertThrows(AlreadyBoundException.class, () -> listener.bind(loopback(), 50));
  }

  @Rule(9)
  @Test
  void acceptingBeforeBindingThrows() throws Exception {
    ListenerSocket listener = closing(poller().openListener(StandardProtocolFamily.INET));
    assertThrows(NotYetBoundException.class, listener::accept);
  }

  @Rule(9)
  @Test
  void bindingToAnAddressOfAnotherFamilyThrows() throws Exception {
    UnixDomainSocketAddress path = unixAddress();
    ListenerSocket inet = closing(poller().openListener(StandardProtocolFamily.INET));
    assertThrows(UnsupportedAddressTypeException.class, () -> inet.bind(path, 50));
    assertThrows(UnsupportedAddressTypeException.class, () -> inet.bind(loopback6(), 50));
    ListenerSocket unix = closing(poller().openListener(StandardProtocolFamily.UNIX));
    assertThrows(UnsupportedAddressTypeException.class, () -> unix.bind(loopback(), 50));
  }

  @Rule(9)
  @Test
  void aPeerThatHasGivenUpIsNoError() throws Exception {
    ListenerSocket listener = listener();
    poller().register(listener, READ, "a");
    peerOf(listener).reset();
    Peer living = peerOf(listener);
    living.send((byte) 7);
    int received = 0;
    while (received == 0) {
      await("a", READ);
      StreamSocket stream = listener.accept();
      if (stream != null) {
        closing(stream);
        received = firstByte(stream);
      }
    }
    assertEquals(7, received);
  }

  @Rule(9)
  @Test
  void optionsAreSetBeforeBinding() throws Exception {
    ListenerSocket listener = closing(poller().openListener(StandardProtocolFamily.INET));
    listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    listener.setOption(StandardSocketOptions.SO_RCVBUF, 32 * 1024);
    try {
      listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
    } catch (UnsupportedOperationException systemHasNone) {
      return;
    }
    listener.bind(loopback(), 50);
    SocketAddress address = listener.localAddress();
    assertNotNull(address);
    ListenerSocket second = closing(poller().openListener(StandardProtocolFamily.INET));
    second.setOption(StandardSocketOptions.SO_REUSEPORT, true);
    second.bind(address, 50);
    assertEquals(address, second.localAddress());
  }

  /** Also in the sink, where one listener hands over to the next. */
  @Rule(5)
  @Test
  void thePortOfAClosedListenerIsFreeAtOnce() throws Exception {
    ListenerSocket first = listener();
    SocketAddress address = first.localAddress();
    assertNotNull(address);
    for (int i = 0; i < 20; i++) {
      if (i % 4 != 0) {
        poller().register(first, READ, "a");
      }
      if (i % 4 > 1) {
        poll(0);
      }
      if (i % 4 == 3) {
        poller().deregister(first);
      }
      first.close();
      first = closing(poller().openListener(StandardProtocolFamily.INET));
      first.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      first.bind(address, 50);
    }
    assertTalks(accepted(first));
  }

  @Rule(11)
  @Test
  void anAcceptedStreamOutlivesItsListener() throws Exception {
    ListenerSocket listener = listener();
    Connection connection = accepted(listener);
    listener.close();
    assertTalks(connection);
  }

  /** What a stream reads first; 0 if it was reset. */
  private int firstByte(StreamSocket stream) throws Exception {
    poller().register(stream, READ, "first");
    await("first", READ);
    ByteBuffer target = ByteBuffer.allocate(1);
    try {
      stream.read(target);
    } catch (java.io.IOException reset) {
      return 0;
    } finally {
      poller().deregister(stream);
    }
    return target.get(0);
  }
}
