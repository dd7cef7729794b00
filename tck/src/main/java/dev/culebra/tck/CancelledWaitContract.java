// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.openDatagramEndpoint;
import static dev.culebra.Asyncio.openUnixConnection;
import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Awaitable;
import dev.culebra.Task;
import dev.culebra.net.AsyncDatagramSocket;
import dev.culebra.net.AsyncSocket;
import dev.culebra.net.BaseTransport;
import dev.culebra.net.ConnectOptions;
import dev.culebra.net.DatagramOptions;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cancelling a call of the network at each of its waits: nothing stays open, no data is lost, and what it
 * waited for can be used again.
 */
abstract class CancelledWaitContract extends TlsOnLoop {

  @TempDir
  private Path folder = Path.of("");

  /** In debug mode a server reports handshakes that were given up. */
  @AfterEach
  void forgetFailedHandshakes() {
    while (loop.getDebug() && reports.count() > 0) {
      reports.take("Error on transport creation");
    }
  }

  private interface Use<T> {
    void of(T result) throws Exception;
  }

  /** Starts a call again and again, and cancels it one turn of the loop later each time. */
  private <T> void cancelAfterEachTurn(int turns, Awaitable<T> call, Use<T> whenItWasFaster)
      throws Exception {
    int cancelled = 0;
    for (int turn = 0; turn < turns; turn++) {
      Task<T> task = createTask(call);
      for (int i = 0; i < turn; i++) {
        sleep(Duration.ZERO);
      }
      task.cancel();
      await("the end of the call", task::done);
      if (task.cancelled()) {
        cancelled++;
      } else {
        whenItWasFaster.of(task.await());
      }
    }
    assertTrue(cancelled > 1, "it was never cancelled while it waited");
  }

  private static String slowNameOf(String... addresses) throws IOException {
    return "slow." + TestNames.nameOf(addresses);
  }

  // Connecting and listening

  @Test
  void connectingToAServerThatAccepts() throws Exception {
    run(() -> {
      try (Server server = loop.createServer(this::log, HOST, 0)) {
        cancelAfterEachTurn(
            10,
            () -> loop.createConnection(this::log, HOST, port(server)),
            connection -> connection.transport().abort());
        cancelAfterEachTurn(10, () -> openConnection(HOST, port(server)), StreamConnection::close);
        await("the end of all", () -> server.toString().contains("0 connections"));
      }
    });
  }

  @Test
  void connectingOverUnixSockets() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
    run(() -> {
      try (Server server = loop.createUnixServer(this::log, address)) {
        cancelAfterEachTurn(10, () -> openUnixConnection(address), StreamConnection::close);
        await("the end of all", () -> server.toString().contains("0 connections"));
      }
    });
  }

  @Test
  void shakingHandsOnBothSides() throws Exception {
    run(() -> {
      try (Server server = loop.createServer(this::log, HOST, 0, SERVING)) {
        for (int turn = 0; turn < 16; turn++) {
          Task<StreamConnection> connecting =
              createTask(() -> openConnection(HOST, port(server), CONNECTING));
          for (int i = 0; i < turn; i++) {
            sleep(i < 8 ? Duration.ZERO : Duration.ofNanos(200_000));
          }
          connecting.cancel();
          await("the end of the call", connecting::done);
          if (!connecting.cancelled()) {
            connecting.await().close();
          }
        }
        await("the end of all", () -> server.toString().contains("0 connections"));
      }
    });
  }

  @Test
  void resolvingAnAddressOfOnesOwn() throws Exception {
    run(() -> {
      try (Server server = loop.createServer(this::log, HOST, 0)) {
        ConnectOptions options = ConnectOptions.DEFAULT.withLocalAddress(
            InetSocketAddress.createUnresolved(slowNameOf(HOST), 0));
        Task<?> connecting =
            createTask(() -> loop.createConnection(this::log, HOST, port(server), options));
        sleep(Duration.ZERO); // it has started; the name takes longer
        connecting.cancel();
        assertThrows(CancellationException.class, connecting::await);
        assertTrue(server.toString().contains("0 connections"));
      }
    });
  }

  @Test
  void resolvingWhereToListen() throws Exception {
    int port = vacantPort();
    run(() -> {
      Task<Server> listening =
          createTask(() -> loop.createServer(this::log, slowNameOf(HOST), port));
      sleep(Duration.ZERO); // it has started; the name takes longer
      listening.cancel();
      assertThrows(CancellationException.class, listening::await);
      loop.createServer(this::log, HOST, port).close();
    });
  }

  @Test
  void handingASocketOver() throws Exception {
    run(() -> {
      for (int turn = 0; turn < 4; turn++) {
        Accepted accepted = accepted();
        ConnectionLog protocol = log();
        Task<?> handing =
            createTask(() -> loop.connectAcceptedSocket(() -> protocol, accepted.socket()));
        for (int i = 0; i < turn; i++) {
          sleep(Duration.ZERO);
        }
        handing.cancel();
        await("the end of the call", handing::done);
        if (!protocol.isMade()) {
          accepted.socket().close(); // the call has not begun, or has closed what it was given
        } else if (handing.cancelled()) {
          assertNull(awaitLost(protocol));
        } else {
          protocol.transport().close();
          assertNull(awaitLost(protocol));
        }
        aside(() -> {
              awaitGone(accepted.peer());
              return 0;
            })
            .await();
      }
    });
  }

  // Streams

  @Test
  void awaitingTheCloseOfAStream() throws Exception {
    run(() -> {
      Streamed stream = stream();
      Task<?> first = createTask(() -> stream.writer().awaitClosed());
      Task<?> second = createTask(() -> stream.writer().awaitClosed());
      settle();
      first.cancel();
      assertThrows(CancellationException.class, first::await);
      assertFalse(second.done() || stream.writer().isClosing());
      stream.writer().write(new byte[] {1});
      stream.writer().close();
      second.await();
      assertArrayEquals(new byte[] {1}, aside(() -> stream.peer().receive(1)).await());
    });
  }

  @Test
  void drainingBeforeTlsIsStarted() throws Exception {
    byte[] sent = SpiContract.pattern(1_000_000);
    run(() -> {
      Streamed stream = stream();
      stream.writer().write(sent);
      Task<?> starting = createTask(
          () -> stream.writer().startTls(Certificates.CONNECTING.withServerName("localhost")));
      settle();
      assertFalse(starting.done());
      starting.cancel();
      assertThrows(CancellationException.class, starting::await);
      assertFalse(stream.writer().isClosing());
      assertNull(stream.writer().transport().tlsSession());
      stream.writer().close();
      assertArrayEquals(sent, aside(() -> stream.peer().receive(sent.length)).await());
      stream.writer().awaitClosed();
    });
  }

  /** A record may have been decrypted in part when the task goes. */
  @Test
  void readingOverTls() throws Exception {
    byte[] sent = SpiContract.pattern(60_000);
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    run(() -> {
      ConnectionLog serving = log();
      try (Server server = loop.createServer(() -> serving, HOST, 0, SERVING)) {
        StreamConnection client = openConnection(HOST, port(server), CONNECTING);
        await("the other side", serving::isMade);
        int written = 0;
        for (int turn = 0; received.size() < sent.length; turn++) {
          int size = Math.min(7_000, sent.length - written);
          serving.transport().write(ByteBuffer.wrap(sent, written, size));
          written += size;
          Task<byte[]> reading = createTask(() -> client.reader().read(5_000));
          for (int i = 0; i < turn % 4; i++) {
            sleep(Duration.ZERO);
          }
          reading.cancel();
          await("the end of the call", reading::done);
          if (!reading.cancelled()) {
            received.writeBytes(reading.await());
          }
        }
        client.close();
        awaitLost(serving);
      }
    });
    assertArrayEquals(sent, received.toByteArray());
  }

  @Test
  void startingTls() throws Exception {
    run(() -> {
      for (int turn = 1; turn < 10; turn++) {
        ConnectionLog serving = log();
        ConnectionLog client = log();
        try (Server server = loop.createServer(() -> serving, HOST, 0)) {
          loop.createConnection(() -> client, HOST, port(server));
          await("the other side", serving::isMade);
        }
        Task<?> served = createTask(
            () -> loop.startTls(serving.transport(), serving, Certificates.SERVING, true));
        sleep(Duration.ZERO);
        Task<?> connecting = createTask(() -> loop.startTls(
            client.transport(),
            client,
            Certificates.CONNECTING.withServerName("localhost"),
            false));
        for (int i = 0; i < turn; i++) {
          sleep(i < 6 ? Duration.ZERO : Duration.ofNanos(300_000));
        }
        (turn % 2 == 0 ? connecting : served).cancel();
        await("the end of both calls", () -> connecting.done() && served.done());
        if (!connecting.cancelled() && !served.cancelled()) {
          client.transport().close();
        }
        awaitLost(client);
        awaitLost(serving);
        forget(connecting);
        forget(served);
      }
    });
  }

  /** A failure is what the other side's cancellation looks like. */
  private static void forget(Task<?> task) {
    if (!task.cancelled()) {
      Throwable ignored = task.exception();
    }
  }

  // Sockets without a transport

  private record Accepted(AsyncSocket socket, Peer peer) {}

  private Accepted accepted() throws IOException {
    try (AsyncSocket listener = loop.openListeningSocket(StandardProtocolFamily.INET)) {
      listener.listen(new InetSocketAddress(InetAddress.ofLiteral(HOST), 0), 10);
      Peer peer = peerAt((InetSocketAddress) nonNull(listener.localAddress()));
      AsyncSocket socket = closing(loop.sockAccept(listener).socket());
      socket.setOption(StandardSocketOptions.SO_SNDBUF, 64 * 1024);
      return new Accepted(socket, peer);
    }
  }

  @Test
  void receivingIntoABuffer() throws Exception {
    run(() -> {
      Accepted accepted = accepted();
      ByteBuffer target = ByteBuffer.allocate(10);
      Task<Integer> receiving = createTask(() -> loop.sockRecvInto(accepted.socket(), target));
      settle();
      receiving.cancel();
      assertThrows(CancellationException.class, receiving::await);
      accepted.peer().send(new byte[] {1, 2});
      assertEquals(2, loop.sockRecvInto(accepted.socket(), target));
      assertEquals(2, target.position());
    });
  }

  @Test
  void resolvingWhereASocketIsToConnect() throws Exception {
    run(() -> {
      try (AsyncSocket socket = loop.openSocket(StandardProtocolFamily.INET);
          Server server = loop.createServer(this::log, HOST, 0)) {
        Task<?> connecting = createTask(() -> loop.sockConnect(
            socket, InetSocketAddress.createUnresolved(slowNameOf(HOST), port(server))));
        sleep(Duration.ZERO); // it has started; the name takes longer
        connecting.cancel();
        assertThrows(CancellationException.class, connecting::await);
        loop.sockConnect(socket, address(server)); // nothing has been tried with it yet
        server.closeClients();
        assertEquals(0, loop.sockRecv(socket, 1).length);
      }
    });
  }

  @Test
  void datagramsByTheLoopsCalls() throws Exception {
    boolean[] full = {true};
    onBackend(new DatagramOnLoop.FullKernel(backend(), full));
    run(() -> {
      try (AsyncDatagramSocket socket =
          openDatagramEndpoint(DatagramOptions.DEFAULT.withLocalAddress(HOST, 0))) {
        ByteBuffer target = ByteBuffer.allocate(10);
        ByteBuffer source = ByteBuffer.wrap(new byte[] {1, 2, 3});
        Task<?> receiving = createTask(() -> loop.sockRecvFrom(socket, target));
        Task<?> sending = createTask(() -> loop.sockSendTo(socket, source, socket.localAddress()));
        settle();
        for (Task<?> each : List.of(receiving, sending)) {
          each.cancel();
          assertThrows(CancellationException.class, each::await);
        }
        assertEquals(3, source.remaining(), "a datagram that was not sent is still the caller's");
        full[0] = false;
        loop.sockSendTo(socket, source, socket.localAddress());
        assertFalse(source.hasRemaining());
        assertEquals(socket.localAddress(), loop.sockRecvFrom(socket, target));
        assertEquals(3, target.position());
      }
    });
  }

  // Files

  private static final int FILE_BYTES = 1_000_000;

  /** The channel's position tells how much has left: neither more nor less arrives. */
  @Test
  void sendingAFileByATransport() throws Exception {
    byte[] content = SpiContract.pattern(FILE_BYTES);
    Path file = Files.write(folder.resolve("file"), content);
    run(() -> {
      for (int turn = 0; turn < 6; turn++) {
        boolean readsLate = turn % 2 == 1;
        Served served = serve();
        Transport transport = served.protocol().transport();
        var early = readsLate ? null : aside(() -> receiveAll(served.peer()));
        try (FileChannel channel = FileChannel.open(file)) {
          transport.write(new byte[1000]);
          Task<Long> sending = createTask(() -> loop.sendFile(transport, channel));
          if (readsLate) {
            settle(); // until nothing fits any more
          } else {
            sleep(Duration.ofNanos(turn * 100_000L));
          }
          sending.cancel();
          await("the end of the call", sending::done);
          int sent = (int) channel.position();
          assertTrue(!readsLate || (sent > 0 && sent < FILE_BYTES), () -> "sent " + sent);
          transport.close();
          byte[] all = (early == null ? aside(() -> receiveAll(served.peer())) : early).await();
          assertArrayEquals(
              Arrays.copyOf(content, sent), Arrays.copyOfRange(all, 1000, all.length));
        }
      }
    });
  }

  @Test
  void sendingAFileByASocket() throws Exception {
    byte[] content = SpiContract.pattern(FILE_BYTES);
    Path file = Files.write(folder.resolve("file"), content);
    run(() -> {
      Accepted accepted = accepted();
      try (FileChannel channel = FileChannel.open(file)) {
        Task<Long> sending =
            createTask(() -> loop.sockSendFile(accepted.socket(), channel, 0, FILE_BYTES));
        settle();
        assertFalse(sending.done());
        sending.cancel();
        assertThrows(CancellationException.class, sending::await);
        long sent = channel.position();
        assertTrue(sent > 0 && sent < FILE_BYTES, () -> "sent " + sent);
        var received = aside(() -> receiveAll(accepted.peer()));
        assertEquals(
            FILE_BYTES - sent, loop.sockSendFile(accepted.socket(), channel, sent, Long.MAX_VALUE));
        accepted.socket().close();
        assertArrayEquals(content, received.await());
      }
    });
  }

  private byte[] receiveAll(Peer peer) throws Exception {
    ByteBuffer all = ByteBuffer.allocate(FILE_BYTES + 1_000_000);
    Peer.await("the end of the stream", patience().toNanos(), () -> peer.receiveSome(all) < 0);
    return Arrays.copyOf(all.array(), all.position());
  }

  // Servers

  @Test
  void awaitingTheEndOfAServerWhoseClientsAreShakingHands() throws Exception {
    run(() -> {
      Server server = loop.createServer(this::log, HOST, 0, SERVING.withStartServing(true));
      Peer silent = peerOf(server);
      await("the handshake", () -> server.toString().contains("1 connections"));
      server.close();
      Task<?> first = createTask(server::awaitClosed);
      Task<?> second = createTask(server::awaitClosed);
      settle();
      first.cancel();
      assertThrows(CancellationException.class, first::await);
      assertFalse(second.done());
      server.abortClients();
      second.await();
      awaitGone(silent);
    });
  }

  /** Its connections are ended by a second cancellation no more than by the first. */
  @Test
  void servingForEverTwice() throws Exception {
    run(() -> {
      List<ConnectionLog> served = new ArrayList<>();
      Server server = loop.createServer(
          () -> {
            served.add(log());
            return served.get(0);
          },
          HOST,
          0,
          ServerOptions.DEFAULT);
      Peer peer = peerOf(server);
      await("a connection", () -> !served.isEmpty() && served.get(0).isMade());
      Task<?> serving = createTask(server::serveForever);
      settle();
      serving.cancel();
      settle();
      assertFalse(serving.done(), "a connection stands");
      serving.cancel();
      assertThrows(CancellationException.class, serving::await);
      BaseTransport transport = served.get(0).transport();
      assertFalse(transport.isClosing());
      peer.close();
      awaitLost(served.get(0));
      server.awaitClosed();
    });
  }
}
