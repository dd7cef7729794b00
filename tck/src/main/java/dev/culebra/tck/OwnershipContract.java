// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.spi.Availability;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.Poller;
import dev.culebra.spi.ReadySink;
import dev.culebra.spi.StreamSocket;
import dev.culebra.test.internal.Descriptors;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Pipe;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What is open and what is closed, and what things cost: rules 10 to 13. */
abstract class OwnershipContract extends SpiContract {

  private static final int O_NONBLOCK_ON_LINUX = 04000;
  private static final int O_CLOEXEC_ON_LINUX = 02000000;

  @Rule(10)
  @Test
  void tcpStreamsAreBornWithoutDelay() throws Exception {
    assertTrue(stream().getOption(StandardSocketOptions.TCP_NODELAY));
    StreamSocket accepted = accepted(listener()).socket();
    assertTrue(accepted.getOption(StandardSocketOptions.TCP_NODELAY));
  }

  @Rule(10)
  @Test
  void socketsAreBornNonBlocking() throws Exception {
    assumeLinux();
    Map<String, String> before = Descriptors.open();
    stream();
    accept(listenerWithPeer());
    Map<String, String> opened = Descriptors.open();
    opened.keySet().removeAll(before.keySet());
    int blocking = 0;
    for (Map.Entry<String, String> descriptor : opened.entrySet()) {
      if ((Descriptors.flags(descriptor.getKey()) & O_NONBLOCK_ON_LINUX) == 0) {
        blocking++;
      }
    }
    assertEquals(0, blocking, () -> "blocking descriptors among " + opened);
  }

  @Rule(10)
  @Test
  void descriptorsAreBornCloseOnExec() throws Exception {
    skipIf(Deviation.NOT_CLOSE_ON_EXEC);
    assumeLinux();
    Map<String, String> before = Descriptors.open();
    Poller other = closing(backend().openPoller());
    closing(other.openStream(StandardProtocolFamily.INET));
    closing(other.openStream(StandardProtocolFamily.UNIX));
    ListenerSocket listener = closing(other.openListener(StandardProtocolFamily.INET));
    listener.bind(loopback(), 50);
    assertCloseOnExec(before);
    Peer peer = peerOf(listener);
    Map<String, String> withPeer = Descriptors.open();
    Peer.await("a connection", patienceNanos(), () -> {
      StreamSocket accepted = listener.accept();
      if (accepted != null) {
        closing(accepted);
      }
      return accepted != null;
    });
    assertCloseOnExec(withPeer);
    peer.close();
  }

  @Rule(11)
  @Test
  void closingTwiceDoesNothing() throws Exception {
    StreamSocket stream = stream();
    ListenerSocket listener = listener();
    poller().register(listener, READ, "a");
    assertTrue(stream.isOpen());
    assertTrue(listener.isOpen());
    for (int i = 0; i < 2; i++) {
      stream.close();
      listener.close();
      assertFalse(stream.isOpen());
      assertFalse(listener.isOpen());
    }
    Poller poller = closing(backend().openPoller());
    poller.close();
    poller.close();
  }

  /** The hazard: the descriptor is something else by the time of the second close. */
  @Rule(11)
  @Test
  void closingTwiceHitsNothingElse() throws Exception {
    Connection connection = connection();
    ListenerSocket listener = listener();
    Poller other = backend().openPoller();
    for (int i = 0; i < 2; i++) {
      connection.socket().close();
      listener.close();
      other.close();
      Pipe[] pipes = new Pipe[3];
      for (int k = 0; k < pipes.length; k++) {
        pipes[k] = Pipe.open();
        closing(pipes[k].source());
        closing(pipes[k].sink());
      }
      connection.socket().close();
      listener.close();
      other.close();
      for (Pipe pipe : pipes) {
        assertEquals(1, pipe.sink().write(ByteBuffer.allocate(1)));
        assertEquals(1, pipe.source().read(ByteBuffer.allocate(1)));
      }
    }
  }

  @Rule(11)
  @Test
  void aClosedStreamThrowsClosedChannelException() throws Exception {
    Connection connection = connection();
    StreamSocket unconnected = stream();
    SocketAddress address = hostAddress();
    for (StreamSocket stream : new StreamSocket[] {connection.socket(), unconnected}) {
      stream.close();
      ByteBuffer buffer = ByteBuffer.allocate(1);
      assertClosed(() -> stream.connect(address));
      assertClosed(stream::finishConnect);
      assertClosed(() -> stream.bind(loopback()));
      assertClosed(() -> stream.read(buffer));
      assertClosed(() -> stream.write(buffer));
      assertClosed(() -> stream.write(new ByteBuffer[] {buffer}, 0, 1));
      assertClosed(stream::shutdownOutput);
      assertClosed(() -> stream.setOption(StandardSocketOptions.TCP_NODELAY, true));
      assertClosed(() -> stream.getOption(StandardSocketOptions.TCP_NODELAY));
      assertClosed(stream::localAddress);
      assertClosed(stream::remoteAddress);
      assertClosed(() -> poller().register(stream, READ, "a"));
    }
  }

  @Rule(11)
  @Test
  void aClosedListenerThrowsClosedChannelException() throws Exception {
    ListenerSocket listener = listener();
    listener.close();
    assertClosed(() -> listener.bind(loopback(), 50));
    assertClosed(listener::accept);
    assertClosed(() -> listener.setOption(StandardSocketOptions.SO_REUSEADDR, true));
    assertClosed(listener::localAddress);
    assertClosed(() -> poller().register(listener, READ, "a"));
  }

  @Rule(11)
  @Test
  void aClosedPollerThrowsClosedSelectorException() throws Exception {
    StreamSocket registered = connection().socket();
    StreamSocket other = connection().socket();
    poller().register(registered, READ, "a");
    poller().close();
    Executable[] calls = {
      () -> poller().register(other, READ, "b"),
      () -> poller().modify(registered, WRITE),
      () -> poll(0),
      () -> poll(-1),
      () -> poller().openStream(StandardProtocolFamily.INET),
      () -> poller().openListener(StandardProtocolFamily.INET),
    };
    for (Executable call : calls) {
      assertThrows(ClosedSelectorException.class, call);
    }
    poller().wakeup();
    poller().deregister(registered);
    poller().close();
  }

  @Rule(11)
  @Test
  void socketsOutliveTheirPoller() throws Exception {
    Poller other = closing(backend().openPoller());
    StreamSocket stream = closing(other.openStream(StandardProtocolFamily.INET));
    boolean connected = stream.connect(hostAddress());
    other.register(stream, READ | WRITE, "a");
    Peer peer = acceptAtHost();
    other.close();
    assertTrue(stream.isOpen());
    if (!connected) {
      Peer.await("the end of the connect", patienceNanos(), stream::finishConnect);
    }
    assertEquals(1, stream.write(ByteBuffer.allocate(1)));
    peer.receive(1);
    peer.send((byte) 1);
    ByteBuffer target = ByteBuffer.allocate(1);
    Peer.await("a byte", patienceNanos(), () -> stream.read(target) == 1);
    stream.close();
    peer.awaitEnd();
  }

  @Rule(11)
  @Test
  void closingReleasesDescriptorsByTheNextPoll() throws Exception {
    hostAddress();
    Map<String, String> before = Descriptors.open();
    for (int i = 0; i < 20; i++) {
      Connection connection = connection();
      ListenerSocket listener = listener();
      Connection accepted = accepted(listener);
      if (i % 2 == 0) {
        poller().register(connection.socket(), READ | WRITE, "a");
        poller().register(listener, READ, "b");
        poller().register(accepted.socket(), READ, "c");
      }
      if (i % 4 == 0) {
        poll(0);
      }
      connection.socket().close();
      accepted.socket().close();
      listener.close();
      connection.peer().close();
      accepted.peer().close();
    }
    poll(0);
    assertEquals(before, Descriptors.open());
  }

  @Rule(11)
  @Test
  void closingAPollerReleasesItsDescriptors() throws Exception {
    Map<String, String> before = Descriptors.open();
    for (int i = 0; i < 20; i++) {
      Poller other = backend().openPoller();
      StreamSocket stream = other.openStream(StandardProtocolFamily.INET);
      other.register(stream, 0, "a");
      other.wakeup();
      if (i % 2 == 0) {
        other.poll(0, (attachment, readiness) -> {});
        stream.close();
        other.close();
      } else {
        other.close();
        stream.close();
      }
    }
    assertEquals(before, Descriptors.open());
  }

  @Rule(11)
  @Test
  void aFailedConnectLeavesNothingOpen() throws Exception {
    Map<String, String> before = Descriptors.open();
    for (int i = 0; i < 20; i++) {
      StreamSocket stream = poller().openStream(StandardProtocolFamily.INET);
      SocketAddress refusing = refusingAddress();
      assertThrows(ConnectException.class, () -> connect(stream, refusing));
      assertTrue(stream.isOpen(), "open until it is closed");
      stream.close();
      assertFalse(stream.isOpen());
    }
    poll(0);
    assertEquals(before, Descriptors.open());
  }

  @Rule(11)
  @Test
  void anInterruptClosesNothing() throws Exception {
    ListenerSocket listener = listener();
    SocketAddress address = listener.localAddress();
    assertNotNull(address);
    StreamSocket client = stream();
    Thread.currentThread().interrupt();
    connect(client, address);
    Thread.currentThread().interrupt();
    StreamSocket server = accept(listener);
    Thread.currentThread().interrupt();
    assertEquals(1, client.write(ByteBuffer.allocate(1)));
    Thread.currentThread().interrupt();
    receive(server, ByteBuffer.allocate(1), 1);
    Thread.currentThread().interrupt();
    poll(0);
    Thread.interrupted();
    assertTrue(listener.isOpen() && client.isOpen() && server.isOpen());
    assertEquals(1, server.write(ByteBuffer.allocate(1)));
    receive(client, ByteBuffer.allocate(1), 1);
  }

  /** Best run in a JVM of its own, with {@code -XX:-BackgroundCompilation}: it waits for the compilers. */
  @Rule(12)
  @Test
  @Tag("own-jvm")
  void pollingReadingAndWritingAllocateNothing() throws Exception {
    skipIf(Deviation.ALLOCATES_FOR_EACH_EVENT);
    assumeTrue(
        ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean,
        "this JVM does not tell what a thread allocates");
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    ListenerSocket listener = listener();
    SocketAddress address = listener.localAddress();
    assertNotNull(address);
    StreamSocket client = stream();
    connect(client, address);
    StreamSocket server = accept(listener);
    PingPong pingPong = new PingPong(poller(), client, server, patienceNanos());
    long leastBytes = Long.MAX_VALUE;
    int rounds = 5_000;
    // Until the compilers are done with it: most runs end after the second measurement.
    for (int i = 0; i < 20 && leastBytes > rounds; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      pingPong.run(rounds);
      leastBytes = Math.min(leastBytes, threads.getCurrentThreadAllocatedBytes() - before);
    }
    long allocatedBytes = leastBytes;
    assertTrue(
        allocatedBytes <= rounds, // less than a byte a round: something else's, once
        () -> rounds + " rounds allocated at least " + allocatedBytes + " bytes");
  }

  @Rule(13)
  @Test
  void availabilityHasAReasonAndLeavesNothingOpen() {
    Map<String, String> before = Descriptors.open();
    Availability availability = backend().availability();
    assertFalse(availability.reason().isBlank());
    assertEquals(before, Descriptors.open());
    assertTrue(backend().name().matches("[a-z][a-z0-9]*"), backend()::name);
  }

  @Rule(13)
  @Test
  void whatIsAvailableOpens() {
    assertDoesNotThrow(() -> backend().openPoller().close());
  }

  private ListenerSocket listenerWithPeer() throws Exception {
    ListenerSocket listener = listener();
    peerOf(listener);
    return listener;
  }

  private static void assertClosed(Executable call) {
    assertThrows(ClosedChannelException.class, call);
  }

  private static void assertCloseOnExec(Map<String, String> before) throws IOException {
    for (Map.Entry<String, String> descriptor : Descriptors.open().entrySet()) {
      if (!before.containsKey(descriptor.getKey())) {
        int flags = Descriptors.flags(descriptor.getKey());
        assertTrue((flags & O_CLOEXEC_ON_LINUX) != 0, () -> descriptor + " is not close-on-exec");
      }
    }
  }

  private static void assumeLinux() {
    assumeTrue(Descriptors.areListed(), "there is no /proc/self/fd here");
  }

  /** Sends one message to and fro, as long as one likes, with everything allocated beforehand. */
  private static final class PingPong implements ReadySink {

    private final Poller poller;
    private final StreamSocket client;
    private final StreamSocket server;
    private final long patienceNanos;
    private final ByteBuffer message = ByteBuffer.allocateDirect(64);
    private final ByteBuffer[] messages = {message};
    private int ready;

    PingPong(Poller poller, StreamSocket client, StreamSocket server, long patienceNanos)
        throws IOException {
      this.poller = poller;
      this.client = client;
      this.server = server;
      this.patienceNanos = patienceNanos;
      poller.register(client, READ, client);
      poller.register(server, READ, server);
    }

    void run(int rounds) throws IOException {
      for (int i = 0; i < rounds; i++) {
        message.clear();
        client.write(message);
        receive(server);
        poller.modify(server, READ | WRITE);
        message.clear();
        server.write(messages, 0, 1);
        poller.modify(server, READ);
        receive(client);
      }
    }

    private void receive(StreamSocket socket) throws IOException {
      message.clear();
      while (message.hasRemaining()) {
        ready = 0;
        poller.poll(patienceNanos, this);
        if (ready == 0) {
          throw new AssertionError("missing: a message");
        }
        socket.read(message);
      }
    }

    @Override
    public void ready(Object attachment, int readiness) {
      ready++;
    }
  }
}
