// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.startServer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.net.AsyncSocket;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.Transport;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A server's port, its turns at accepting, and its end in the midst of something. */
abstract class ListeningContract extends OnLoop {

  private final List<ConnectionLog> served = new ArrayList<>();

  private ConnectionLog make() {
    ConnectionLog protocol = log();
    served.add(protocol);
    return protocol;
  }

  @Test
  void aServerKnowsItsLoop() throws Exception {
    run(() -> {
      Server server = loop.createServer(this::make, HOST, 0);
      assertSame(loop, server.getLoop());
      server.close();
      assertSame(loop, server.getLoop());
    });
  }

  /** TIME_WAIT, tcp(7): the kernel keeps the port of who closed first for a minute. */
  @Test
  void aPortOfWhichConnectionsLingerIsListenedAtAgainUnlessThatIsNotWanted() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "on Linux this is known to be so");
    run(() -> {
      Server first = loop.createServer(this::make, HOST, 0);
      int port = port(first);
      Peer peer = peerOf(first);
      await("a connection", () -> !served.isEmpty() && served.get(0).isMade());
      served.get(0).transport().close();
      awaitLost(served.get(0));
      peer.awaitEnd();
      peer.close();
      first.close();
      first.awaitClosed();
      assertThrows(
          BindException.class,
          () -> loop.createServer(
              this::make, HOST, port, ServerOptions.DEFAULT.withReuseAddress(false)));
      Server second = loop.createServer(this::make, HOST, port);
      assertEquals(port, port(second));
      second.close();
    });
  }

  @Test
  void aCrowdOfConnectionsLeavesOthersTheirTurn() throws Exception {
    List<Object> order = new ArrayList<>();
    boolean[] counting = {false};
    onBackend(new ScriptedBackend(backend()) {
      @Override
      @Nullable StreamSocket accept(ListenerSocket listener) throws IOException {
        StreamSocket accepted = super.accept(listener);
        if (accepted != null && counting[0]) {
          order.add("accepted");
        }
        return accepted;
      }

      @Override
      int poll(dev.culebra.spi.Poller poller, long timeoutNanos, dev.culebra.spi.ReadySink sink)
          throws IOException {
        order.add("turn");
        return super.poll(poller, timeoutNanos, sink);
      }
    });
    run(() -> {
      ServerOptions small = ServerOptions.DEFAULT.withBacklog(3).withStartServing(false);
      try (Server server = loop.createServer(this::make, HOST, 0, small)) {
        for (int i = 0; i < 4; i++) {
          peerOf(server);
        }
        order.clear();
        counting[0] = true;
        server.startServing();
        await("all", () -> served.size() == 4);
        int third = nth("accepted", 3, order);
        int fourth = nth("accepted", 4, order);
        assertTrue(order.subList(third, fourth).contains("turn"), order::toString);
      }
    });
  }

  private static int nth(Object wanted, int count, List<Object> all) {
    int found = 0;
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).equals(wanted) && ++found == count) {
        return i;
      }
    }
    throw new AssertionError(count + " times " + wanted + " in " + all);
  }

  @Test
  void aServerThatIsClosedByItsFirstConnectionMakesNoOther() throws Exception {
    run(() -> {
      Server[] server = new Server[1];
      server[0] = loop.createServer(
          () -> {
            server[0].close();
            return make();
          },
          HOST,
          0,
          ServerOptions.DEFAULT.withStartServing(false));
      Peer first = peerOf(server[0]);
      Peer second = peerOf(server[0]);
      server[0].startServing();
      await("a connection", () -> !served.isEmpty() && served.get(0).isMade());
      awaitGone(second);
      assertEquals(1, served.size());
      first.send((byte) 1);
      await("data", () -> served.get(0).receivedCount() == 1);
      served.get(0).transport().close();
      server[0].awaitClosed();
    });
  }

  @Test
  void aConnectionThatEndsItselfAsItIsMadeIsForgotten() throws Exception {
    run(() -> {
      Server server = loop.createServer(
          () -> log(new ConnectionLog.Pushed() {
            @Override
            public void connectionMade(Transport transport) {
              super.connectionMade(transport);
              transport.abort();
            }
          }),
          HOST,
          0);
      for (int i = 0; i < 3; i++) {
        Peer peer = peerOf(server);
        aside(() -> {
              awaitGone(peer);
              return 0;
            })
            .await();
      }
      await("the end of all", () -> server.toString().contains("0 connections"));
      server.close();
      server.awaitClosed();
    });
  }

  @Test
  void aPeerThatIsGoneBeforeItIsAcceptedIsAConnectionThatEnds() throws Exception {
    run(() -> {
      try (Server server =
          loop.createServer(this::make, HOST, 0, ServerOptions.DEFAULT.withStartServing(false))) {
        Peer closed = peerOf(server);
        closed.send((byte) 1);
        closed.close();
        Peer reset = peerOf(server);
        reset.send((byte) 1);
        reset.reset();
        server.startServing();
        Peer stays = peerOf(server);
        stays.send((byte) 1);
        await(
            "the last one",
            () -> !served.isEmpty() && served.get(served.size() - 1).receivedCount() == 1);
        assertEquals(1, served.get(0).receivedCount());
        assertNull(awaitLost(served.get(0)));
        for (ConnectionLog each : served.subList(1, served.size() - 1)) {
          awaitLost(each); // some systems drop what was reset before it was accepted
        }
      }
    });
    while (reports.count() > 0) {
      reports.take("accept"); // or tell of it
    }
  }

  @Test
  void aListeningSocketIsWatchedUntilItsConnectionIsAccepted() throws Exception {
    run(() -> {
      try (AsyncSocket listener = loop.openListeningSocket(StandardProtocolFamily.INET)) {
        listener.listen(new InetSocketAddress(InetAddress.ofLiteral(HOST), 0), 5);
        int[] calls = {0};
        loop.addReader(listener, () -> calls[0]++);
        settle();
        assertEquals(0, calls[0]);
        peerAt((InetSocketAddress) nonNull(listener.localAddress()));
        await("two calls", () -> calls[0] >= 2);
        assertTrue(loop.removeReader(listener));
        loop.sockAccept(listener).socket().close();
        loop.addReader(listener, () -> calls[0]++);
        int before = calls[0];
        settle();
        assertEquals(before, calls[0], "nobody waits any more");
      }
    });
  }

  // Tasks that serve

  @Test
  void closingClientsEndsTheReadingOfHandlersAndNotTheServer() throws Exception {
    List<Object> ended = new ArrayList<>();
    run(() -> {
      for (boolean abort : new boolean[] {false, true}) {
        Server server = startServer(
            (reader, writer) -> {
              writer.write(new byte[] {1});
              ended.add(reader.readAll().length);
            },
            HOST,
            0);
        Peer peer = peerOf(server);
        assertEquals(1, aside(() -> peer.receive(1)).await().length);
        if (abort) {
          server.abortClients();
        } else {
          server.closeClients();
        }
        await("the handler's end", () -> ended.size() == 1);
        assertTrue(server.isServing());
        server.close();
        server.awaitClosed();
        awaitGone(peer);
        ended.clear();
      }
    });
  }

  @Test
  void aHandlerThatWaitsForSomethingElseIsNotEndedWithItsConnection() throws Exception {
    run(() -> {
      LoopFuture<String> other = loop.createFuture();
      List<String> got = new ArrayList<>();
      Server server = startServer((reader, writer) -> got.add(other.await()), HOST, 0);
      Peer peer = peerOf(server);
      await("a connection", () -> server.toString().contains("1 connections"));
      server.closeClients();
      server.close();
      server.awaitClosed();
      assertEquals(List.of(), got);
      other.setResult("done");
      await("the handler", () -> got.size() == 1);
      assertEquals(0, Math.max(0, peer.receiveSome(ByteBuffer.allocate(1))));
    });
  }

  /** Both ends of one loop. */
  @Test
  void whoServesForeverIsCancelledWithClientsInMidTransfer() throws Exception {
    run(() -> {
      Server server = loop.createServer(this::make, HOST, 0);
      Task<?> serving = createTask(server::serveForever);
      Peer peer = peerOf(server);
      await("a connection", () -> !served.isEmpty() && served.get(0).isMade());
      served.get(0).transport().write(new byte[6_000_000]);
      serving.cancel();
      sleep(Duration.ZERO);
      server.closeClients();
      settle();
      assertFalse(serving.done(), "what is buffered is to be sent");
      assertEquals(6_000_000, aside(() -> peer.receive(6_000_000)).await().length);
      assertThrows(CancellationException.class, serving::await);
      peer.awaitEnd();
    });
  }
}
