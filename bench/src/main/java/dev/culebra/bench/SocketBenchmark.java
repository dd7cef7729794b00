// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench;

import dev.culebra.Asyncio;
import dev.culebra.net.Server;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Sockets: a round trip between a client and an echo server that share one loop and one processor. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(jvmArgsAppend = {LoopState.OPENS, LoopState.NATIVE})
public class SocketBenchmark {

  private static final int ROUND_TRIPS = 1_000;
  private static final int BUFFER_BYTES = 256 * 1024;

  /** How long a message is. */
  @State(Scope.Thread)
  public static class Message {

    @Param({"1024", "102400"})
    public int bytes = 1024;
  }

  /** Both sides on streams. */
  @Benchmark
  @OperationsPerInvocation(ROUND_TRIPS)
  public long streams(LoopState state, Message message) throws Exception {
    return state.loop.<Long>runUntilComplete(() -> {
      Server server = Asyncio.startServer(SocketBenchmark::echo, "127.0.0.1", 0);
      long received;
      try (server) {
        int port = ((InetSocketAddress) server.addresses().get(0)).getPort();
        try (StreamConnection client = Asyncio.openConnection("127.0.0.1", port)) {
          received = roundTrips(client, message.bytes);
        }
      }
      server.awaitClosed();
      return received;
    });
  }

  private static long roundTrips(StreamConnection client, int bytes) throws IOException {
    ByteBuffer request = ByteBuffer.allocateDirect(bytes);
    ByteBuffer answer = ByteBuffer.allocateDirect(bytes);
    long received = 0;
    for (int i = 0; i < ROUND_TRIPS; i++) {
      client.writer().write(request.clear());
      answer.clear();
      while (answer.hasRemaining()) {
        received += client.reader().read(answer);
      }
    }
    return received;
  }

  private static void echo(StreamReader reader, StreamWriter writer) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    try (writer) {
      while (reader.read(buffer.clear()) >= 0) {
        writer.write(buffer.flip());
        writer.drain();
      }
    }
  }
}
