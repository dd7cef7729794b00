// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.EventLoop;
import dev.culebra.Task;
import dev.culebra.net.AcceptedSocket;
import dev.culebra.net.AsyncSocket;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import dev.culebra.spi.ReadySink;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets without a transport: receiving, sending, connecting, accepting, and what may go wrong. */
abstract class AsyncSocketContract extends OnLoop {

  @TempDir
  Path folder;

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.ofLiteral(HOST), 0);
  }

  private AsyncSocket listening() throws IOException {
    AsyncSocket socket = closing(loop.openListeningSocket(StandardProtocolFamily.INET));
    socket.listen(anyPort(), 50);
    return socket;
  }

  private static InetSocketAddress addressOf(AsyncSocket socket) throws IOException {
    return (InetSocketAddress) nonNull(socket.localAddress());
  }

  private AsyncSocket socket() throws IOException {
    return closing(loop.openSocket(StandardProtocolFamily.INET));
  }

  /** A socket that was accepted, and its peer. */
  private record Accepted(AsyncSocket socket, Peer peer) {}

  private Accepted accepted() throws IOException {
    try (AsyncSocket listener = listening()) {
      Peer peer = peerAt(addressOf(listener));
      AsyncSocket socket = closing(loop.sockAccept(listener).socket());
      socket.setOption(StandardSocketOptions.SO_SNDBUF, 64 * 1024);
      return new Accepted(socket, peer);
    }
  }

  private Task<byte[]> receiving(AsyncSocket socket) {
    return loop.createTask(() -> loop.sockRecv(socket, 100));
  }

  /** Lets a task run until it waits. */
  private static void letWait() {
    sleep(Duration.ZERO);
    sleep(Duration.ZERO);
  }

  /** In the steady state a request costs no call that finds nothing, and is still never waited for in vain. */
  @Test
  void whatFollowsAShortReceiveIsWaitedForAndNotTriedFor() throws Exception {
    int[] foundNothing = {0};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      int read(StreamSocket socket, ByteBuffer target) throws IOException {
        int count = super.read(socket, target);
        foundNothing[0] += count == 0 ? 1 : 0;
        return count;
      }
    });
    run(() -> {
      Accepted both = accepted();
      ByteBuffer target = ByteBuffer.allocateDirect(100);
      for (byte i = 0; i < 50; i++) {
        Task<byte[]> asArray = i % 2 == 0 ? receiving(both.socket) : null;
        Task<Integer> intoBuffer = i % 2 == 1
            ? loop.createTask(() -> loop.sockRecvInto(both.socket, target.clear()))
            : null;
        letWait();
        both.peer.send(i);
        if (asArray != null) {
          assertArrayEquals(new byte[] {i}, asArray.await());
        } else {
          assertEquals(1, nonNull(intoBuffer).await());
          assertEquals(i, target.get(0));
        }
      }
      both.peer.close();
      assertEquals(-1, loop.sockRecvInto(both.socket, target.clear()));
    });
    assertTrue(foundNothing[0] <= 1, () -> foundNothing[0] + " calls found nothing");
  }

  // Both ends

  @Test
  void bytesGoBothWaysOverTcpAndUnixSockets() throws Exception {
    run(() -> {
      for (boolean unix : new boolean[] {false, true}) {
        var family = unix ? StandardProtocolFamily.UNIX : StandardProtocolFamily.INET;
        try (AsyncSocket listener = loop.openListeningSocket(family);
            AsyncSocket client = loop.openSocket(family)) {
          assertNull(listener.localAddress());
          listener.listen(unix ? UnixDomainSocketAddress.of(folder.resolve("s")) : anyPort(), 10);
          Task<AcceptedSocket> accepting = loop.createTask(() -> loop.sockAccept(listener));
          assertNull(client.remoteAddress());
          loop.sockConnect(client, nonNull(listener.localAddress()));
          AcceptedSocket accepted = accepting.await();
          try (AsyncSocket server = accepted.socket()) {
            assertEquals(listener.localAddress(), client.remoteAddress());
            assertEquals(server.remoteAddress(), accepted.address());
            if (!unix) {
              assertEquals(client.localAddress(), accepted.address());
            }
            Task<byte[]> request = receiving(server);
            loop.sockSendAll(client, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            assertArrayEquals(new byte[] {1, 2, 3}, request.await());
            loop.sockSendAll(server, ByteBuffer.wrap(new byte[] {4}));
            assertArrayEquals(new byte[] {4}, loop.sockRecv(client, 10));
            client.shutdownOutput();
            assertEquals(0, loop.sockRecv(server, 10).length);
            loop.sockSendAll(server, ByteBuffer.wrap(new byte[] {5}));
            assertArrayEquals(new byte[] {5}, loop.sockRecv(client, 10));
          }
          assertEquals(0, loop.sockRecv(client, 10).length);
        }
      }
    });
  }

  @Test
  void receivingGivesNoMoreThanWasAskedForAndTheEndForEver() throws Exception {
    run(() -> {
      Accepted accepted = accepted();
      accepted.peer().send(new byte[] {1, 2, 3, 4, 5});
      assertEquals(0, loop.sockRecv(accepted.socket(), 0).length);
      assertArrayEquals(new byte[] {1, 2}, loop.sockRecv(accepted.socket(), 2));
      ByteBuffer target = ByteBuffer.allocate(10).position(3).limit(5);
      assertEquals(2, loop.sockRecvInto(accepted.socket(), target));
      assertEquals(5, target.position());
      assertArrayEquals(new byte[] {0, 0, 0, 3, 4, 0, 0, 0, 0, 0}, target.array());
      assertEquals(0, loop.sockRecvInto(accepted.socket(), target));
      assertEquals(1, loop.sockRecvInto(accepted.socket(), ByteBuffer.allocateDirect(9)));
      accepted.peer().close();
      for (int i = 0; i < 3; i++) {
        assertEquals(0, loop.sockRecv(accepted.socket(), 10).length);
        assertEquals(-1, loop.sockRecvInto(accepted.socket(), ByteBuffer.allocate(1)));
      }
    });
  }

  @Test
  void aLargeBufferIsSentWholeToASlowPeer() throws Exception {
    byte[] sent = SpiContract.pattern(800_000);
    run(() -> {
      Accepted accepted = accepted();
      var got = aside(() -> accepted.peer().receive(sent.length));
      ByteBuffer source = ByteBuffer.wrap(sent);
      loop.sockSendAll(accepted.socket(), source);
      assertFalse(source.hasRemaining());
      assertArrayEquals(sent, got.await());
    });
  }

  @Test
  void writesOfThreeBytesAndStormsOfWouldBlockLoseNothing() throws Exception {
    int[] calls = {0};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      int read(StreamSocket socket, ByteBuffer target) throws IOException {
        return calls[0]++ % 3 != 0 ? 0 : super.read(socket, target);
      }

      @Override
      int write(StreamSocket socket, ByteBuffer source) throws IOException {
        if (calls[0]++ % 3 != 0) {
          return 0;
        }
        int limit = source.limit();
        source.limit(Math.min(limit, source.position() + 3));
        try {
          return super.write(socket, source);
        } finally {
          source.limit(limit);
        }
      }
    });
    byte[] sent = SpiContract.pattern(300);
    run(() -> {
      Accepted accepted = accepted();
      loop.sockSendAll(accepted.socket(), ByteBuffer.wrap(sent));
      accepted.peer().send(accepted.peer().receive(sent.length));
      ByteBuffer got = ByteBuffer.allocate(sent.length);
      while (got.hasRemaining()) {
        loop.sockRecvInto(accepted.socket(), got);
      }
      assertArrayEquals(sent, got.array());
    });
  }

  @Test
  void whatThePeerHasResetThrows() throws Exception {
    run(() -> {
      Accepted accepted = accepted();
      Task<byte[]> receiving = receiving(accepted.socket());
      letWait();
      accepted.peer().reset();
      assertThrows(SocketException.class, receiving::await);
      assertThrows(
          IOException.class, () -> loop.sockSendAll(accepted.socket(), ByteBuffer.allocate(1)));
      assertTrue(accepted.socket().isOpen());
    });
  }

  // Two waiters

  @Test
  void oneReceivesWhileAnotherSendsByOneRegistration() throws Exception {
    int[] registrations = {0};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      void register(Poller poller, Pollable source, int interest, Object attachment)
          throws IOException {
        registrations[0] += source instanceof StreamSocket ? 1 : 0;
        super.register(poller, source, interest, attachment);
      }
    });
    byte[] sent = SpiContract.pattern(800_000);
    run(() -> {
      Accepted accepted = accepted();
      Task<byte[]> receiving = receiving(accepted.socket());
      var sending =
          loop.createTask(() -> loop.sockSendAll(accepted.socket(), ByteBuffer.wrap(sent)));
      letWait();
      assertFalse(sending.done());
      accepted.peer().send(new byte[] {7});
      assertArrayEquals(new byte[] {7}, receiving.await());
      assertFalse(sending.done());
      assertArrayEquals(sent, aside(() -> accepted.peer().receive(sent.length)).await());
      sending.await();
      assertEquals(1, registrations[0]);
    });
  }

  @Test
  void aSecondReceiverAndASecondSenderAreRefused() throws Exception {
    run(() -> {
      Accepted accepted = accepted();
      AsyncSocket socket = accepted.socket();
      Task<byte[]> receiving = receiving(socket);
      byte[] large = new byte[800_000];
      var sending = loop.createTask(() -> loop.sockSendAll(socket, ByteBuffer.wrap(large)));
      letWait();
      assertThrows(IllegalStateException.class, () -> loop.sockRecv(socket, 1));
      assertThrows(
          IllegalStateException.class, () -> loop.sockRecvInto(socket, ByteBuffer.allocate(1)));
      assertThrows(
          IllegalStateException.class, () -> loop.sockSendAll(socket, ByteBuffer.allocate(1)));
      assertThrows(
          IllegalStateException.class, () -> loop.connectAcceptedSocket(this::log, socket));
      accepted.peer().send(new byte[] {1});
      assertArrayEquals(new byte[] {1}, receiving.await());
      assertEquals(
          large.length, aside(() -> accepted.peer().receive(large.length)).await().length);
      sending.await();
    });
  }

  // Cancelling

  @Test
  void aCancelledReceiverLosesNothingAndLeavesTheSenderAlone() throws Exception {
    byte[] sent = SpiContract.pattern(800_000);
    run(() -> {
      Accepted accepted = accepted();
      Task<byte[]> receiving = receiving(accepted.socket());
      var sending =
          loop.createTask(() -> loop.sockSendAll(accepted.socket(), ByteBuffer.wrap(sent)));
      letWait();
      receiving.cancel();
      assertThrows(CancellationException.class, receiving::await);
      accepted.peer().send(new byte[] {7});
      assertArrayEquals(sent, aside(() -> accepted.peer().receive(sent.length)).await());
      sending.await();
      assertArrayEquals(new byte[] {7}, loop.sockRecv(accepted.socket(), 10));
    });
  }

  @Test
  void aCancelledSenderTellsHowMuchItSentAndLeavesTheReceiverAlone() throws Exception {
    byte[] sent = SpiContract.pattern(800_000);
    run(() -> {
      Accepted accepted = accepted();
      AsyncSocket socket = accepted.socket();
      ByteBuffer source = ByteBuffer.wrap(sent);
      Task<byte[]> receiving = receiving(socket);
      var sending = loop.createTask(() -> loop.sockSendAll(socket, source));
      letWait();
      sending.cancel();
      assertThrows(CancellationException.class, sending::await);
      assertTrue(source.position() > 0 && source.hasRemaining(), source::toString);
      var got = aside(() -> accepted.peer().receive(sent.length));
      loop.sockSendAll(socket, source);
      assertArrayEquals(sent, got.await());
      accepted.peer().send(new byte[] {1});
      assertArrayEquals(new byte[] {1}, receiving.await());
    });
  }

  /** Cancels a task in the very poll that finds what it waits for. */
  private final class CancellingBackend extends ScriptedBackend {

    @Nullable Task<?> victim;

    CancellingBackend() {
      super(AsyncSocketContract.this.backend());
    }

    @Override
    int poll(Poller poller, long timeoutNanos, ReadySink sink) throws IOException {
      int found = super.poll(poller, timeoutNanos, sink);
      Task<?> cancelled = victim;
      if (found > 0 && cancelled != null) {
        victim = null;
        loop.callSoonThreadsafe(cancelled::cancel);
      }
      return found;
    }
  }

  @Test
  void aReceiverThatIsCancelledAsDataComesLosesNothing() throws Exception {
    CancellingBackend cancelling = onBackend(new CancellingBackend());
    run(() -> {
      Accepted accepted = accepted();
      Task<byte[]> receiving = receiving(accepted.socket());
      letWait();
      cancelling.victim = receiving;
      accepted.peer().send(new byte[] {1, 2});
      byte[] all;
      try {
        all = receiving.await();
      } catch (CancellationException e) {
        all = loop.sockRecv(accepted.socket(), 10);
      }
      assertArrayEquals(new byte[] {1, 2}, all);
      assertNull(cancelling.victim);
    });
  }

  @Test
  void anAcceptThatIsCancelledAsAConnectionComesLosesNone() throws Exception {
    CancellingBackend cancelling = onBackend(new CancellingBackend());
    run(() -> {
      AsyncSocket listener = listening();
      Task<AcceptedSocket> accepting = loop.createTask(() -> loop.sockAccept(listener));
      letWait();
      cancelling.victim = accepting;
      peerAt(addressOf(listener)).send(new byte[] {1});
      AcceptedSocket accepted;
      try {
        accepted = accepting.await();
      } catch (CancellationException e) {
        accepted = loop.sockAccept(listener);
      }
      try (AsyncSocket socket = accepted.socket()) {
        assertArrayEquals(new byte[] {1}, loop.sockRecv(socket, 10));
      }
      assertNull(cancelling.victim);
    });
  }

  @Test
  void aCancelledAcceptLeavesTheSocketListening() throws Exception {
    run(() -> {
      AsyncSocket listener = listening();
      Task<AcceptedSocket> accepting = loop.createTask(() -> loop.sockAccept(listener));
      letWait();
      accepting.cancel();
      assertThrows(CancellationException.class, accepting::await);
      peerAt(addressOf(listener)).send(new byte[] {1});
      try (AsyncSocket socket = loop.sockAccept(listener).socket()) {
        assertArrayEquals(new byte[] {1}, loop.sockRecv(socket, 10));
      }
    });
  }

  @Test
  void aCancelledConnectLeavesASocketThatCanBeClosed() throws Exception {
    onBackend(new ScriptedBackend(backend()) {
      @Override
      boolean finishConnect(StreamSocket socket) {
        return false;
      }
    });
    run(() -> {
      AsyncSocket listener = listening();
      AsyncSocket socket = socket();
      Task<?> connecting = loop.createTask(() -> loop.sockConnect(socket, addressOf(listener)));
      letWait();
      if (!connecting.done()) { // on Linux it is under way even on the loopback
        connecting.cancel();
        assertThrows(CancellationException.class, connecting::await);
      }
      socket.close();
      socket.close();
      assertThrows(ClosedChannelException.class, () -> loop.sockRecv(socket, 1));
    });
  }

  // Fairness

  @Test
  void anAcceptorThatNeverHasToWaitLetsOthersRun() throws Exception {
    run(() -> {
      AsyncSocket listener = listening();
      List<String> order = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        peerAt(addressOf(listener));
      }
      Task<?> accepting = loop.createTask(() -> {
        for (int i = 0; i < 4; i++) {
          AsyncSocket socket = closing(loop.sockAccept(listener).socket());
          loop.createTask(() -> {
            order.add("served");
            socket.close();
          });
          order.add("accepted");
        }
      });
      accepting.await();
      await("the last one", () -> order.size() == 8);
      assertEquals(List.of("accepted", "served", "accepted", "served"), order.subList(0, 4));
    });
  }

  @Test
  void aReceiverThatNeverHasToWaitLetsOthersRun() throws Exception {
    run(() -> {
      Accepted accepted = accepted();
      accepted.peer().send(new byte[200]);
      settle();
      int[] turns = {0};
      Task<?> other = loop.createTask(() -> {
        while (true) {
          turns[0]++;
          sleep(Duration.ZERO);
        }
      });
      for (int i = 0; i < 200; i++) {
        assertEquals(1, loop.sockRecv(accepted.socket(), 1).length);
      }
      assertTrue(turns[0] >= 10, () -> "only " + turns[0] + " turns for others");
      other.cancel();
    });
  }

  // Closing

  @Test
  void closingASocketEndsTheWaitsForIt() throws Exception {
    run(() -> {
      Accepted accepted = accepted();
      Task<byte[]> receiving = receiving(accepted.socket());
      var sending =
          loop.createTask(() -> loop.sockSendAll(accepted.socket(), ByteBuffer.allocate(800_000)));
      AsyncSocket listener = listening();
      Task<AcceptedSocket> accepting = loop.createTask(() -> loop.sockAccept(listener));
      letWait();
      accepted.socket().close();
      listener.close();
      assertThrows(AsynchronousCloseException.class, receiving::await);
      assertThrows(AsynchronousCloseException.class, sending::await);
      assertThrows(AsynchronousCloseException.class, accepting::await);
      ByteBuffer rest = ByteBuffer.allocate(800_000);
      await("the end at the peer", () -> receiveSome(accepted.peer(), rest) < 0);
    });
  }

  @Test
  void socketsAreClosedWithTheLoop() throws Exception {
    AsyncSocket[] kept = new AsyncSocket[2];
    run(() -> {
      kept[0] = loop.openListeningSocket(StandardProtocolFamily.INET);
      kept[0].listen(anyPort(), 10);
      kept[1] = loop.openSocket(StandardProtocolFamily.INET);
      loop.sockConnect(kept[1], addressOf(kept[0]));
    });
    loop.close();
    assertFalse(kept[0].isOpen() || kept[1].isOpen());
    assertThrows(IllegalStateException.class, () -> loop.openSocket(StandardProtocolFamily.INET));
  }

  @Test
  void aClosedSocketThrowsClosedChannelException() throws Exception {
    run(() -> {
      AsyncSocket socket = socket();
      socket.close();
      assertFalse(socket.isOpen());
      assertThrows(ClosedChannelException.class, () -> loop.sockRecv(socket, 1));
      assertThrows(ClosedChannelException.class, () -> loop.sockAccept(socket));
      assertThrows(ClosedChannelException.class, () -> loop.sockConnect(socket, anyPort()));
      assertThrows(ClosedChannelException.class, () -> socket.bind(anyPort()));
      assertThrows(ClosedChannelException.class, socket::localAddress);
      assertThrows(ClosedChannelException.class, () -> loop.addReader(socket, () -> {}));
      assertThrows(
          ClosedChannelException.class, () -> loop.connectAcceptedSocket(this::log, socket));
    });
  }

  private static int receiveSome(Peer peer, ByteBuffer target) {
    try {
      return peer.receiveSome(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Bad input

  @Test
  void connectingWhereNobodyListensIsRefused() throws Exception {
    run(() -> {
      AsyncSocket socket = socket();
      assertThrows(
          ConnectException.class,
          () -> loop.sockConnect(
              socket, new InetSocketAddress(InetAddress.ofLiteral(HOST), vacantPort())));
    });
  }

  @Test
  void aHostNameIsResolvedToAnAddressOfTheFamily() throws Exception {
    run(() -> {
      AsyncSocket listener = listening();
      AsyncSocket socket = socket();
      loop.sockConnect(
          socket,
          InetSocketAddress.createUnresolved("localhost", addressOf(listener).getPort()));
      loop.sockAccept(listener).socket().close();
      assertEquals(0, loop.sockRecv(socket, 1).length);
    });
  }

  @Test
  void addressesThatDoNotFitAreRefused() throws Exception {
    run(() -> {
      AsyncSocket socket = socket();
      AsyncSocket unix = closing(loop.openSocket(StandardProtocolFamily.UNIX));
      AsyncSocket listener = closing(loop.openListeningSocket(StandardProtocolFamily.INET));
      var six = new InetSocketAddress(InetAddress.ofLiteral("::1"), 1);
      var path = UnixDomainSocketAddress.of(folder.resolve("s"));
      assertThrows(IllegalArgumentException.class, () -> loop.sockConnect(socket, six));
      assertThrows(IllegalArgumentException.class, () -> loop.sockConnect(socket, path));
      assertThrows(IllegalArgumentException.class, () -> loop.sockConnect(unix, anyPort()));
      assertThrows(IllegalArgumentException.class, () -> socket.bind(six));
      assertThrows(IllegalArgumentException.class, () -> listener.listen(path, 1));
      assertThrows(IllegalArgumentException.class, () -> listener.listen(anyPort(), 0));
      assertThrows(
          SocketException.class,
          () -> loop.sockConnect(unix, UnixDomainSocketAddress.of("/" + "x".repeat(300))));
      assertThrows(IOException.class, () -> loop.sockConnect(unix, path));
      AsyncSocket taken = listening();
      assertThrows(BindException.class, () -> listener.listen(addressOf(taken), 1));
    });
  }

  @Test
  void argumentsThatMakeNoSenseAreRefused() throws Exception {
    EventLoop other = newLoop(backend());
    AsyncSocket foreign = closing(other.openSocket(StandardProtocolFamily.INET));
    run(() -> {
      Accepted accepted = accepted();
      AsyncSocket socket = accepted.socket();
      AsyncSocket listener = listening();
      assertThrows(IllegalArgumentException.class, () -> loop.sockRecv(socket, -1));
      assertThrows(
          IllegalArgumentException.class,
          () -> loop.sockRecvInto(socket, ByteBuffer.allocate(1).asReadOnlyBuffer()));
      assertThrows(IllegalArgumentException.class, () -> loop.sockRecv(foreign, 1));
      assertThrows(IllegalArgumentException.class, () -> loop.sockAccept(foreign));
      assertThrows(IllegalArgumentException.class, () -> loop.addReader(foreign, () -> {}));
      assertThrows(
          IllegalArgumentException.class, () -> loop.connectAcceptedSocket(this::log, foreign));
      assertThrows(NullPointerException.class, () -> loop.sockRecv(OnLoop.<AsyncSocket>none(), 1));
      assertThrows(IllegalStateException.class, () -> loop.sockRecv(listener, 1));
      assertThrows(IllegalStateException.class, () -> loop.sockAccept(socket));
      assertThrows(IllegalStateException.class, () -> listener.bind(anyPort()));
      assertThrows(IllegalStateException.class, () -> socket.listen(anyPort(), 1));
      assertThrows(
          UnsupportedOperationException.class,
          () -> listener.getOption(StandardSocketOptions.SO_RCVBUF));
      assertThrows(NotYetConnectedException.class, () -> loop.sockRecv(socket(), 1));
      AsyncSocket unbound = closing(loop.openListeningSocket(StandardProtocolFamily.INET));
      assertThrows(NotYetBoundException.class, () -> loop.sockAccept(unbound));
      assertThrows(IllegalStateException.class, () -> loop.sockConnect(socket, anyPort()));
      assertThrows(
          IllegalStateException.class, () -> loop.connectAcceptedSocket(this::log, socket()));
    });
    AsyncSocket outside = closing(loop.openSocket(StandardProtocolFamily.INET));
    assertThrows(IllegalStateException.class, () -> loop.sockRecv(outside, 1));
  }

  @Test
  void anAcceptThatTheSystemRefusesCanBeTriedAgain() throws Exception {
    IOException refusal = new IOException("planted: Too many open files");
    boolean[] refusing = {true};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      @Nullable StreamSocket accept(ListenerSocket listener) throws IOException {
        if (refusing[0]) {
          throw refusal;
        }
        return super.accept(listener);
      }
    });
    run(() -> {
      AsyncSocket listener = listening();
      peerAt(addressOf(listener));
      assertSame(refusal, assertThrows(IOException.class, () -> loop.sockAccept(listener)));
      refusing[0] = false;
      loop.sockAccept(listener).socket().close();
    });
  }

  @Test
  void optionsAndTheLocalEndCanBeChosen() throws Exception {
    run(() -> {
      AsyncSocket listener = closing(loop.openListeningSocket(StandardProtocolFamily.INET));
      listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      listener.listen(anyPort(), 5);
      AsyncSocket socket = socket();
      socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      assertTrue(socket.getOption(StandardSocketOptions.SO_KEEPALIVE));
      socket.bind(anyPort());
      int port = addressOf(socket).getPort();
      loop.sockConnect(socket, addressOf(listener));
      AcceptedSocket accepted = loop.sockAccept(listener);
      assertEquals(port, ((InetSocketAddress) nonNull(accepted.address())).getPort());
      accepted.socket().close();
    });
  }

  // Handing over

  @Test
  void anAcceptedSocketIsHandedOverWithWhatHasCome() throws Exception {
    run(() -> {
      Accepted accepted = accepted();
      AsyncSocket socket = accepted.socket();
      accepted.peer().send(new byte[] {1, 2});
      assertArrayEquals(new byte[] {1}, loop.sockRecv(socket, 1));
      Task<byte[]> waited = receiving(socket);
      waited.await();
      Task<byte[]> cancelled = receiving(socket);
      letWait();
      cancelled.cancel();
      assertThrows(CancellationException.class, cancelled::await);
      accepted.peer().send(new byte[] {3});
      var connection = loop.connectAcceptedSocket(this::log, socket);
      await("data", () -> connection.protocol().receivedCount() == 1);
      assertArrayEquals(new byte[] {3}, connection.protocol().received());
      connection.transport().write(new byte[] {4});
      assertArrayEquals(new byte[] {4}, aside(() -> accepted.peer().receive(1)).await());
      assertFalse(socket.isOpen());
      socket.close();
      assertFalse(connection.transport().isClosing());
      assertThrows(IllegalStateException.class, () -> loop.sockRecv(socket, 1));
      assertThrows(IllegalStateException.class, () -> loop.addReader(socket, () -> {}));
      assertThrows(IllegalStateException.class, () -> loop.removeWriter(socket));
      assertThrows(
          IllegalStateException.class, () -> loop.connectAcceptedSocket(this::log, socket));
      accepted.peer().close();
      assertNull(awaitLost(connection.protocol()));
    });
  }

  @Test
  void aConnectedSocketIsHandedOverAsAClient() throws Exception {
    run(() -> {
      AsyncSocket listener = listening();
      AsyncSocket socket = socket();
      loop.sockConnect(socket, addressOf(listener));
      AcceptedSocket server = loop.sockAccept(listener);
      var connection = loop.createConnection(this::log, socket);
      loop.sockSendAll(server.socket(), ByteBuffer.wrap(new byte[] {9}));
      await("data", () -> connection.protocol().receivedCount() == 1);
      connection.transport().close();
      assertEquals(0, loop.sockRecv(server.socket(), 10).length);
      server.socket().close();
    });
  }

  @Test
  void aFactoryThatFailsClosesWhatWasHandedOver() throws Exception {
    IllegalStateException failure = new IllegalStateException("planted");
    run(() -> {
      Accepted accepted = accepted();
      assertSame(
          failure,
          assertThrows(
              IllegalStateException.class,
              () -> loop.connectAcceptedSocket(() -> raise(failure), accepted.socket())));
      aside(() -> {
            awaitGone(accepted.peer());
            return null;
          })
          .await();
    });
  }

  @Test
  void aListeningSocketIsHandedOverToAServer() throws Exception {
    run(() -> {
      AsyncSocket unbound = closing(loop.openListeningSocket(StandardProtocolFamily.INET));
      assertThrows(
          IllegalStateException.class,
          () -> loop.createServer(this::log, unbound, ServerOptions.DEFAULT));
      AsyncSocket listener = listening();
      InetSocketAddress address = addressOf(listener);
      ConnectionLog serving = log();
      try (Server server = loop.createServer(() -> serving, listener, ServerOptions.DEFAULT)) {
        assertEquals(List.of(address), server.addresses());
        assertThrows(IllegalStateException.class, () -> loop.sockAccept(listener));
        peerAt(address).send(new byte[] {1});
        await("data", () -> serving.receivedCount() == 1);
        assertNotNull(serving.transport());
        server.closeClients();
      }
    });
  }
}
