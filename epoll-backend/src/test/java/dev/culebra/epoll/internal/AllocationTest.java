// SPDX-License-Identifier: Apache-2.0
package dev.culebra.epoll.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.Poller;
import dev.culebra.spi.ReadySink;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Proves that polls, reads and writes allocate nothing once the compiler has seen them often enough.
 * Slow, because only the optimising compiler gets rid of the short-lived views of the buffers.
 */
@Tag("slow")
@Tag("own-jvm")
@EnabledOnOs(OS.LINUX)
class AllocationTest {

  private static final int OPERATIONS = 10_000;
  private static final int MAX_ROUNDS = 100;

  @Test
  void nativeBuffersCostNothing() throws Exception {
    ByteBuffer buffer = ByteBuffer.allocateDirect(1024);
    assertAllocatesNothing(buffer, socket -> socket.write(buffer));
  }

  @Test
  void heapBuffersCostNothing() throws Exception {
    ByteBuffer buffer = ByteBuffer.allocate(1024);
    assertAllocatesNothing(buffer, socket -> socket.write(buffer));
  }

  @Test
  void gathersCostNothing() throws Exception {
    ByteBuffer[] sources = {ByteBuffer.allocateDirect(1024), ByteBuffer.allocate(10)};
    assertAllocatesNothing(sources[0], socket -> {
      sources[1].clear();
      socket.write(sources, 0, 2);
      sources[0].clear();
    });
  }

  private static void assertAllocatesNothing(ByteBuffer buffer, Sender sender) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Poller poller = EpollPoller.open(true);
        ListenerSocket listener = poller.openListener(StandardProtocolFamily.INET);
        StreamSocket socket = poller.openStream(StandardProtocolFamily.INET)) {
      byte[] loopback = {127, 0, 0, 1};
      listener.bind(new InetSocketAddress(InetAddress.getByAddress(loopback), 0), 1);
      socket.connect(listener.localAddress());
      StreamSocket peer = null;
      while (peer == null) {
        peer = listener.accept();
      }
      socket.finishConnect();
      poller.register(peer, Poller.READ, peer);
      ReadySink reader = (attachment, readiness) -> {
        try {
          buffer.clear();
          ((StreamSocket) attachment).read(buffer);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      };
      double each = Double.MAX_VALUE;
      for (int round = 0; round < MAX_ROUNDS && each >= 1; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < OPERATIONS; i++) {
          buffer.clear();
          sender.send(socket);
          poller.poll(-1, reader);
        }
        each = (threads.getCurrentThreadAllocatedBytes() - before) / (double) OPERATIONS;
      }
      peer.close();
      assertTrue(each < 1, each + " bytes are allocated for each write, poll and read");
    }
  }

  private interface Sender {
    void send(StreamSocket socket) throws IOException;
  }
}
