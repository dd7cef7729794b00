// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assertions;

/** Is the other end of a connection: a channel of the JDK's, whatever backend is tested. */
final class Peer implements AutoCloseable {

  private static final long PAUSE_NANOS = 50_000;

  private final SocketChannel channel;
  private final long patienceNanos;

  Peer(SocketChannel channel, long patienceNanos) throws IOException {
    this.channel = channel;
    this.patienceNanos = patienceNanos;
    channel.configureBlocking(false);
  }

  SocketChannel channel() {
    return channel;
  }

  /** Sends all of these. */
  void send(byte... bytes) throws Exception {
    ByteBuffer source = ByteBuffer.wrap(bytes);
    await("room in the send buffer", () -> {
      channel.write(source);
      return !source.hasRemaining();
    });
  }

  /** Receives exactly this many. */
  byte[] receive(int count) throws Exception {
    ByteBuffer target = ByteBuffer.allocate(count);
    await(count + " bytes at the peer", () -> {
      assertTrue(channel.read(target) >= 0, () -> "the stream ended after " + target.position());
      return !target.hasRemaining();
    });
    return target.array();
  }

  /** Receives what is there now. */
  int receiveSome(ByteBuffer target) throws IOException {
    return channel.read(target);
  }

  /** Waits for the end of the stream, before which nothing may come. */
  void awaitEnd() throws Exception {
    ByteBuffer target = ByteBuffer.allocate(1);
    await("the end of the stream at the peer", () -> channel.read(target) < 0);
    Assertions.assertEquals(0, target.position(), "bytes before the end of the stream");
  }

  void endOutput() throws IOException {
    channel.shutdownOutput();
  }

  /** Closes in a way that sends RST. */
  void reset() throws IOException {
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    channel.close();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void await(String what, Callable<Boolean> condition) throws Exception {
    await(what, patienceNanos, condition);
  }

  /** Waits until something is so. */
  static void await(String what, long patienceNanos, Callable<Boolean> condition) throws Exception {
    long startNanos = System.nanoTime();
    while (!condition.call()) {
      if (System.nanoTime() - startNanos > patienceNanos) {
        Assertions.fail("missing: " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
