// SPDX-License-Identifier: Apache-2.0
package dev.culebra.epoll.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.posix.CallState;
import dev.culebra.posix.Libc;
import dev.culebra.posix.PosixPipe;
import dev.culebra.posix.PosixSource;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.PipeEnd;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is epoll's own affair; the contract is tested by {@link EpollBackendTest}. */
@EnabledOnOs(OS.LINUX)
class EpollPollerTest {

  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  @AfterEach
  void closeAll() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  @Test
  void eventForARecycledDescriptorReachesNobody() throws Exception {
    Poller poller = opened(EpollPoller.open(true));
    ListenerSocket listener = listener(poller);
    List<StreamSocket> clients = new ArrayList<>();
    List<StreamSocket> accepted = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      clients.add(connect(poller, listener));
      accepted.add(accept(poller, listener));
      poller.register(accepted.get(i), Poller.READ, i);
      clients.get(i).write(ByteBuffer.wrap(new byte[1]));
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
        poller.register(recycled, Poller.READ | Poller.WRITE, "recycled");
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    });
    assertEquals(1, told.size(), () -> "told " + told);
  }

  @Test
  void aWriteEndThatCouldBeReadIsNotTakenForDead(@TempDir Path folder) throws Exception {
    Path fifo = folder.resolve("fifo");
    try {
      assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    } catch (IOException e) {
      assumeTrue(false, "there is no mkfifo here");
    }
    Poller poller = opened(EpollPoller.open(true));
    try (RandomAccessFile both = new RandomAccessFile(fifo.toFile(), "rw")) {
      // not closed: its descriptor goes with the file
      PipeEnd end = poller.adoptPipe(descriptorOf(fifo), Poller.WRITE);
      poller.register(end, Poller.READ, "end");
      assertEquals(1, end.write(ByteBuffer.allocate(1)));
      List<Object> told = new ArrayList<>();
      poller.poll(0, (attachment, readiness) -> told.add(attachment));
      assertEquals(List.of(), told, "what could be read here is no sign of the reader's death");
      assertEquals(0, both.read());
      poller.deregister(end);
    }
  }

  private static int descriptorOf(Path file) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : all) {
        if (Files.isSymbolicLink(each) && Files.readSymbolicLink(each).equals(file.toRealPath())) {
          return Integer.parseInt(each.getFileName().toString());
        }
      }
    }
    throw new IOException("not open: " + file);
  }

  @Test
  void aWatchWhoseDescriptorWasClosedDoesNotTouchTheSocketThatHasItsNumber() throws Exception {
    Poller poller = opened(EpollPoller.open(true));
    PosixPipe pipe = PosixPipe.open(new CallState());
    Pollable watch = opened(poller.watchDescriptor(pipe.readEnd()));
    poller.register(watch, Poller.READ, "watch");
    Libc.close(pipe.readEnd());
    Libc.close(pipe.writeEnd());
    StreamSocket recycled = opened(poller.openStream(StandardProtocolFamily.INET));
    assertEquals(
        pipe.readEnd(), ((PosixSource) recycled).fd(), "the kernel gives the lowest number");
    poller.register(recycled, Poller.WRITE, "recycled");
    assertThrows(ClosedChannelException.class, () -> poller.modify(watch, Poller.WRITE));
    poller.deregister(watch);
    assertThrows(ClosedChannelException.class, () -> poller.register(watch, Poller.READ, "watch"));
    watch.close();
    List<Object> told = new ArrayList<>();
    poller.poll(PATIENCE_NANOS, (attachment, readiness) -> told.add(attachment));
    assertEquals(List.of("recycled"), told, "an unconnected stream hangs up at once");
  }

  @Test
  void moreReadySourcesThanOneBatchHoldsAreAllReported() throws Exception {
    int count = 600;
    Poller poller = opened(EpollPoller.open(true));
    for (int i = 0; i < count; i++) { // an unconnected stream hangs up at once
      StreamSocket socket = opened(poller.openStream(StandardProtocolFamily.INET));
      poller.register(socket, Poller.READ, i);
    }
    Set<Object> told = new HashSet<>();
    int first = poller.poll(PATIENCE_NANOS, (attachment, readiness) -> told.add(attachment));
    int second = poller.poll(PATIENCE_NANOS, (attachment, readiness) -> told.add(attachment));
    assertTrue(first < count && second > 0, () -> first + " and then " + second);
    assertEquals(count, told.size());
  }

  @Test
  void timeoutIsExactWhereTheKernelCanBe() throws Exception {
    Poller poller = opened(EpollPoller.open(true));
    long shortest = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      shortest = Math.min(shortest, nanosOf(poller, 100_000));
    }
    assertTrue(shortest >= 100_000, shortest + " ns is too short");
    assertTrue(shortest < 1_000_000, shortest + " ns for 100 µs: not a nanosecond timeout");
  }

  @Test
  void withoutPwait2TimeoutIsRoundedUp() throws Exception {
    Poller poller = opened(EpollPoller.open(false));
    assertTrue(nanosOf(poller, 1) >= 1_000_000);
    assertTrue(nanosOf(poller, 1_000_001) >= 2_000_000);
    assertTrue(nanosOf(poller, 2_000_000) >= 2_000_000);
    poller.wakeup();
    assertTrue(nanosOf(poller, Long.MAX_VALUE) < PATIENCE_NANOS);
  }

  @Test
  void longestTimeoutIsNoError() throws Exception {
    Poller poller = opened(EpollPoller.open(true));
    poller.wakeup();
    assertTrue(nanosOf(poller, Long.MAX_VALUE) < PATIENCE_NANOS);
  }

  private static long nanosOf(Poller poller, long timeoutNanos) throws Exception {
    long startNanos = System.nanoTime();
    assertEquals(0, poller.poll(timeoutNanos, (attachment, readiness) -> {}));
    return System.nanoTime() - startNanos;
  }

  private <T extends AutoCloseable> T opened(T resource) {
    opened.push(resource);
    return resource;
  }

  private ListenerSocket listener(Poller poller) throws Exception {
    ListenerSocket listener = opened(poller.openListener(StandardProtocolFamily.INET));
    byte[] loopback = {127, 0, 0, 1};
    listener.bind(new InetSocketAddress(InetAddress.getByAddress(loopback), 0), 50);
    return listener;
  }

  private StreamSocket connect(Poller poller, ListenerSocket listener) throws Exception {
    SocketAddress address = listener.localAddress();
    StreamSocket client = opened(poller.openStream(StandardProtocolFamily.INET));
    if (!client.connect(address)) {
      poller.register(client, Poller.WRITE, client);
      while (!client.finishConnect()) {
        poller.poll(PATIENCE_NANOS, (attachment, readiness) -> {});
      }
      poller.deregister(client);
    }
    return client;
  }

  private StreamSocket accept(Poller poller, ListenerSocket listener) throws Exception {
    poller.register(listener, Poller.READ, listener);
    StreamSocket accepted = listener.accept();
    while (accepted == null) {
      poller.poll(PATIENCE_NANOS, (attachment, readiness) -> {});
      accepted = listener.accept();
    }
    poller.deregister(listener);
    return opened(accepted);
  }
}
