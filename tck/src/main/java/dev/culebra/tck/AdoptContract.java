// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.Poller;
import dev.culebra.spi.StreamSocket;
import java.lang.reflect.Proxy;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.NotYetConnectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Connections that change from one poller to another. */
abstract class AdoptContract extends SpiContract {

  /** What one poller has accepted and this test's has adopted, and the peer. */
  private Connection adopted(Poller acceptor) throws Exception {
    Connection accepted = acceptedBy(acceptor, StandardProtocolFamily.INET);
    return new Connection(closing(poller().adopt(accepted.socket())), accepted.peer());
  }

  private Connection acceptedBy(Poller acceptor, StandardProtocolFamily family) throws Exception {
    ListenerSocket listener = closing(acceptor.openListener(family));
    listener.bind(family == StandardProtocolFamily.UNIX ? unixAddress() : loopback(), 50);
    Peer peer = peerOf(listener);
    List<StreamSocket> taken = new ArrayList<>();
    Peer.await("a connection", patienceNanos(), () -> {
      StreamSocket accepted = listener.accept();
      return accepted != null && taken.add(accepted);
    });
    return new Connection(closing(taken.get(0)), peer);
  }

  private Poller other() throws Exception {
    return closing(backend().openPoller());
  }

  @Rule(1)
  @Test
  void anAdoptedStreamTalksOnItsNewPoller() throws Exception {
    assertTalks(adopted(other()));
  }

  @Rule(1)
  @Test
  void anAdoptedUnixStreamTalks() throws Exception {
    Connection accepted = acceptedBy(other(), StandardProtocolFamily.UNIX);
    assertTalks(new Connection(closing(poller().adopt(accepted.socket())), accepted.peer()));
  }

  @Rule(1)
  @Test
  void aStreamThatItsPollerConnectedIsAdoptedByAnother() throws Exception {
    Poller other = other();
    StreamSocket opened = closing(other.openStream(StandardProtocolFamily.INET));
    if (!opened.connect(hostAddress())) {
      Peer.await("the end of the connect", patienceNanos(), opened::finishConnect);
    }
    Peer peer = acceptAtHost();
    assertTalks(new Connection(closing(poller().adopt(opened)), peer));
  }

  @Rule(1)
  @Test
  void anAdoptedStreamHasWhatCameBefore() throws Exception {
    Connection accepted = acceptedBy(other(), StandardProtocolFamily.INET);
    accepted.peer().send(pattern(10));
    StreamSocket own = closing(poller().adopt(accepted.socket()));
    ByteBuffer target = ByteBuffer.allocate(10);
    receive(own, target, 10);
    assertArrayEquals(pattern(10), target.array());
  }

  @Rule(1)
  @Test
  void anAdoptedStreamKeepsItsAddressesAndOptions() throws Exception {
    Connection accepted = acceptedBy(other(), StandardProtocolFamily.INET);
    accepted.socket().setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    var local = accepted.socket().localAddress();
    var remote = accepted.socket().remoteAddress();
    StreamSocket own = closing(poller().adopt(accepted.socket()));
    assertEquals(local, own.localAddress());
    assertEquals(remote, own.remoteAddress());
    assertEquals(true, own.getOption(StandardSocketOptions.SO_KEEPALIVE));
    assertEquals(true, own.getOption(StandardSocketOptions.TCP_NODELAY));
  }

  @Rule(11)
  @Test
  void anAdoptedStreamIsClosedToItsFormerOwner() throws Exception {
    Connection accepted = acceptedBy(other(), StandardProtocolFamily.INET);
    StreamSocket former = accepted.socket();
    StreamSocket own = closing(poller().adopt(former));
    assertFalse(former.isOpen());
    assertThrows(ClosedChannelException.class, () -> former.read(ByteBuffer.allocate(1)));
    assertThrows(ClosedChannelException.class, () -> former.write(ByteBuffer.allocate(1)));
    assertThrows(ClosedChannelException.class, () -> former.remoteAddress());
    assertThrows(ClosedChannelException.class, () -> poller().adopt(former));
    former.close();
    assertTrue(own.isOpen());
    assertTalks(new Connection(own, accepted.peer()));
  }

  @Rule({1, 11})
  @Test
  void theFormerPollerRefusesAnAdoptedStream() throws Exception {
    Poller other = other();
    Connection adopted = adopted(other);
    assertThrows(IllegalArgumentException.class, () -> other.register(adopted.socket(), READ, "a"));
    assertTalks(adopted);
  }

  @Rule(11)
  @Test
  void anAdoptedStreamOutlivesItsFormerPoller() throws Exception {
    Poller other = other();
    Connection adopted = adopted(other);
    other.close();
    assertTalks(adopted);
  }

  @Rule({5, 11})
  @Test
  void thePeerSeesTheEndAsSoonAsAnAdoptedStreamIsClosed() throws Exception {
    Connection adopted = adopted(other());
    adopted.socket().close();
    adopted.peer().awaitEnd();
  }

  @Rule(11)
  @Test
  void aStreamThatWasNeverRegisteredMayBeClosedInAnotherThread() throws Exception {
    Connection accepted = acceptedBy(poller(), StandardProtocolFamily.INET);
    CompletableFuture.runAsync(accepted.socket()::close).get(patienceNanos(), TimeUnit.NANOSECONDS);
    accepted.peer().awaitEnd();
    assertTalks(acceptedBy(poller(), StandardProtocolFamily.INET));
  }

  @Rule(1)
  @Test
  void aRegisteredStreamIsNotAdopted() throws Exception {
    Poller other = other();
    Connection accepted = accepted(listener());
    poller().register(accepted.socket(), READ, "a");
    assertThrows(IllegalStateException.class, () -> other.adopt(accepted.socket()));
    poller().deregister(accepted.socket());
    assertTalks(accepted);
  }

  @Rule(9)
  @Test
  void anUnconnectedStreamIsNotAdopted() throws Exception {
    Poller other = other();
    StreamSocket unconnected = stream();
    assertThrows(NotYetConnectedException.class, () -> other.adopt(unconnected));
    assertTrue(unconnected.isOpen());
  }

  @Rule(1)
  @Test
  void aStreamOfAnotherBackendIsNotAdopted() {
    StreamSocket foreign = (StreamSocket) Proxy.newProxyInstance(
        StreamSocket.class.getClassLoader(),
        new Class<?>[] {StreamSocket.class},
        (self, method, args) -> method.getName().equals("toString") ? "foreign" : null);
    assertThrows(IllegalArgumentException.class, () -> poller().adopt(foreign));
  }

  @Rule(11)
  @Test
  void aClosedPollerAdoptsNothing() throws Exception {
    Connection accepted = accepted(listener());
    Poller other = other();
    other.close();
    assertThrows(ClosedSelectorException.class, () -> other.adopt(accepted.socket()));
    assertTalks(accepted);
  }
}
