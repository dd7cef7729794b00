// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.culebra.LoopFuture;
import dev.culebra.net.Protocol;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import dev.culebra.net.Transport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Ten thousand connections open at once on one loop, which leave nothing behind. The clients are a process of
 * their own, since a process may have only so many descriptors.
 */
@Tag("slow")
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ManyConnectionsContract extends OnLoop {

  private static final int MANY = 10_000;
  private static final int FEW = 500;
  private static final int MESSAGE_BYTES = 64;
  private static final int OTHER_DESCRIPTORS = 500;
  private static final int COLLECTIONS = 5;

  /** What the JVM needs for itself, and what has grown once; for each connection, less than an object. */
  private static final long SLACK_BYTES = 1_000_000;

  private int open;

  /** The JVM has raised its limit to the hard one when it started. */
  private static void assumeDescriptors() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      long most = system.getMaxFileDescriptorCount();
      assumeTrue(
          most >= MANY + OTHER_DESCRIPTORS,
          () -> "a process may have only " + most + " descriptors here: see ulimit -Hn");
    }
  }

  @Test
  void tenThousandConnectionsAtOnceEchoAndLeaveNothing() throws Exception {
    assumeDescriptors();
    run(() -> {
      ServerOptions options = ServerOptions.DEFAULT.withBacklog(4096);
      try (Server protocols = loop.createServer(Echo::new, HOST, 0, options);
          Server streams = dev.culebra.Asyncio.startServer(this::echo, HOST, 0, options)) {
        openAndClose(protocols, streams, FEW);
        long before = usedBytes(Long.MIN_VALUE);
        openAndClose(protocols, streams, MANY);
        long grown = usedBytes(before + SLACK_BYTES) - before;
        assertTrue(grown < SLACK_BYTES, () -> MANY + " connections left " + grown + " bytes");
      }
    });
  }

  /** Half of them by protocols, half by streams. */
  private void openAndClose(Server protocols, Server streams, int count) throws Exception {
    try (ChildJvm clients = ChildJvm.start(
        List.of(),
        Clients.class,
        Integer.toString(port(protocols)),
        Integer.toString(port(streams)),
        Integer.toString(count))) {
      step(clients, "all are open and have echoed");
      assertEquals(count, open);
      step(clients, "all have echoed again");
      assertEquals(count, open);
      protocols.closeClients();
      streams.closeClients();
      step(clients, "all have seen the end");
      await("the end of all connections", () -> open == 0);
      await("the end of all tasks", () -> dev.culebra.Asyncio.allTasks().size() == 1);
      assertEquals(0, clients.awaitExit(patience()));
    }
  }

  private void step(ChildJvm clients, String line) throws Exception {
    LoopFuture<@Nullable Void> printed = aside(() -> {
      clients.expect(line);
      return null;
    });
    assertNull(printed.await());
  }

  private static long usedBytes(long expectedBytes) {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < COLLECTIONS && least > expectedBytes; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  private final class Echo implements Protocol {

    @SuppressWarnings("NullAway.Init") // connectionMade comes first
    private Transport transport;

    @Override
    public void connectionMade(Transport transport) {
      this.transport = transport;
      open++;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      transport.write(data);
    }

    @Override
    public void connectionLost(@Nullable Exception exception) {
      open--;
    }
  }

  private void echo(StreamReader reader, StreamWriter writer) throws IOException {
    open++;
    try (writer) {
      ByteBuffer buffer = ByteBuffer.allocate(MESSAGE_BYTES);
      while (reader.read(buffer) >= 0) {
        writer.write(buffer.flip());
        writer.drain();
        buffer.clear();
      }
    } catch (IOException e) {
      // its reading was ended by closeClients
    } finally {
      open--;
    }
  }

  /** The other ends: blocking channels of the JDK's. */
  static final class Clients {

    /** So many at a time wait to be accepted: less than any backlog. */
    private static final int BATCH = 100;

    private Clients() {}

    public static void main(String[] args) throws Exception {
      int count = Integer.parseInt(args[2]);
      List<SocketChannel> all = new ArrayList<>();
      while (all.size() < count) {
        List<SocketChannel> batch = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
          int port = Integer.parseInt(args[i % 2]);
          batch.add(SocketChannel.open(new InetSocketAddress(InetAddress.ofLiteral(HOST), port)));
        }
        echo(batch);
        all.addAll(batch);
      }
      System.out.println("all are open and have echoed");
      echo(all);
      System.out.println("all have echoed again");
      for (SocketChannel each : all) {
        if (each.read(ByteBuffer.allocate(1)) >= 0) {
          throw new IOException("more than was sent came back");
        }
        each.close();
      }
      System.out.println("all have seen the end");
    }

    /** Each sends what is its own, and gets it back. */
    private static void echo(List<SocketChannel> channels) throws IOException {
      for (int i = 0; i < channels.size(); i++) {
        ByteBuffer message = message(i);
        while (message.hasRemaining()) {
          channels.get(i).write(message);
        }
      }
      for (int i = 0; i < channels.size(); i++) {
        ByteBuffer answer = ByteBuffer.allocate(MESSAGE_BYTES);
        while (answer.hasRemaining()) {
          if (channels.get(i).read(answer) < 0) {
            throw new IOException("the server has closed connection " + i);
          }
        }
        if (!answer.flip().equals(message(i))) {
          throw new IOException("something else came back on connection " + i);
        }
      }
    }

    private static ByteBuffer message(int number) {
      ByteBuffer message = ByteBuffer.allocate(MESSAGE_BYTES);
      while (message.hasRemaining()) {
        message.putInt(number);
      }
      return message.flip();
    }
  }
}
