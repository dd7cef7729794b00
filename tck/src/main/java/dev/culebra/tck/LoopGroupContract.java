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
import dev.culebra.ExceptionContext;
import dev.culebra.LoopGroup;
import dev.culebra.LoopGroupOptions;
import dev.culebra.Task;
import dev.culebra.net.Protocol;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import dev.culebra.net.Transport;
import dev.culebra.spi.Backend;
import dev.culebra.spi.Poller;
import dev.culebra.spi.ReadySink;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Several loops, what they are given to do, the servers that they share, and how they end. */
abstract class LoopGroupContract extends OnLoop {

  private static final ServerOptions DEFAULT = ServerOptions.DEFAULT;

  /** So many connections miss one of two loops once in 2^200 runs, if they are shared out at random. */
  private static final int ENOUGH = 200;

  private LoopGroup group(int loops, boolean sharePorts) {
    return group(loops, sharePorts, () -> newLoop(backend()));
  }

  private LoopGroup group(int loops, boolean sharePorts, Supplier<EventLoop> factory) {
    return closing(LoopGroup.open(LoopGroupOptions.DEFAULT
        .withLoops(loops)
        .withLoopFactory(factory)
        .withSharePorts(sharePorts)));
  }

  /** Answers each byte with the number of its loop, and fails if it is called anywhere else. */
  private static final class Numbered implements Protocol {

    private final List<EventLoop> loops;
    private @Nullable EventLoop loop;
    private @Nullable Thread thread;

    @SuppressWarnings("NullAway.Init") // connectionMade comes first
    private Transport transport;

    Numbered(LoopGroup group) {
      loops = group.loops();
    }

    @Override
    public void connectionMade(Transport transport) {
      this.transport = transport;
      loop = getRunningLoop();
      thread = Thread.currentThread();
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      boolean same = loop == getRunningLoop() && thread == Thread.currentThread();
      while (data.hasRemaining()) {
        data.get();
        transport.write(new byte[] {(byte) (same ? loops.indexOf(loop) : -1)});
      }
    }
  }

  private Server numbered(LoopGroup group) throws IOException {
    return group.createServer(() -> new Numbered(group), List.of(HOST), 0, DEFAULT);
  }

  /** The number of the loop that serves a peer. */
  private static int ask(Peer peer) throws Exception {
    peer.send((byte) 1);
    return peer.receive(1)[0];
  }

  /** Ways of sharing that there are here. */
  private static List<Boolean> ways() {
    return LoopGroupOptions.DEFAULT.sharePorts() ? List.of(false, true) : List.of(false);
  }

  /** Other threads report: what a peer sees may come before it. */
  private ExceptionContext takeReport(String partOfMessage) {
    awaitAside("a report", () -> reports.count() > 0);
    return reports.take(partOfMessage);
  }

  private void assertRefuses(InetSocketAddress address) {
    assertThrows(IOException.class, () -> SocketChannel.open(address).close());
  }

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
        assertTrue(ask(peerAt(new InetSocketAddress(HOST, port(server)))) >= 0);
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

  private static void echo(StreamReader reader, StreamWriter writer) throws IOException {
    try (writer) {
      while (!reader.atEof()) {
        writer.write(reader.read(4096));
        writer.drain();
      }
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

    Server streams = group.startUnixServer(LoopGroupContract::echo, address, DEFAULT);
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
            LoopGroupContract::echo,
            UnixDomainSocketAddress.of("/tmp/" + "x".repeat(200)),
            DEFAULT));
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

  // ---- the end

  @Test
  void closeEndsServersConnectionsTasksAndLoops() throws Exception {
    for (boolean sharePorts : ways()) {
      LoopGroup group = group(2, sharePorts);
      Server server = group.startServer(LoopGroupContract::echo, List.of(HOST), 0, DEFAULT);
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
    assertTrue(serving.isAlive());
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
    try {
      SocketChannel.open(address(server)).close();
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
      CompletableFuture<@Nullable Void> pending = group.submit(() -> {
        dev.culebra.Asyncio.sleep(LONG);
      });
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
