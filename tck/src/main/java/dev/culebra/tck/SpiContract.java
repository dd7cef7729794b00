// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.spi.Availability;
import dev.culebra.spi.Backend;
import dev.culebra.spi.DgramSocket;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.Poller;
import dev.culebra.spi.StreamSocket;
import dev.culebra.test.internal.Descriptors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * Opens a poller for each test and proves afterwards that nothing is left open.
 *
 * <p>No test sleeps. What must happen is waited for in {@link Poller#poll} with the TCK's patience as
 * its limit, and that something does not happen is tested only where an earlier event proves that it
 * would have happened by then.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class SpiContract {

  static final int READ = Poller.READ;
  static final int WRITE = Poller.WRITE;

  private static final Set<String> WARM = ConcurrentHashMap.newKeySet();

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private Map<String, String> descriptorsBefore = Map.of();
  private @Nullable Poller poller;
  private @Nullable ServerSocketChannel host;
  private @Nullable Path directory;

  abstract BackendTck tck();

  @BeforeEach
  void openPoller() throws Exception {
    Availability availability = backend().availability();
    assertFalse(availability.reason().isBlank(), "an availability without a reason");
    assumeTrue(
        availability.available(),
        () -> backend().name() + " cannot run here: " + availability.reason());
    if (WARM.add(backend().getClass().getName())) {
      warmUp();
    }
    descriptorsBefore = Descriptors.open();
    poller = backend().openPoller();
  }

  /** Makes the JDK and the backend open what they keep open for good. */
  private void warmUp() throws Exception {
    poller = backend().openPoller();
    if (!backend().waitsOnVirtualThreads()) {
      // The first poll that parks a virtual thread starts the JDK's own pollers.
      try (Aside aside = new Aside(Thread.ofVirtual(), poller, -1, patienceNanos())) {
        aside.awaitWaiting();
      }
    }
    assertTalks(connection());
    assertTalks(accepted(listener()));
    listener(StandardProtocolFamily.UNIX, unixAddress());
    DgramSocket datagram = datagram();
    datagram.send(ByteBuffer.allocate(1), datagram.localAddress());
    datagram.receive(ByteBuffer.allocate(1));
    closeAll();
  }

  @AfterEach
  void nothingIsLeftOpen() throws Exception {
    Thread.interrupted();
    closeAll();
    assertEquals(descriptorsBefore, Descriptors.open(), "open descriptors before and after");
  }

  private void closeAll() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
    if (host != null) {
      host.close();
      host = null;
    }
    if (poller != null) {
      poller.close();
      poller = null;
    }
    if (directory != null) {
      Files.delete(directory);
      directory = null;
    }
  }

  final Backend backend() {
    return tck().backend();
  }

  /** The poller of this test. */
  final Poller poller() {
    assertNotNull(poller);
    return poller;
  }

  final long patienceNanos() {
    return tck().patience().toNanos();
  }

  final void skipIf(Deviation deviation) {
    assumeTrue(
        !tck().deviations().contains(deviation),
        () -> backend().name() + " declares that it deviates: " + deviation);
  }

  /** Closes it after the test, before what was opened earlier. */
  final <T extends AutoCloseable> T closing(T resource) {
    opened.push(resource);
    return resource;
  }

  // What a test polls with

  /** Polls once. */
  final Recorder poll(long timeoutNanos) throws IOException {
    Recorder recorder = new Recorder();
    int count = poller().poll(timeoutNanos, recorder);
    assertEquals(recorder.size(), count, "sources handed out by poll, and what it returned");
    return recorder;
  }

  /** Polls until one poll reports all of this of one source. */
  final Recorder await(Object attachment, int readiness) throws IOException {
    long startNanos = System.nanoTime();
    Recorder last = new Recorder();
    while (true) {
      long leftNanos = patienceNanos() - (System.nanoTime() - startNanos);
      if (leftNanos <= 0) {
        return fail(
            "missing: " + Recorder.name(readiness) + " for " + attachment + "; got " + last);
      }
      Recorder recorder = poll(leftNanos);
      if ((recorder.of(attachment) & readiness) == readiness) {
        return recorder;
      }
      last = recorder.size() > 0 ? recorder : last;
    }
  }

  /** Polls until one poll reports all of these as readable. */
  final void awaitTogether(Object... attachments) throws IOException {
    long startNanos = System.nanoTime();
    while (true) {
      Recorder recorder = poll(patienceNanos());
      boolean all = true;
      for (Object attachment : attachments) {
        all &= (recorder.of(attachment) & READ) != 0;
      }
      if (all) {
        return;
      }
      if (System.nanoTime() - startNanos > patienceNanos()) {
        fail("missing: one poll that reports all of " + Set.of(attachments));
      }
    }
  }

  /** Asserts that the next polls do not report a source. */
  final void assertSilent(Object attachment) throws IOException {
    for (int i = 0; i < 3; i++) {
      Recorder recorder = poll(0);
      assertEquals(
          0, recorder.timesOf(attachment), () -> attachment + " is not silent: " + recorder);
    }
  }

  /** Asserts that a poll waits as long as it shall. */
  final void assertWaits(long timeoutNanos) throws IOException {
    long startNanos = System.nanoTime();
    poll(timeoutNanos);
    long elapsedNanos = System.nanoTime() - startNanos;
    assertTrue(
        elapsedNanos >= timeoutNanos,
        () -> "a poll of " + timeoutNanos + " ns returned after " + elapsedNanos);
  }

  /** Polls in another thread. */
  final Aside pollAside(long timeoutNanos) {
    return closing(
        new Aside(Thread.ofPlatform().daemon(), poller(), timeoutNanos, patienceNanos()));
  }

  // What a test polls

  final StreamSocket stream(ProtocolFamily family) throws IOException {
    return closing(poller().openStream(family));
  }

  final StreamSocket stream() throws IOException {
    return stream(StandardProtocolFamily.INET);
  }

  final DgramSocket datagram(ProtocolFamily family) throws IOException {
    return closing(poller().openDatagram(family));
  }

  /** A datagram socket that is bound to a port of this host. */
  final DgramSocket datagram() throws IOException {
    DgramSocket socket = datagram(StandardProtocolFamily.INET);
    socket.bind(loopback());
    return socket;
  }

  static SocketAddress address(DgramSocket socket) throws IOException {
    SocketAddress address = socket.localAddress();
    assertNotNull(address);
    return address;
  }

  static int port(DgramSocket socket) throws IOException {
    return ((InetSocketAddress) address(socket)).getPort();
  }

  static NetworkInterface loopbackInterface() throws IOException {
    NetworkInterface found = NetworkInterface.getByInetAddress(loopback().getAddress());
    assertNotNull(found);
    return found;
  }

  /** Waits for a datagram and takes it. */
  final SocketAddress awaitReceive(DgramSocket socket, ByteBuffer target) throws IOException {
    Object attachment = new Object();
    poller().register(socket, READ, attachment);
    @Nullable SocketAddress from = null;
    while (from == null) {
      await(attachment, READ);
      from = socket.receive(target);
    }
    poller().deregister(socket);
    return from;
  }

  final ListenerSocket listener(ProtocolFamily family, SocketAddress address) throws IOException {
    ListenerSocket listener = closing(poller().openListener(family));
    listener.bind(address, 50);
    return listener;
  }

  final ListenerSocket listener() throws IOException {
    return listener(StandardProtocolFamily.INET, loopback());
  }

  /** A stream of the tested backend that has connected to a peer. */
  final Connection connection() throws Exception {
    StreamSocket socket = stream();
    connect(socket, hostAddress());
    return new Connection(socket, acceptAtHost());
  }

  /** A stream that the tested backend has accepted from a peer. */
  final Connection accepted(ListenerSocket listener) throws Exception {
    Peer peer = peerOf(listener);
    return new Connection(accept(listener), peer);
  }

  /** A peer that has connected to a listener of the tested backend. */
  final Peer peerOf(ListenerSocket listener) throws IOException {
    SocketAddress address = listener.localAddress();
    assertNotNull(address);
    return closing(new Peer(SocketChannel.open(address), patienceNanos()));
  }

  /** Connects and waits until it has. */
  final void connect(StreamSocket socket, SocketAddress address) throws IOException {
    if (!socket.connect(address)) {
      Object attachment = new Object();
      poller().register(socket, WRITE, attachment);
      do {
        await(attachment, WRITE);
      } while (!socket.finishConnect());
      poller().deregister(socket);
    }
  }

  /** Waits for a connection and takes it. */
  final StreamSocket accept(ListenerSocket listener) throws IOException {
    StreamSocket accepted = listener.accept();
    if (accepted == null) {
      Object attachment = new Object();
      poller().register(listener, READ, attachment);
      while (accepted == null) {
        await(attachment, READ);
        accepted = listener.accept();
      }
      poller().deregister(listener);
    }
    return closing(accepted);
  }

  /** Asserts that bytes come and go. */
  final void assertTalks(Connection connection) throws Exception {
    assertEquals(10, connection.socket().write(ByteBuffer.wrap(pattern(10))));
    assertArrayEquals(pattern(10), connection.peer().receive(10));
    connection.peer().send(pattern(20));
    ByteBuffer target = ByteBuffer.allocate(20);
    receive(connection.socket(), target, 20);
    assertArrayEquals(pattern(20), target.array());
  }

  /** Reads this many bytes, waiting for them. */
  final void receive(StreamSocket socket, ByteBuffer target, int count) throws Exception {
    poller().register(socket, READ, "receiver");
    int end = target.position() + count;
    while (target.position() < end) {
      await("receiver", READ);
      int before = target.position();
      int read = socket.read(target);
      assertTrue(read >= 0, "the stream ended");
      assertEquals(before + read, target.position(), "position after read");
    }
    poller().deregister(socket);
    assertEquals(end, target.position());
  }

  /** Bytes whose order shows. */
  static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + (i >>> 8) * 7 + (i >>> 16) + 1);
    }
    return bytes;
  }

  /** Where the test's peers listen. */
  final SocketAddress hostAddress() throws IOException {
    if (host == null) {
      host = ServerSocketChannel.open(StandardProtocolFamily.INET);
      host.configureBlocking(false);
      host.bind(loopback());
    }
    return host.getLocalAddress();
  }

  final Peer acceptAtHost() throws Exception {
    ServerSocketChannel listening = host;
    assertNotNull(listening);
    SocketChannel[] accepted = new SocketChannel[1];
    Peer.await(
        "a connection at the peer",
        patienceNanos(),
        () -> (accepted[0] = listening.accept()) != null);
    return closing(new Peer(accepted[0], patienceNanos()));
  }

  /** A port at which nobody listens. */
  final SocketAddress refusingAddress() throws IOException {
    try (ServerSocketChannel vacated = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
      return vacated.bind(loopback()).getLocalAddress();
    }
  }

  static InetSocketAddress loopback() throws IOException {
    return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
  }

  static InetSocketAddress loopback6() throws IOException {
    byte[] address = new byte[16];
    address[15] = 1;
    return new InetSocketAddress(InetAddress.getByAddress(address), 0);
  }

  /** Skips the test where the machine has no IPv6. */
  static void assumeIpv6() {
    try (ServerSocketChannel probe = ServerSocketChannel.open(StandardProtocolFamily.INET6)) {
      probe.bind(loopback6());
    } catch (IOException | UnsupportedOperationException e) {
      assumeTrue(false, () -> "this machine has no IPv6: " + e);
    }
  }

  /** A path where nothing is, in a folder that is removed after the test. */
  final UnixDomainSocketAddress unixAddress() throws IOException {
    if (directory == null) {
      directory = Files.createTempDirectory("culebra");
    }
    Path path = directory.resolve("socket");
    closing(() -> Files.deleteIfExists(path));
    return UnixDomainSocketAddress.of(path);
  }
}
