// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.Awaitable;
import dev.culebra.AwaitableAction;
import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import dev.culebra.LoopPolicy;
import dev.culebra.TaskMode;
import dev.culebra.net.ConnectOptions;
import dev.culebra.net.Server;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import dev.culebra.spi.Availability;
import dev.culebra.spi.Backend;
import dev.culebra.test.Reports;
import dev.culebra.test.TestClock;
import dev.culebra.test.internal.Descriptors;
import dev.culebra.test.internal.Leftovers;
import dev.culebra.test.internal.WarmUp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * Gives each test a loop, and proves afterwards that nothing is left: no descriptor, thread or task, and
 * no report to the exception handler that the test did not take.
 *
 * <p>What must happen is awaited with the TCK's patience as its limit. That something does not happen is
 * tested only where an earlier event proves that it would have happened by then.
 */
@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class OnLoop {

  static final String HOST = "127.0.0.1";
  static final Duration LONG = Duration.ofHours(1);

  /** Little, so that a peer that does not read is soon felt. */
  private static final int SOCKET_BUFFER_BYTES = 64 * 1024;

  private static final Duration PAUSE = Duration.ofNanos(100_000);

  private static Set<String> platformThreadsBefore = Set.of();
  private static Set<String> taskThreadsBefore = Set.of();

  final Reports reports = new Reports();

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final List<ConnectionLog> logs = new ArrayList<>();
  private final List<Thread> asides = new ArrayList<>();
  private final ConcurrentLinkedQueue<Throwable> failuresAside = new ConcurrentLinkedQueue<>();
  private Map<String, String> descriptorsBefore = Map.of();
  private Map<String, String> descriptorsOfLoop = Map.of();
  private int openedWithLoop;
  private @Nullable EventLoop ownLoop;

  /** The loop of this test. */
  EventLoop loop;

  abstract Tck tck();

  // ---- before and after

  @BeforeAll
  static void noteThreads() {
    platformThreadsBefore = Leftovers.platformThreads();
    taskThreadsBefore = Leftovers.taskThreads();
  }

  @AfterAll
  static void noThreadIsLeft() {
    Leftovers.assertPlatformThreads(platformThreadsBefore);
    Leftovers.assertTaskThreads(taskThreadsBefore);
  }

  @BeforeEach
  void openLoop() throws Exception {
    Availability availability = backend().availability();
    assumeTrue(
        availability.available(),
        () -> backend().name() + " cannot run here: " + availability.reason());
    WarmUp.once(this::backend);
    descriptorsBefore = Descriptors.open();
    loop = newLoop(backend());
    noteDescriptorsOfLoop();
    ownLoop = loop;
  }

  private void noteDescriptorsOfLoop() {
    openedWithLoop = opened.size();
    descriptorsOfLoop = Descriptors.open();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    Thread.interrupted();
    for (Thread aside : asides) {
      aside.join(patience().toMillis());
      assertFalse(aside.isAlive(), () -> "missing: the end of " + aside);
    }
    closeAllBut(openedWithLoop);
    try {
      if (ownLoop != null && !loop.isClosed() && !loop.isRunning()) {
        endConnections();
        Leftovers.assertDescriptors(descriptorsOfLoop);
      }
    } finally {
      closeAllBut(0); // or one failure would be that of all tests that follow
    }
    Throwable failure = failuresAside.poll();
    if (failure != null) {
      throw new AssertionError("a thread of this test failed", failure);
    }
    reports.assertNoneLeft();
    if (ownLoop != null) {
      logs.forEach(ConnectionLog::assertInOrder);
      Leftovers.assertDescriptors(descriptorsBefore);
    }
  }

  private void closeAllBut(int count) throws Exception {
    while (opened.size() > count) {
      opened.pop().close();
    }
  }

  /** What still stands is aborted, so that every protocol sees its end. */
  void endConnections() {
    logs.stream()
        .filter(log -> log.isMade() && !log.isLost())
        .forEach(log -> log.transport().abort());
    runOnce();
    runOnce();
    runOnce(); // NIO closes descriptors when it next selects
  }

  // ---- loops

  final Backend backend() {
    return tck().backend();
  }

  final Duration patience() {
    return tck().patience();
  }

  /** A loop that reports to this test and is closed after it. */
  final EventLoop newLoop(Backend on) {
    LoopPolicy policy = () -> on;
    EventLoop made = closing(policy.newEventLoop());
    made.setExceptionHandler(reports);
    return made;
  }

  /** Has this test run on a loop of another backend. */
  final <B extends Backend> B onBackend(B other) {
    loop = newLoop(other);
    noteDescriptorsOfLoop();
    return other;
  }

  /** Has this test run on a loop with a clock of the test kit's. */
  final TestClock onClock(TestClock.Mode mode) {
    return onClock(mode, backend());
  }

  /** Has this test run on a loop of another backend, with a clock of the test kit's. */
  final TestClock onClock(TestClock.Mode mode, Backend on) {
    loop = closing(TestClock.policy(mode, () -> on).newEventLoop());
    loop.setExceptionHandler(reports);
    noteDescriptorsOfLoop();
    return TestClock.of(loop);
  }

  /** Closes it after the test, before what was opened earlier. */
  final <T extends AutoCloseable> T closing(T resource) {
    opened.push(resource);
    return resource;
  }

  /** Skips a test of what baton mode does not have: tasks that block alone. */
  final void assumeCarried() {
    assumeTrue(
        loop.taskMode() == TaskMode.CARRIED,
        "in baton mode a task that blocks outside the loop stops the loop with it");
  }

  // ---- running

  /** Runs a body as a task of the loop. */
  final <T extends @Nullable Object> T run(Awaitable<T> body) throws Exception {
    return loop.runUntilComplete(body);
  }

  /** Runs a body as a task of the loop. */
  final void run(AwaitableAction body) throws Exception {
    loop.<@Nullable Void>runUntilComplete(() -> {
      body.await();
      return null;
    });
  }

  /** Runs one iteration, without waiting. */
  final void runOnce() {
    loop.stop();
    loop.runForever();
  }

  /** In a task: waits until something is so. */
  final void await(String what, BooleanSupplier condition) {
    long startNanos = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - startNanos > patience().toNanos()) {
        fail("missing: " + what);
      }
      sleep(PAUSE);
    }
  }

  /** In a task: waits for descriptors to be closed that another thread or process has a part in. */
  final void awaitDescriptorsClosed() {
    await("the end of all descriptors", () -> Descriptors.open().equals(descriptorsOfLoop));
  }

  /** In a thread that is not the loop's: waits until something is so. */
  final void awaitAside(String what, BooleanSupplier condition) {
    long startNanos = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - startNanos > patience().toNanos()) {
        fail("missing: " + what);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** Lets the loop make some iterations, in which what is about to happen would happen. */
  final void settle() {
    for (int i = 0; i < 20; i++) {
      sleep(Duration.ZERO);
    }
    sleep(Duration.ofMillis(2));
  }

  // ---- other threads

  /** Runs a body in a platform thread of its own; the test fails if it does, and waits for its end. */
  final Thread thread(AwaitableAction body) {
    Thread thread = Thread.ofPlatform().daemon().name("tck-aside").unstarted(() -> {
      try {
        body.await();
      } catch (Throwable t) {
        failuresAside.add(t);
      }
    });
    asides.add(thread);
    thread.start();
    return thread;
  }

  /** Runs in a thread of its own what would block a task; the result is a future of the loop. */
  final <T extends @Nullable Object> LoopFuture<T> aside(Callable<T> body) {
    EventLoop target = loop;
    LoopFuture<T> result = target.createFuture();
    thread(() -> {
      try {
        T value = body.call();
        deliver(target, () -> result.setResult(value));
      } catch (Throwable t) {
        deliver(target, () -> result.setException(t));
      }
    });
    return result;
  }

  private static void deliver(EventLoop target, Runnable completion) {
    if (!target.isClosed()) {
      target.callSoonThreadsafe(completion);
    }
  }

  // ---- connections

  /** A protocol whose calls are looked at when the test is over. */
  final <P extends ConnectionLog> P log(P protocol) {
    logs.add(protocol);
    return protocol;
  }

  final ConnectionLog.Pushed log() {
    return log(new ConnectionLog.Pushed());
  }

  static InetSocketAddress address(Server server) {
    return (InetSocketAddress) server.addresses().get(0);
  }

  static int port(Server server) {
    return address(server).getPort();
  }

  /** A peer that has connected to a server, which accepts it later. */
  final Peer peerOf(Server server) throws IOException {
    return peerAt(address(server));
  }

  final Peer peerAt(InetSocketAddress address) throws IOException {
    SocketChannel channel = closing(SocketChannel.open());
    channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
    channel.configureBlocking(false); // a task that blocks would let the loop go on
    channel.connect(address);
    while (!channel.finishConnect()) {
      Thread.onSpinWait();
    }
    return closing(new Peer(channel, patience().toNanos()));
  }

  /** Waits until the peer sees the end, which is a reset if it had sent what nobody has received. */
  static void awaitGone(Peer peer) throws Exception {
    try {
      peer.awaitEnd();
    } catch (SocketException e) {
      // reset
    }
  }

  /** A protocol that a server has made of a peer. */
  record Served(ConnectionLog protocol, Peer peer) {}

  /** In a task: serves one peer with a protocol. The server is closed, the connection stands. */
  final Served serve(ConnectionLog protocol) throws IOException {
    try (Server server = loop.createServer(() -> log(protocol), HOST, 0)) {
      Peer peer = peerOf(server);
      await("a connection", protocol::isMade);
      if (!protocol.transport().isClosing()) {
        protocol.transport().setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
      }
      return new Served(protocol, peer);
    }
  }

  final Served serve() throws IOException {
    return serve(new ConnectionLog.Pushed());
  }

  /** A stream connection and the peer at its other end. */
  record Streamed(StreamConnection connection, Peer peer) {

    StreamReader reader() {
      return connection.reader();
    }

    StreamWriter writer() {
      return connection.writer();
    }
  }

  /** In a task: connects a stream to a peer. */
  final Streamed stream(int limitBytes) throws IOException {
    try (ServerSocketChannel host = ServerSocketChannel.open()) {
      host.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
      host.bind(new InetSocketAddress(InetAddress.ofLiteral(HOST), 0));
      int port = ((InetSocketAddress) host.getLocalAddress()).getPort();
      StreamConnection connection =
          openConnection(HOST, port, ConnectOptions.DEFAULT.withLimitBytes(limitBytes));
      connection
          .writer()
          .transport()
          .setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
      return new Streamed(connection, closing(new Peer(host.accept(), patience().toNanos())));
    }
  }

  final Streamed stream() throws IOException {
    return stream(StreamReader.DEFAULT_LIMIT_BYTES);
  }

  /** A body for either kind of protocol. */
  interface ForProtocol {
    void run(ConnectionLog protocol) throws Exception;
  }

  /** Runs a body with a protocol of each kind, one after the other. */
  final void forBothKinds(ForProtocol body) throws Exception {
    run(() -> body.run(new ConnectionLog.Pushed()));
    run(() -> body.run(new ConnectionLog.Buffered()));
    run(() -> body.run(new ConnectionLog.Buffered(ByteBuffer.allocate(3))));
  }

  /** In a task: waits for connectionLost. */
  final @Nullable Exception awaitLost(ConnectionLog protocol) {
    await("connectionLost", protocol::isLost);
    return protocol.lostWith();
  }

  /** A port at which nobody listens. */
  static int vacantPort() throws IOException {
    try (ServerSocket vacated = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return vacated.getLocalPort();
    }
  }

  static <T> T nonNull(@Nullable T value) {
    assertNotNull(value);
    return value;
  }

  /** Throws it, whatever it is. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "DoNotCallSuggester"})
  static <T extends @Nullable Object, X extends Throwable> T raise(Throwable throwable) throws X {
    throw (X) throwable;
  }

  /** Null, where null is not allowed. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  static <T> T none() {
    return null;
  }
}
