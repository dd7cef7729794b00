// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.getRunningLoop;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.culebra.EventLoop;
import dev.culebra.ExceptionContext;
import dev.culebra.LoopGroup;
import dev.culebra.LoopGroupOptions;
import dev.culebra.net.Protocol;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import dev.culebra.net.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gives each test groups of loops, and servers that tell which loop serves. */
abstract class OnLoopGroup extends OnLoop {

  static final ServerOptions DEFAULT = ServerOptions.DEFAULT;

  /** So many connections miss one of two loops once in 2^200 runs, if they are shared out at random. */
  static final int ENOUGH = 200;

  final LoopGroup group(int loops, boolean sharePorts) {
    return group(loops, sharePorts, () -> newLoop(backend()));
  }

  final LoopGroup group(int loops, boolean sharePorts, Supplier<EventLoop> factory) {
    return closing(LoopGroup.open(LoopGroupOptions.DEFAULT
        .withLoops(loops)
        .withLoopFactory(factory)
        .withSharePorts(sharePorts)));
  }

  /** Answers each byte with the number of its loop, and fails if it is called anywhere else. */
  static final class Numbered implements Protocol {

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

  final Server numbered(LoopGroup group) throws IOException {
    return group.createServer(() -> new Numbered(group), List.of(HOST), 0, DEFAULT);
  }

  /** The number of the loop that serves a peer. */
  static int ask(Peer peer) throws Exception {
    peer.send((byte) 1);
    return peer.receive(1)[0];
  }

  /** Ways of sharing that there are here. */
  static List<Boolean> ways() {
    return LoopGroupOptions.DEFAULT.sharePorts() ? List.of(false, true) : List.of(false);
  }

  /** Other threads report: what a peer sees may come before it. */
  final ExceptionContext takeReport(String partOfMessage) {
    awaitAside("a report", () -> reports.count() > 0);
    return reports.take(partOfMessage);
  }

  static void assertRefuses(InetSocketAddress address) {
    assertThrows(IOException.class, () -> SocketChannel.open(address).close());
  }

  static void echo(StreamReader reader, StreamWriter writer) throws IOException {
    try (writer) {
      while (!reader.atEof()) {
        writer.write(reader.read(4096));
        writer.drain();
      }
    }
  }
}
