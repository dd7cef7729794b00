// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the TCK does not ask of every backend: exact messages, gathers, options by name. */
@EnabledOnOs(OS.LINUX)
class PosixSocketTest {

  private final IdlePoller poller = new IdlePoller();
  private final CallState calls = new CallState();
  private final Deque<PosixSource> opened = new ArrayDeque<>();

  @TempDir
  Path directory;

  @AfterEach
  void closeSources() {
    opened.forEach(PosixSource::close);
  }

  @Test
  void refusedConnectNamesTheAddress() throws Exception {
    SocketAddress refusing;
    try (ServerSocketChannel vacated = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
      refusing = vacated.bind(inet("127.0.0.1", 0)).getLocalAddress();
    }
    int port = ((InetSocketAddress) refusing).getPort();
    PosixStreamSocket socket = stream(StandardProtocolFamily.INET);
    ConnectException e = assertThrows(ConnectException.class, () -> {
      if (!socket.connect(refusing)) {
        awaitTrue(socket::finishConnect);
      }
    });
    assertEquals(
        "connect(127.0.0.1:" + port + "): ECONNREFUSED (Connection refused)", e.getMessage());
  }

  @Test
  void missingPathIsNamed() throws Exception {
    Path missing = directory.resolve("missing");
    PosixStreamSocket socket = stream(StandardProtocolFamily.UNIX);
    SocketException e = assertThrows(
        SocketException.class, () -> socket.connect(UnixDomainSocketAddress.of(missing)));
    assertEquals("connect(" + missing + "): ENOENT (No such file or directory)", e.getMessage());
  }

  @Test
  void unixListenerWhoseBacklogIsFullRefuses() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s"));
    listener(StandardProtocolFamily.UNIX, address, 1);
    ConnectException e = assertThrows(ConnectException.class, () -> {
      for (int i = 0; i < 10; i++) {
        assertTrue(stream(StandardProtocolFamily.UNIX).connect(address));
      }
    });
    assertTrue(e.getMessage().contains("EAGAIN"), e.getMessage());
  }

  @Test
  void takenPortIsNamed() throws Exception {
    PosixListenerSocket first = listener(StandardProtocolFamily.INET, inet("127.0.0.1", 0), 1);
    SocketAddress taken = first.localAddress();
    assertNotNull(taken);
    BindException e =
        assertThrows(BindException.class, () -> listener(StandardProtocolFamily.INET, taken, 1));
    assertTrue(e.getMessage().contains("EADDRINUSE (Address already in use)"), e.getMessage());
  }

  @Test
  void brokenConnectionsSayHow() throws Exception {
    List<PosixStreamSocket> pair = connectedPair();
    PosixStreamSocket socket = pair.get(0);
    pair.get(1).setOption(StandardSocketOptions.SO_LINGER, 0);
    pair.get(1).close();
    ByteBuffer target = ByteBuffer.allocateDirect(16);
    SocketException reset =
        assertThrows(SocketException.class, () -> awaitTrue(() -> socket.read(target) != 0));
    assertTrue(
        reset.getMessage().endsWith("16 bytes): ECONNRESET (Connection reset by peer)"),
        reset.getMessage());
    SocketException pipe =
        assertThrows(SocketException.class, () -> socket.write(ByteBuffer.wrap(new byte[1])));
    assertTrue(pipe.getMessage().endsWith("EPIPE (Broken pipe)"), pipe.getMessage());
  }

  @Test
  void gatherOfManyBuffersOfEveryKindArrivesInOrder() throws Exception {
    List<PosixStreamSocket> pair = connectedPair();
    byte[] expected = new byte[300_000];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (byte) (i * 31 + (i >> 8));
    }
    ByteBuffer[] sources = new ByteBuffer[202];
    int at = 0;
    for (int i = 0; i < sources.length; i++) {
      int end = i == sources.length - 1 ? expected.length : at + 500;
      ByteBuffer part = ByteBuffer.wrap(expected, at, end - at);
      sources[i] = switch (i % 4) {
        case 0 -> ByteBuffer.allocateDirect(end - at).put(part).flip();
        case 1 -> part.slice().asReadOnlyBuffer();
        case 2 -> part;
        default -> ByteBuffer.allocateDirect(0);
      };
      at = i % 4 == 3 ? at : end;
    }
    ByteBuffer received = ByteBuffer.allocate(expected.length);
    int[] first = {0};
    awaitTrue(() -> {
      pair.get(0).write(sources, first[0], sources.length - first[0]);
      while (first[0] < sources.length - 1 && !sources[first[0]].hasRemaining()) {
        first[0]++;
      }
      pair.get(1).read(received);
      return !received.hasRemaining();
    });
    assertArrayEquals(expected, received.array());
  }

  /** Each number of buffers in one call, after a smaller one and after a larger one. */
  @Test
  void oneCallGathersAsManyBuffersAsTheKernelTakes() throws Exception {
    List<PosixStreamSocket> pair = connectedPair();
    for (int count : new int[] {64, 65, 1024, 1025, 3000, 2}) {
      ByteBuffer[] sources = new ByteBuffer[count];
      for (int i = 0; i < count; i++) {
        sources[i] = i % 2 == 0
            ? ByteBuffer.wrap(new byte[] {(byte) i})
            : ByteBuffer.allocateDirect(1).put(0, (byte) i);
      }
      int most = Math.min(count, 1024);
      assertEquals(most, calls.vector.fill(sources, 0, count, calls.scratch()));
      assertEquals(most, calls.vector.count());
      assertEquals(most, Libc.sendmsg(calls, pair.get(0).fd(), Constants.MSG_NOSIGNAL));
      ByteBuffer received = ByteBuffer.allocate(most);
      awaitTrue(() -> {
        pair.get(1).read(received);
        return !received.hasRemaining();
      });
      for (int i = 0; i < most; i++) {
        assertEquals((byte) i, received.get(i));
      }
    }
  }

  @Test
  void readingMovesHeapBuffersThatAreSlices() throws Exception {
    List<PosixStreamSocket> pair = connectedPair();
    pair.get(0).write(ByteBuffer.wrap(new byte[] {9, 1, 2, 3, 9}, 1, 3));
    byte[] array = new byte[10];
    ByteBuffer target = ByteBuffer.wrap(array, 2, 6).slice();
    target.position(1);
    awaitTrue(() -> pair.get(1).read(target) == 3);
    assertEquals(4, target.position());
    assertArrayEquals(new byte[] {0, 0, 0, 1, 2, 3, 0, 0, 0, 0}, array);
  }

  @Test
  void extendedOptionsAreKnownByName() throws Exception {
    PosixStreamSocket socket = stream(StandardProtocolFamily.INET);
    socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 77);
    socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 7);
    socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
    assertEquals(77, socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE));
    assertEquals(7, socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL));
    assertEquals(3, socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT));
    UnsupportedOperationException e = assertThrows(
        UnsupportedOperationException.class,
        () -> socket.getOption(StandardSocketOptions.IP_MULTICAST_LOOP));
    assertEquals("'IP_MULTICAST_LOOP' not supported", e.getMessage());
  }

  @Test
  void closingTellsThePollerFirstAndOnce() throws Exception {
    PosixStreamSocket socket = stream(StandardProtocolFamily.INET);
    socket.close();
    socket.close();
    assertFalse(socket.isOpen());
    assertEquals(List.of(socket), poller.forgotten);
  }

  private List<PosixStreamSocket> connectedPair() throws Exception {
    PosixListenerSocket listener = listener(StandardProtocolFamily.INET, inet("127.0.0.1", 0), 1);
    SocketAddress address = listener.localAddress();
    assertNotNull(address);
    PosixStreamSocket client = stream(StandardProtocolFamily.INET);
    if (!client.connect(address)) {
      awaitTrue(client::finishConnect);
    }
    PosixStreamSocket[] accepted = new PosixStreamSocket[1];
    awaitTrue(() -> (accepted[0] = (PosixStreamSocket) listener.accept()) != null);
    opened.push(accepted[0]);
    return List.of(client, accepted[0]);
  }

  private PosixStreamSocket stream(ProtocolFamily family) throws Exception {
    PosixStreamSocket socket = PosixStreamSocket.open(poller, calls, family);
    opened.push(socket);
    return socket;
  }

  private PosixListenerSocket listener(ProtocolFamily family, SocketAddress address, int backlog)
      throws Exception {
    PosixListenerSocket socket = PosixListenerSocket.open(poller, calls, family);
    opened.push(socket);
    socket.bind(address, backlog);
    return socket;
  }

  private static InetSocketAddress inet(String ip, int port) throws Exception {
    return new InetSocketAddress(InetAddress.getByName(ip), port);
  }

  /** Loopback answers within microseconds, and there is no poller here to wait with. */
  private static void awaitTrue(Condition condition) throws Exception {
    long startNanos = System.nanoTime();
    while (!condition.holds()) {
      assertTrue(System.nanoTime() - startNanos < 10_000_000_000L, "it never came");
      Thread.onSpinWait();
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }
}
