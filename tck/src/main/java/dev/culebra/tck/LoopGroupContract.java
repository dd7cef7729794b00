// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.getRunningLoop;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.EventLoop;
import dev.culebra.LoopGroup;
import dev.culebra.LoopGroupOptions;
import dev.culebra.net.Server;
import dev.culebra.spi.Poller;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Several loops, what they are given to do, and the servers that they share. */
abstract class LoopGroupContract extends OnLoopGroup {

  // ---- sharing

  @Test
  void acceptedConnectionsAreHandedOverInTurn() throws Exception {
    LoopGroup group = group(3, false);
    Server server = numbered(group);
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      numbers.add(ask(peerOf(server)));
    }
    assertEquals(List.of(0, 1, 2, 0, 1, 2), numbers);
  }

  @Test
  void connectionsToASharedPortReachEachLoop() throws Exception {
    for (boolean sharePorts : ways()) {
      LoopGroup group = group(2, sharePorts);
      Server server = numbered(group);
      Set<Integer> seen = new TreeSet<>();
      for (int i = 0; i < ENOUGH && seen.size() < 2; i++) {
        try (Peer peer = peerOf(server)) {
          seen.add(ask(peer));
        }
      }
      assertEquals(Set.of(0, 1), seen);
    }
  }

  @Test
  void aConnectionStaysOnItsLoopAndThread() throws Exception {
    for (boolean sharePorts : ways()) {
      LoopGroup group = group(2, sharePorts);
      Server server = numbered(group);
      List<Peer> peers = new ArrayList<>();
      List<Integer> numbers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        peers.add(peerOf(server));
        numbers.add(ask(peers.get(i)));
      }
      assertFalse(numbers.contains(-1), numbers::toString);
      for (int i = 0; i < 80; i++) {
        assertEquals(numbers.get(i % 8), ask(peers.get(i % 8)));
      }
    }
  }

  @Test
  void allLoopsShareThePortsThatTheSystemChooses() throws Exception {
    SpiContract.assumeIpv6();
    for (boolean sharePorts : ways()) {
      LoopGroup group = group(2, sharePorts);
      Server server =
          group.createServer(() -> new Numbered(group), List.of(HOST, "::1"), 0, DEFAULT);
      assertEquals(2, server.addresses().size());
      for (var address : server.addresses()) {
        InetSocketAddress inet = (InetSocketAddress) address;
        assertNotEquals(0, inet.getPort());
        for (int i = 0; i < 8; i++) {
          assertTrue(ask(peerAt(inet)) >= 0);
        }
      }
    }
  }

  @Test
  void noHostMeansAllInterfaces() throws Exception {
    for (boolean sharePorts : ways()) {
      LoopGroup group = group(2, sharePorts);
      Server server = group.createServer(() -> new Numbered(group), List.of(), 0, DEFAULT);
      assertTrue(address(server).getAddress().isAnyLocalAddress());
      for (int i = 0; i < 8; i++) {
        assertTrue(
            ask(peerAt(new InetSocketAddress(InetAddress.ofLiteral(HOST), port(server)))) >= 0);
      }
    }
  }

  @Test
  void streamsAreServedByTasksOfEachLoop() throws Exception {
    for (boolean sharePorts : ways()) {
      LoopGroup group = group(2, sharePorts);
      Set<EventLoop> served = ConcurrentHashMap.newKeySet();
      Server server = group.startServer(
          (reader, writer) -> {
            served.add(getRunningLoop());
            echo(reader, writer);
          },
          List.of(HOST),
          0,
          DEFAULT);
      for (int i = 0; i < ENOUGH && served.size() < 2; i++) {
        try (Peer peer = peerOf(server)) {
          peer.send(SpiContract.pattern(1000));
          assertArrayEquals(SpiContract.pattern(1000), peer.receive(1000));
        }
      }
      assertEquals(Set.copyOf(group.loops()), served);
      server.close();
      server.awaitClosed();
    }
  }

  @Test
  void unixConnectionsAreHandedOverInTurn() throws Exception {
    Path directory = Files.createTempDirectory("culebra");
    closing(() -> Files.delete(directory));
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("socket"));
    LoopGroup group = group(2, true);
    Server server = group.createUnixServer(() -> new Numbered(group), address, DEFAULT);
    Set<Integer> seen = new TreeSet<>();
    for (int i = 0; i < 2; i++) {
      seen.add(
          ask(closing(new Peer(closing(SocketChannel.open(address)), patience().toNanos()))));
    }
    assertEquals(Set.of(0, 1), seen);
    server.close();
    server.closeClients();
    server.awaitClosed();
    assertFalse(Files.exists(address.getPath()));

    Server streams = group.startUnixServer(OnLoopGroup::echo, address, DEFAULT);
    Peer peer =
        closing(new Peer(closing(SocketChannel.open(address)), patience().toNanos()));
    peer.send(SpiContract.pattern(10));
    assertArrayEquals(SpiContract.pattern(10), peer.receive(10));
    streams.close();
    group.close();
    assertFalse(Files.exists(address.getPath()));
  }

  @Test
  void whatCannotBeTakenOverIsReportedAndTheServerLivesOn() throws Exception {
    ScriptedBackend refusing = new ScriptedBackend(backend()) {
      private final AtomicInteger left = new AtomicInteger(1);

      @Override
      StreamSocket adopt(Poller poller, StreamSocket stream) throws IOException {
        if (left.getAndDecrement() > 0) {
          throw new IOException("planted");
        }
        return super.adopt(poller, stream);
      }
    };
    LoopGroup group = group(2, false, () -> newLoop(refusing));
    Server server = numbered(group);
    assertEquals(0, ask(peerOf(server)));
    awaitGone(peerOf(server));
    assertEquals(
        "planted",
        nonNull(takeReport("Error on taking over an accepted connection").exception())
            .getMessage());
    assertEquals(0, ask(peerOf(server)));
    assertEquals(1, ask(peerOf(server)));
  }

  /** What was accepted elsewhere is written in parts, and read to its end, as everything is. */
  @Test
  void megabytesGoBothWaysOnEachLoopAndEitherSideMayEndFirst() throws Exception {
    byte[] sent = SpiContract.pattern(1_000_000);
    for (boolean sharePorts : ways()) {
      LoopGroup group = group(2, sharePorts);
      Server server = group.startServer(
          (reader, writer) -> {
            try (writer) {
              writer.write(sent);
              writer.drain();
              assertArrayEquals(sent, reader.readExactly(sent.length));
              writer.write(new byte[] {1});
              if (reader.readExactly(1)[0] == 0) {
                assertEquals(0, reader.readAll().length); // the peer ends first
              }
            }
          },
          List.of(HOST),
          0,
          DEFAULT);
      for (int i = 0; i < 4; i++) {
        Peer peer = peerOf(server);
        Thread sending = thread(() -> peer.send(sent));
        assertArrayEquals(sent, peer.receive(sent.length));
        sending.join();
        assertArrayEquals(new byte[] {1}, peer.receive(1));
        peer.send((byte) (i % 2));
        if (i % 2 == 0) {
          peer.endOutput();
        }
        peer.awaitEnd();
        peer.close();
      }
      server.close();
      server.awaitClosed();
    }
  }

  @Test
  void aFactoryThatThrowsCostsItsClientOnly() throws Exception {
    for (boolean sharePorts : ways()) {
      LoopGroup group = group(2, sharePorts);
      AtomicInteger calls = new AtomicInteger();
      Server server = group.createServer(
          () -> {
            if (calls.getAndIncrement() == 0) {
              throw new IllegalStateException("planted");
            }
            return new Numbered(group);
          },
          List.of(HOST),
          0,
          DEFAULT);
      awaitGone(peerOf(server));
      takeReport("Error on transport creation");
      for (int i = 0; i < 4; i++) {
        assertTrue(ask(peerOf(server)) >= 0);
      }
    }
  }

  @Test
  void servingMayStartLater() throws Exception {
    for (boolean sharePorts : ways()) {
      LoopGroup group = group(2, sharePorts);
      AtomicInteger made = new AtomicInteger();
      Server server = group.createServer(
          () -> {
            made.incrementAndGet();
            return new Numbered(group);
          },
          List.of(HOST),
          0,
          DEFAULT.withStartServing(false));
      assertFalse(server.isServing());
      Peer early = peerOf(server);
      for (var each : group.submitToEach(() -> {})) {
        each.get(); // an iteration of each loop, in which it would be accepted
      }
      assertEquals(0, made.get());
      server.startServing();
      assertTrue(server.isServing());
      assertTrue(ask(early) >= 0);
      server.close();
      assertFalse(server.isServing());
      assertEquals(List.of(), server.addresses());
      assertThrows(IllegalStateException.class, server::startServing);
    }
  }

  @Test
  void aTaskOfAnyLoopMayStartAServer() throws Exception {
    for (boolean sharePorts : ways()) {
      LoopGroup group = group(2, sharePorts);
      Server ofMember = group.submit(() -> numbered(group)).get();
      assertTrue(ask(peerOf(ofMember)) >= 0);
      Server ofOther = run(() -> numbered(group));
      assertTrue(ask(peerOf(ofOther)) >= 0);
    }
  }

  // ---- what is refused

  @Test
  void aPortThatIsTakenIsRefused() throws Exception {
    for (boolean sharePorts : ways()) {
      LoopGroup group = group(2, sharePorts);
      for (boolean others : ways()) {
        int taken = port(numbered(group(2, others)));
        assertThrows(
            BindException.class,
            () -> group.createServer(() -> new Numbered(group), List.of(HOST), taken, DEFAULT));
      }
      assertTrue(ask(peerOf(numbered(group))) >= 0);
    }
  }

  @Test
  void aPortMayBeSharedWithOtherProgramsOnRequest() throws Exception {
    if (!LoopGroupOptions.DEFAULT.sharePorts()) {
      return;
    }
    LoopGroup group = group(2, true);
    int taken = port(numbered(group));
    LoopGroup other = group(2, false);
    Server second = other.createServer(
        () -> new Numbered(other), List.of(HOST), taken, DEFAULT.withReusePort(true));
    assertEquals(taken, port(second));
  }

  @Test
  void wrongArgumentsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> LoopGroup.open(0));
    assertThrows(IllegalArgumentException.class, () -> LoopGroup.open(1025));
    LoopGroup group = group(1, true);
    for (int port : new int[] {-1, 65536}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> group.createServer(() -> new Numbered(group), List.of(HOST), port, DEFAULT));
    }
    assertThrows(
        NullPointerException.class,
        () -> group.createServer(OnLoop.none(), List.of(HOST), 0, DEFAULT));
    assertThrows(
        NullPointerException.class,
        () -> group.startServer(OnLoop.none(), List.of(HOST), 0, DEFAULT));
    assertThrows(
        IOException.class,
        () -> group.startUnixServer(
            OnLoopGroup::echo, UnixDomainSocketAddress.of("/tmp/" + "x".repeat(200)), DEFAULT));
  }

  @Test
  void ifALoopCannotBeMadeNoneIsLeft() {
    List<EventLoop> made = new ArrayList<>();
    Supplier<EventLoop> failing = () -> {
      if (made.size() == 2) {
        throw new IllegalStateException("planted");
      }
      made.add(newLoop(backend()));
      return made.get(made.size() - 1);
    };
    assertEquals(
        "planted",
        assertThrows(IllegalStateException.class, () -> group(3, true, failing)).getMessage());
    assertTrue(made.stream().allMatch(EventLoop::isClosed));
  }

  @Test
  void aFactoryMustMakeNewLoops() {
    EventLoop used = newLoop(backend());
    used.close();
    String message = assertThrows(IllegalStateException.class, () -> group(1, true, () -> used))
        .getMessage();
    assertTrue(String.valueOf(message).contains("a new loop"), message);
  }

  @Test
  void aLoopOfTheGroupDoesNotWaitForItsEnd() throws Exception {
    LoopGroup group = group(2, true);
    assertRefused(group.submit(group::close));
    assertRefused(group.submit(() -> {
      group.awaitTermination(LONG);
    }));
    assertFalse(group.isTerminated());
  }

  @Test
  void callbacksDoNotWait() throws Exception {
    LoopGroup group = group(2, true);
    for (EventLoop each : group.loops()) {
      CompletableFuture<Server> tried = new CompletableFuture<>();
      each.callSoonThreadsafe(() -> {
        try {
          tried.complete(numbered(group));
        } catch (Exception e) {
          tried.completeExceptionally(e);
        }
      });
      assertRefused(tried);
    }
  }

  private static void assertRefused(CompletableFuture<?> future) {
    ExecutionException failure = assertThrows(ExecutionException.class, future::get);
    assertSame(IllegalStateException.class, nonNull(failure.getCause()).getClass());
  }

  // ---- work

  @Test
  void loopsTakeTurnsAtWork() throws Exception {
    LoopGroup group = group(3, true);
    List<EventLoop> where = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      EventLoop ran = group.submit(() -> getRunningLoop()).get();
      where.add(ran);
    }
    assertEquals(group.loops(), where.subList(0, 3));
    assertEquals(group.loops(), where.subList(3, 6));
    assertSame(where.get(0), group.next());
    assertSame(where.get(1), group.next());
  }

  @Test
  void eachLoopIsGivenWorkOnce() throws Exception {
    LoopGroup group = group(3, true);
    List<EventLoop> where = new ArrayList<>();
    for (CompletableFuture<EventLoop> each : group.submitToEach(() -> getRunningLoop())) {
      where.add(each.get());
    }
    assertEquals(group.loops(), where);
  }

  /** If two loops shared a thread, one of the two would never come. */
  @Test
  void loopsRunAtTheSameTime() throws Exception {
    LoopGroup group = group(3, true);
    CountDownLatch all = new CountDownLatch(3);
    for (EventLoop each : group.loops()) {
      each.callSoonThreadsafe(() -> {
        all.countDown();
        try {
          assertTrue(all.await(patience().toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      });
    }
    assertTrue(all.await(patience().toNanos(), TimeUnit.NANOSECONDS));
  }
}
