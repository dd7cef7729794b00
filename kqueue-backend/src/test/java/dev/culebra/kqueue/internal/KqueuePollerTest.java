// SPDX-License-Identifier: Apache-2.0
package dev.culebra.kqueue.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.posix.CallState;
import dev.culebra.posix.Libc;
import dev.culebra.posix.PosixPipe;
import dev.culebra.posix.PosixSource;
import dev.culebra.process.ProcessOptions;
import dev.culebra.process.Stdio;
import dev.culebra.spi.ChildProcess;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.PipeEnd;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is kqueue's own affair; the contract is tested by {@link KqueueBackendTest}. */
class KqueuePollerTest {

  private static final int READ = Poller.READ;
  private static final int WRITE = Poller.WRITE;
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private Poller poller;

  @BeforeEach
  void openPoller() throws Exception {
    Shim.assumeAvailable();
    poller = opened(KqueuePoller.open());
  }

  @AfterEach
  void closeAll() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  // Changes

  @Test
  void changesGoWithTheCallThatWaits() throws Exception {
    assumeTrue(Shim.isUsed(), "only the shim counts calls");
    List<StreamSocket> clients = clients(100);
    long before = Shim.calls();
    for (StreamSocket client : clients) {
      poller.register(client, READ, client);
      poller.modify(client, READ | WRITE);
      poller.modify(client, WRITE);
    }
    assertEquals(0, Shim.calls() - before, "calls before the poll");
    assertEquals(100, poll().size());
    assertEquals(1, Shim.calls() - before, "calls with the poll");
    clients.forEach(poller::deregister);
    assertEquals(101, Shim.calls() - before, "a source leaves at once");
  }

  @Test
  void whatComesAndGoesBetweenTwoPollsCostsNothing() throws Exception {
    assumeTrue(Shim.isUsed(), "only the shim counts calls");
    StreamSocket client = clients(1).get(0);
    long before = Shim.calls();
    poller.register(client, READ | WRITE, "a");
    poller.deregister(client);
    poller.register(client, READ, "b");
    client.close();
    assertEquals(0, Shim.calls() - before);
  }

  @Test
  void moreChangesThanTheListHoldsAreAllMade() throws Exception {
    int count = 700;
    ListenerSocket listener = listener();
    List<StreamSocket> all = new ArrayList<>();
    for (int i = 0; i < count / 2; i++) {
      all.add(connect(listener));
      all.add(accept(listener));
    }
    for (StreamSocket each : all) {
      poller.register(each, READ | WRITE, each);
    }
    Set<Object> told = new HashSet<>();
    while (told.size() < count) {
      assertTrue(poller.poll(PATIENCE_NANOS, (attachment, readiness) -> told.add(attachment)) > 0);
    }
    for (StreamSocket each : all) {
      poller.modify(each, READ);
    }
    assertEquals(Map.of(), poll(0));
  }

  @Test
  void whatWasAskedForAgainBeforeThePollIsStillThere() throws Exception {
    StreamSocket client = clients(1).get(0);
    poller.register(client, WRITE, "client");
    assertEquals(Map.of("client", WRITE), poll());
    poller.modify(client, 0);
    poller.modify(client, WRITE);
    assertEquals(Map.of("client", WRITE), poll());
    poller.modify(client, 0);
    assertEquals(Map.of(), poll(0));
  }

  @Test
  void whatHasLeftAndIsOpenStillShortensNoWait() throws Exception {
    StreamSocket client = clients(1).get(0);
    poller.register(client, READ | WRITE, "client");
    assertEquals(Map.of("client", WRITE), poll());
    poller.deregister(client);
    assertTrue(nanosOf(2_000_000) >= 2_000_000);
    poller.register(client, WRITE, "again");
    assertEquals(Map.of("again", WRITE), poll());
    poller.modify(client, 0);
    assertTrue(nanosOf(2_000_000) >= 2_000_000);
  }

  /** A change that waits for the next poll must not hit whoever has the number by then. */
  @Test
  void aChangeOfWhatWasClosedReachesNobody() throws Exception {
    List<StreamSocket> clients = clients(2);
    poller.register(clients.get(0), READ, "old");
    poll(0);
    poller.modify(clients.get(0), READ | WRITE);
    int fd = ((PosixSource) clients.get(0)).fd();
    clients.get(0).close();
    StreamSocket recycled = opened(poller.openStream(StandardProtocolFamily.UNIX));
    assertEquals(fd, ((PosixSource) recycled).fd(), "the kernel gives the lowest number");
    poller.register(recycled, 0, "recycled");
    poller.register(clients.get(1), WRITE, "other");
    assertEquals(Map.of("other", WRITE), poll());
  }

  // Descriptors whose numbers are given again

  @Test
  void eventForARecycledDescriptorReachesNobody() throws Exception {
    ListenerSocket listener = listener();
    List<StreamSocket> accepted = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      StreamSocket client = connect(listener);
      accepted.add(accept(listener));
      poller.register(accepted.get(i), READ, i);
      client.write(ByteBuffer.wrap(new byte[1]));
    }
    List<Object> told = new ArrayList<>();
    poller.poll(PATIENCE_NANOS, (attachment, readiness) -> {
      told.add(attachment);
      if (told.size() > 1) {
        return;
      }
      // The other one is in this batch too. Its number goes to a socket that is registered anew.
      PosixSource other = (PosixSource) accepted.get(1 - (int) attachment);
      try {
        int fd = other.fd();
        other.close();
        StreamSocket recycled = opened(poller.openStream(StandardProtocolFamily.INET));
        assertEquals(fd, ((PosixSource) recycled).fd(), "the kernel gives the lowest number");
        poller.register(recycled, READ | WRITE, "recycled");
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    });
    assertEquals(1, told.size(), () -> "told " + told);
  }

  @Test
  void aWatchWhoseDescriptorWasClosedDoesNotTouchTheSocketThatHasItsNumber() throws Exception {
    PosixPipe pipe = PosixPipe.open(new CallState());
    Pollable watch = opened(poller.watchDescriptor(pipe.readEnd()));
    poller.register(watch, READ, "watch");
    Libc.close(pipe.readEnd());
    Libc.close(pipe.writeEnd());
    ListenerSocket recycled = listener();
    assertEquals(
        pipe.readEnd(), ((PosixSource) recycled).fd(), "the kernel gives the lowest number");
    poller.register(recycled, READ, "recycled");
    assertEquals(Map.of(), poll(0));
    assertThrows(ClosedChannelException.class, () -> poller.modify(watch, WRITE));
    poller.deregister(watch);
    assertThrows(ClosedChannelException.class, () -> poller.register(watch, READ, "watch"));
    watch.close();
    connect(recycled);
    assertEquals(Map.of("recycled", READ), poll());
  }

  @Test
  void whatTheKernelRefusesOfOthersIsToldAtOnce() throws Exception {
    PosixPipe pipe = PosixPipe.open(new CallState());
    Pollable watch = opened(poller.watchDescriptor(pipe.readEnd()));
    Pollable twin = opened(poller.watchDescriptor(pipe.readEnd()));
    poller.register(watch, READ, "watch");
    IOException taken = assertThrows(IOException.class, () -> poller.register(twin, READ, "twin"));
    assertTrue(taken.getMessage().contains("EEXIST"), taken.getMessage());
    assertThrows(IllegalStateException.class, () -> poller.watchDescriptor(pipe.readEnd()));
    poller.deregister(watch);
    Libc.close(pipe.readEnd());
    Libc.close(pipe.writeEnd());
    IOException closed =
        assertThrows(IOException.class, () -> poller.register(watch, READ | WRITE, "watch"));
    assertTrue(closed.getMessage().contains("EBADF"), closed.getMessage());
    poller.deregister(watch);
  }

  // What the kernel says once, or not at all

  @Test
  void theEndComesAfterAllData() throws Exception {
    ListenerSocket listener = listener();
    StreamSocket client = connect(listener);
    StreamSocket accepted = accept(listener);
    poller.register(accepted, READ, "accepted");
    client.write(ByteBuffer.wrap(new byte[5]));
    client.close();
    ByteBuffer two = ByteBuffer.allocate(2);
    for (int expected : new int[] {2, 2, 1, -1, -1}) {
      assertEquals(Map.of("accepted", READ), poll());
      assertEquals(expected, accepted.read(two.clear()));
    }
  }

  @Test
  void aWriterWhoseReaderIsGoneIsReadyAndHoldsUpNobody() throws Exception {
    PipeEnd sink = sinkWithoutReader();
    StreamSocket client = clients(1).get(0);
    poller.register(sink, WRITE, "sink"); // FreeBSD refuses with EPIPE
    poller.register(client, WRITE, "client");
    for (int i = 0; i < 3; i++) {
      assertEquals(Map.of("sink", WRITE, "client", WRITE), poll());
    }
    assertThrows(IOException.class, () -> sink.write(ByteBuffer.allocate(1)));
    poller.modify(sink, 0);
    assertEquals(Map.of("client", WRITE), poll());
    poller.modify(sink, READ | WRITE);
    assertEquals(Map.of("sink", READ | WRITE, "client", WRITE), poll());
    sink.close();
    assertEquals(Map.of("client", WRITE), poll());
  }

  @Test
  void aWatchedPipeWithoutReaderIsReady() throws Exception {
    PosixPipe pipe = PosixPipe.open(new CallState());
    Pollable watch = opened(poller.watchDescriptor(pipe.writeEnd()));
    Libc.close(pipe.readEnd());
    poller.register(watch, WRITE, "watch");
    for (int i = 0; i < 3; i++) {
      assertEquals(Map.of("watch", WRITE), poll());
    }
    watch.close();
    assertEquals(Map.of(), poll(0));
    Libc.close(pipe.writeEnd());
  }

  @Test
  void theDeathOfAReaderIsToldByEveryPoll() throws Exception {
    PosixPipe pipe = PosixPipe.open(new CallState());
    PipeEnd source = opened(poller.adoptPipe(pipe.readEnd(), READ));
    PipeEnd sink = opened(poller.adoptPipe(pipe.writeEnd(), WRITE));
    poller.register(sink, READ, "sink");
    assertEquals(Map.of(), poll(0));
    assertEquals(1, sink.write(ByteBuffer.allocate(1)));
    assertEquals(1, source.read(ByteBuffer.allocate(1)));
    assertTrue(nanosOf(2_000_000) >= 2_000_000, "a reader that reads shortens a wait");
    source.close();
    for (int i = 0; i < 3; i++) {
      assertEquals(Map.of("sink", READ), poll());
    }
    poller.modify(sink, 0);
    poller.modify(sink, READ);
    assertEquals(Map.of("sink", READ), poll());
    poller.modify(sink, 0);
    assertTrue(nanosOf(2_000_000) >= 2_000_000);
    poller.modify(sink, READ | WRITE);
    for (int i = 0; i < 3; i++) {
      assertEquals(Map.of("sink", READ | WRITE), poll());
    }
  }

  @Test
  void whoWaitsToWriteLearnsOfTheReadersDeathToo() throws Exception {
    PosixPipe pipe = PosixPipe.open(new CallState());
    PipeEnd source = opened(poller.adoptPipe(pipe.readEnd(), READ));
    PipeEnd sink = opened(poller.adoptPipe(pipe.writeEnd(), WRITE));
    poller.register(sink, READ | WRITE, "sink");
    assertEquals(Map.of("sink", WRITE), poll());
    source.close();
    for (int i = 0; i < 3; i++) {
      assertEquals(Map.of("sink", READ | WRITE), poll());
    }
  }

  @Test
  void aProcessThatHasEndedIsReadyUntilItIsForgotten() throws Exception {
    ChildProcess process = opened(poller.spawn(List.of("true"), ProcessOptions.DEFAULT));
    poller.register(process, READ, "process");
    for (int i = 0; i < 3; i++) {
      assertEquals(Map.of("process", READ), poll());
    }
    poller.modify(process, 0);
    assertEquals(Map.of(), poll(0));
    poller.modify(process, READ);
    assertEquals(Map.of("process", READ), poll());
    poller.deregister(process);
    assertTrue(nanosOf(2_000_000) >= 2_000_000);
    poller.register(process, READ, "again"); // Darwin does not find it any more: ESRCH
    assertEquals(Map.of("again", READ), poll());
    assertEquals(0, process.tryReap());
    assertEquals(Map.of("again", READ), poll());
    process.close();
    assertEquals(Map.of(), poll(0));
  }

  @Test
  void theEndOfAProcessIsToldByEveryPoll() throws Exception {
    ChildProcess process =
        opened(poller.spawn(List.of("cat"), ProcessOptions.DEFAULT.withStdin(Stdio.PIPE)));
    PipeEnd stdin = opened(process.pipe(0));
    poller.register(process, READ, "process");
    assertEquals(Map.of(), poll(0));
    stdin.close();
    for (int i = 0; i < 3; i++) { // the kernel tells of it once
      assertEquals(Map.of("process", READ), poll());
    }
    assertEquals(0, process.tryReap());
  }

  // Time

  @Test
  void moreReadySourcesThanOneBatchHoldsAreAllReported() throws Exception {
    int count = 600;
    ListenerSocket listener = listener();
    List<StreamSocket> all = new ArrayList<>();
    for (int i = 0; i < count / 2; i++) {
      all.add(connect(listener));
      all.add(accept(listener));
    }
    for (StreamSocket each : all) {
      poller.register(each, WRITE, each);
      poll(0); // the list of changes stays short, and with it the batch
    }
    Set<Object> told = new HashSet<>();
    int first = poller.poll(PATIENCE_NANOS, (attachment, readiness) -> told.add(attachment));
    while (told.size() < count) {
      assertTrue(poller.poll(PATIENCE_NANOS, (attachment, readiness) -> told.add(attachment)) > 0);
    }
    assertTrue(first < count, () -> "a batch of " + first);
  }

  @Test
  void timeoutIsExact() throws Exception {
    long shortest = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      shortest = Math.min(shortest, nanosOf(100_000));
    }
    assertTrue(shortest >= 100_000, shortest + " ns is too short");
    assertTrue(shortest < 1_000_000, shortest + " ns for 100 µs: not a nanosecond timeout");
  }

  @Test
  void longestTimeoutIsNoError() throws Exception {
    poller.wakeup();
    assertTrue(nanosOf(Long.MAX_VALUE) < PATIENCE_NANOS);
  }

  private long nanosOf(long timeoutNanos) throws Exception {
    long startNanos = System.nanoTime();
    assertEquals(0, poller.poll(timeoutNanos, (attachment, readiness) -> {}));
    return System.nanoTime() - startNanos;
  }

  /** What the next poll that tells anything tells. */
  private Map<Object, Integer> poll() throws Exception {
    Map<Object, Integer> told = poll(PATIENCE_NANOS);
    assertTrue(!told.isEmpty(), "missing: an event");
    return told;
  }

  private Map<Object, Integer> poll(long timeoutNanos) throws Exception {
    Map<Object, Integer> told = new HashMap<>();
    int count = poller.poll(timeoutNanos, (attachment, readiness) -> {
      assertEquals(null, told.put(attachment, readiness), "handed out twice");
    });
    assertEquals(told.size(), count);
    return told;
  }

  private <T extends AutoCloseable> T opened(T resource) {
    opened.push(resource);
    return resource;
  }

  private PipeEnd sinkWithoutReader() throws Exception {
    PosixPipe pipe = PosixPipe.open(new CallState());
    PipeEnd sink = opened(poller.adoptPipe(pipe.writeEnd(), WRITE));
    Libc.close(pipe.readEnd());
    return sink;
  }

  /** Connected sockets, whose peers are silent. */
  private List<StreamSocket> clients(int count) throws Exception {
    ListenerSocket listener = listener();
    List<StreamSocket> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(connect(listener));
      opened(accept(listener));
    }
    return clients;
  }

  private ListenerSocket listener() throws Exception {
    ListenerSocket listener = opened(poller.openListener(StandardProtocolFamily.INET));
    byte[] loopback = {127, 0, 0, 1};
    listener.bind(new InetSocketAddress(InetAddress.getByAddress(loopback), 0), 50);
    return listener;
  }

  private StreamSocket connect(ListenerSocket listener) throws Exception {
    SocketAddress address = listener.localAddress();
    StreamSocket client = opened(poller.openStream(StandardProtocolFamily.INET));
    if (!client.connect(address)) {
      poller.register(client, WRITE, client);
      while (!client.finishConnect()) {
        poller.poll(PATIENCE_NANOS, (attachment, readiness) -> {});
      }
      poller.deregister(client);
    }
    return client;
  }

  private StreamSocket accept(ListenerSocket listener) throws Exception {
    boolean registered = false;
    StreamSocket accepted = listener.accept();
    while (accepted == null) {
      if (!registered) {
        poller.register(listener, READ, listener);
        registered = true;
      }
      poller.poll(PATIENCE_NANOS, (attachment, readiness) -> {});
      accepted = listener.accept();
    }
    if (registered) {
      poller.deregister(listener);
    }
    return opened(accepted);
  }
}
