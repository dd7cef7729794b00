// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.EventLoop;
import dev.culebra.LoopGroup;
import dev.culebra.Task;
import dev.culebra.net.Server;
import dev.culebra.spi.Backend;
import dev.culebra.spi.Poller;
import dev.culebra.spi.ReadySink;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How several loops end, together or one by itself. */
abstract class LoopGroupEndContract extends OnLoopGroup {

  // ---- the end

  @Test
  void closeEndsServersConnectionsTasksAndLoops() throws Exception {
    for (boolean sharePorts : ways()) {
      LoopGroup group = group(2, sharePorts);
      Server server = group.startServer(OnLoopGroup::echo, List.of(HOST), 0, DEFAULT);
      InetSocketAddress address = address(server);
      Peer peer = peerOf(server);
      peer.send((byte) 1);
      peer.receive(1);
      CountDownLatch begun = new CountDownLatch(1);
      CompletableFuture<@Nullable Void> endless = group.submit(() -> {
        begun.countDown();
        dev.culebra.Asyncio.sleep(LONG);
      });
      assertTrue(begun.await(patience().toNanos(), TimeUnit.NANOSECONDS));
      assertFalse(group.isTerminated());
      assertFalse(group.awaitTermination(Duration.ZERO));

      group.close();

      assertTrue(group.isTerminated());
      assertTrue(group.awaitTermination(Duration.ZERO));
      assertTrue(group.loops().stream().allMatch(EventLoop::isClosed));
      assertTrue(endless.isCancelled());
      assertFalse(server.isServing());
      awaitGone(peer);
      assertRefuses(address);
      server.awaitClosed();
      assertEquals(List.of(), group.failures());
      group.close();
      group.shutdown();
      server.close();
      String message =
          assertThrows(IllegalStateException.class, () -> numbered(group)).getMessage();
      assertEquals("the LoopGroup is closed; open another one", message);
      assertThrows(IllegalStateException.class, group::next);
      assertThrows(IllegalStateException.class, () -> group.submit(() -> {}));
    }
  }

  @Test
  void aLoopOfTheGroupMayShutItDown() throws Exception {
    LoopGroup group = group(2, true);
    group.next().callSoonThreadsafe(group::shutdown);
    assertTrue(group.awaitTermination(patience()));
  }

  @Test
  void aTaskOfAnotherLoopMayCloseIt() throws Exception {
    LoopGroup group = group(2, true);
    run(group::close);
    assertTrue(group.isTerminated());
  }

  @Test
  void anInterruptDoesNotEndCloseAndIsKept() throws Exception {
    LoopGroup group = group(2, true);
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> group.awaitTermination(LONG));
    Thread.currentThread().interrupt();
    group.close();
    assertTrue(Thread.interrupted());
    assertTrue(group.isTerminated());
  }

  @Test
  void aClosedServerLeavesItsConnections() throws Exception {
    for (boolean sharePorts : ways()) {
      LoopGroup group = group(2, sharePorts);
      Server server = numbered(group);
      InetSocketAddress address = address(server);
      List<Peer> peers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        peers.add(peerOf(server));
        ask(peers.get(i));
      }
      server.close();
      for (Peer peer : peers) {
        assertTrue(ask(peer) >= 0);
      }
      Thread waiter = thread(server::awaitClosed);
      for (Peer peer : peers) {
        assertTrue(waiter.isAlive());
        peer.close();
      }
      waiter.join(patience().toMillis());
      assertFalse(waiter.isAlive());
      assertRefuses(address);
      assertTrue(ask(peerOf(numbered(group))) >= 0);
    }
  }

  @Test
  void clientsAreClosedOnAllLoops() throws Exception {
    for (boolean sharePorts : ways()) {
      LoopGroup group = group(2, sharePorts);
      Server server = numbered(group);
      for (boolean abort : new boolean[] {false, true}) {
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          peers.add(peerOf(server));
          ask(peers.get(i));
        }
        if (abort) {
          server.abortClients();
        } else {
          server.closeClients();
        }
        for (Peer peer : peers) {
          awaitGone(peer);
        }
        // A loop that had none of them may be told later.
        for (var each : group.submitToEach(() -> {})) {
          each.get(patience().toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    }
  }

  /** What Ctrl+C does: it cancels the main task of a run. */
  @Test
  void aCancelledTaskClosesWhatItServes() throws Exception {
    for (boolean sharePorts : ways()) {
      LoopGroup group = group(2, sharePorts);
      Server server = numbered(group);
      InetSocketAddress address = address(server);
      run(() -> {
        Task<@Nullable Void> main = loop.createTask(() -> {
          try (group;
              server) {
            server.serveForever();
          }
        });
        settle();
        assertTrue(server.isServing());
        main.cancel();
        assertThrows(CancellationException.class, main::await);
      });
      assertTrue(group.isTerminated());
      assertRefuses(address);
    }
  }

  @Test
  void aTaskThatIsCancelledWhileItOpensAServerLeavesNoneListening() throws Exception {
    for (boolean sharePorts : ways()) {
      LoopGroup group = group(2, sharePorts);
      for (int turn = 0; turn < 6; turn++) {
        int port = vacantPort();
        int later = turn;
        run(() -> {
          Task<Server> opening = loop.createTask(
              () -> group.createServer(() -> new Numbered(group), List.of(HOST), port, DEFAULT));
          for (int i = 0; i < later; i++) {
            dev.culebra.Asyncio.sleep(Duration.ofNanos(20_000L * i));
          }
          opening.cancel();
          try {
            opening.await().close();
          } catch (CancellationException e) {
            assertTrue(opening.cancelled());
          }
        });
        for (var each : group.submitToEach(() -> {})) {
          each.get(patience().toMillis(), TimeUnit.MILLISECONDS);
        }
        InetSocketAddress address =
            new InetSocketAddress(java.net.InetAddress.ofLiteral(HOST), port);
        awaitAside("the end of listening", () -> refuses(address));
      }
    }
  }

  @Test
  void aTaskThatIsCancelledWhileItAwaitsAServersEndLeavesTheServerAlone() throws Exception {
    LoopGroup group = group(2, false);
    Server server = numbered(group);
    Peer peer = peerOf(server);
    ask(peer);
    server.close();
    run(() -> {
      Task<?> waiting = loop.createTask(server::awaitClosed);
      settle();
      assertFalse(waiting.done());
      waiting.cancel();
      assertThrows(CancellationException.class, waiting::await);
    });
    assertTrue(ask(peer) >= 0);
    peer.close();
    server.awaitClosed();
  }

  @Test
  void serveForeverEndsWithItsServer() throws Exception {
    LoopGroup group = group(2, true);
    Server server = numbered(group);
    Thread serving = thread(() -> assertThrows(CancellationException.class, server::serveForever));
    Thread interrupted = thread(() -> {
      Server own = numbered(group);
      Thread.currentThread().interrupt();
      assertThrows(CancellationException.class, own::serveForever);
      assertTrue(Thread.interrupted());
      assertFalse(own.isServing());
    });
    interrupted.join();
    awaitAside("that it waits", () -> serving.getState() == Thread.State.WAITING);
    server.close();
    serving.join(patience().toMillis());
    assertFalse(serving.isAlive());
  }

  // ---- loops that end by themselves

  /** A loop whose poller breaks when it is told to. */
  private static final class Breaking extends ScriptedBackend {

    private volatile boolean broken;

    Breaking(Backend backend) {
      super(backend);
    }

    @Override
    int poll(Poller poller, long timeoutNanos, ReadySink sink) throws IOException {
      if (broken) {
        throw new IOException("planted");
      }
      return super.poll(poller, timeoutNanos, sink);
    }

    void breakDown(EventLoop victim) {
      broken = true;
      try {
        victim.callSoonThreadsafe(() -> {});
      } catch (IllegalStateException e) {
        // it has noticed already
      }
    }
  }

  @Test
  void theOthersGoOnWithoutALoopThatBreaks() throws Exception {
    for (boolean sharePorts : ways()) {
      for (int victim : new int[] {0, 1}) {
        List<Breaking> backends = new ArrayList<>();
        LoopGroup group = group(2, sharePorts, () -> {
          backends.add(new Breaking(backend()));
          return newLoop(backends.get(backends.size() - 1));
        });
        Server server = numbered(group);
        EventLoop broken = group.loops().get(victim);
        List<Peer> lost = new ArrayList<>();
        for (int i = 0; i < ENOUGH && lost.isEmpty(); i++) {
          Peer peer = peerOf(server);
          if (ask(peer) == victim) {
            lost.add(peer);
          }
        }

        backends.get(victim).breakDown(broken);

        awaitGone(lost.get(0));
        awaitAside("the end of the loop", broken::isClosed);
        awaitAside("its failure", () -> group.failures().size() == 1);
        assertEquals("planted", nonNull(group.failures().get(0).getCause()).getMessage());
        takeReport("A loop of the group broke");
        awaitAside("another acceptor", () -> !refuses(server));
        for (int i = 0; i < 4; i++) {
          assertEquals(1 - victim, ask(peerOf(server)));
          assertSame(group.loops().get(1 - victim), group.next());
        }
        assertEquals(1, group.submitToEach(() -> {}).size());
        group.close();
      }
    }
  }

  private static boolean refuses(Server server) {
    return refuses(address(server));
  }

  private static boolean refuses(InetSocketAddress address) {
    try {
      SocketChannel.open(address).close();
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void aLoopThatIsStoppedLeavesTheGroup() throws Exception {
    LoopGroup group = group(2, true);
    EventLoop stopped = group.loops().get(0);
    stopped.callSoonThreadsafe(stopped::stop);
    awaitAside("its end", stopped::isClosed);
    assertSame(group.loops().get(1), group.next());
    assertSame(group.loops().get(1), group.next());
    assertEquals(List.of(), group.failures());
    assertFalse(group.isTerminated());
  }

  @Test
  void whenAllLoopsHaveBrokenNobodyWaitsForThem() throws Exception {
    for (boolean sharePorts : ways()) {
      Breaking backend = new Breaking(backend());
      LoopGroup group = group(2, sharePorts, () -> newLoop(backend));
      Server server = numbered(group);
      CountDownLatch begun = new CountDownLatch(1);
      CompletableFuture<@Nullable Void> pending = group.submit(() -> {
        begun.countDown();
        dev.culebra.Asyncio.sleep(LONG);
      });
      assertTrue(begun.await(patience().toNanos(), TimeUnit.NANOSECONDS));
      Thread serving = thread(() -> {
        IllegalStateException thrown =
            assertThrows(IllegalStateException.class, server::serveForever);
        assertEquals("all loops of the LoopGroup have ended", thrown.getMessage());
        assertTrue(group.failures().contains(thrown.getCause()));
      });
      group.loops().forEach(backend::breakDown);
      serving.join(patience().toMillis());
      assertFalse(serving.isAlive());
      assertTrue(group.awaitTermination(patience()));
      assertTrue(pending.isCancelled());
      server.awaitClosed();
      assertThrows(IllegalStateException.class, group::next);
      assertEquals(2, group.failures().size());
      takeReport("A loop of the group broke");
      takeReport("A loop of the group broke");
      do { // one may have been about to become the acceptor
        takeReport("Task was destroyed but it is pending!");
      } while (reports.count() > 0);
    }
  }

  @Test
  void aHandlerThatFailsIsReportedOnItsLoop() throws Exception {
    LoopGroup group = group(2, false);
    Server server = group.startServer(
        (reader, writer) -> {
          throw new IOException("planted");
        },
        List.of(HOST),
        0,
        DEFAULT);
    for (int i = 0; i < 2; i++) {
      awaitGone(peerOf(server));
      takeReport("Unhandled exception in client_connected_cb");
    }
  }
}
