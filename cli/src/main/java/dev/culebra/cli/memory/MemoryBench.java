// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.memory;

import dev.culebra.LoopPolicy;
import dev.culebra.cli.EchoMode;
import dev.culebra.cli.OwnJvm;
import dev.culebra.spi.Availability;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Opens idle connections to an echo server on each backend, and tells what each of them costs it.
 *
 * <p>The server's heap is all there from its start, so that the growth of its resident memory is what is
 * native. Each connection has echoed a message before it is idle: what is made at the first one is there.
 */
public final class MemoryBench {

  private static final int MESSAGE_BYTES = 512;

  /** So many at a time come and go at first, as many in all as are measured then, up to 10,000. */
  private static final int WARM_UP_CONNECTIONS = 400;

  private static final int WARM_UP_ROUNDS = 25;

  /** Each leaves the ephemeral ports of its own address to the others. */
  private static final int CONNECTIONS_FOR_EACH_ADDRESS = 10_000;

  private final PrintWriter out;
  private final int connections;

  /**
   * Makes a benchmark.
   *
   * @param out gets the table
   * @param connections how many connections to open
   */
  public MemoryBench(PrintWriter out, int connections) {
    this.out = out;
    this.connections = connections;
  }

  private record Memory(long heapBytes, long residentBytes, long kernelBytes) {}

  /** Measures on each backend that works here. */
  public void run() throws IOException {
    out.printf(
        Locale.ROOT,
        "Memory for each of %,d idle connections, in bytes, on one loop:%n%n",
        connections);
    out.printf("  %-20s%12s%12s%12s%n", "echo server", "heap", "native", "kernel");
    for (Map.Entry<String, Availability> backend : LoopPolicy.available().entrySet()) {
      if (!backend.getValue().available()) {
        out.printf(
            "  %-20s not here: %s%n", backend.getKey(), backend.getValue().reason());
        continue;
      }
      for (EchoMode mode : List.of(EchoMode.PROTOCOL, EchoMode.STREAMS)) {
        out.printf("  %-20s", backend.getKey() + " " + mode);
        out.flush();
        measure(backend.getKey(), mode);
      }
    }
    out.println();
    out.println("  heap    objects, after a garbage collection");
    out.println("  native  buffers outside the heap; of streams, 4,096 are the echo's own buffer");
    out.println("  kernel  of both ends together, and of whatever else the machine did meanwhile");
    out.flush();
  }

  private void measure(String backend, EchoMode mode) throws IOException {
    try (Child child = Child.start(backend, mode, connections)) {
      warmUp(child);
      Memory before = child.ask();
      List<SocketChannel> open = open(child.address, connections);
      try {
        Memory with = child.ask();
        out.printf(
            Locale.ROOT,
            "%,12d%,12d%12s%n",
            forEach(with.heapBytes - before.heapBytes),
            forEach(with.residentBytes - before.residentBytes),
            before.kernelBytes < 0
                ? "?"
                : String.format(
                    Locale.ROOT, "%,d", forEach(with.kernelBytes - before.kernelBytes)));
        out.flush();
      } finally {
        closeAll(open);
      }
    }
  }

  /** Has all compiled, and made that is made once. */
  private void warmUp(Child child) throws IOException {
    for (int i = 0, left = connections; i < WARM_UP_ROUNDS && left > 0; i++) {
      int count = Math.min(left, WARM_UP_CONNECTIONS);
      closeAll(open(child.address, count));
      child.ask(); // collects them: what is freed later would be used again, and not be counted
      left -= count;
    }
  }

  private long forEach(long bytes) {
    return Math.round((double) bytes / connections);
  }

  private static List<SocketChannel> open(InetSocketAddress server, int count) throws IOException {
    List<SocketChannel> open = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        open.add(SocketChannel.open());
        SocketChannel client = open.get(i);
        if (count > CONNECTIONS_FOR_EACH_ADDRESS) {
          InetAddress own =
              InetAddress.ofLiteral("127.0.0." + (1 + i / CONNECTIONS_FOR_EACH_ADDRESS));
          client.bind(new InetSocketAddress(own, 0));
        }
        client.connect(server);
        echo(client);
      }
      return open;
    } catch (IOException e) {
      closeAll(open);
      throw new IOException(
          "connection " + open.size() + " of " + count
              + " failed (ulimit -n tells how many there may be): " + e.getMessage(),
          e);
    }
  }

  private static void echo(SocketChannel client) throws IOException {
    ByteBuffer message = ByteBuffer.allocate(MESSAGE_BYTES);
    while (message.hasRemaining()) {
      client.write(message);
    }
    message.clear();
    while (message.hasRemaining()) {
      if (client.read(message) < 0) {
        throw new IOException("the server closed it");
      }
    }
  }

  private static void closeAll(List<SocketChannel> channels) throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }

  /** A server in a JVM of its own, which ends with its standard input. */
  private static final class Child implements AutoCloseable {

    private static final long HEAP_MIB = 128;
    private static final long HEAP_KIB_FOR_EACH_CONNECTION = 8;

    private final Process process;
    private final BufferedReader answers;
    private final OutputStream questions;
    final InetSocketAddress address;

    private Child(Process process) throws IOException {
      this.process = process;
      this.answers = process.inputReader(StandardCharsets.US_ASCII);
      this.questions = process.getOutputStream();
      this.address =
          new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(answer()));
    }

    static Child start(String backend, EchoMode mode, int connections) throws IOException {
      Process process = new ProcessBuilder(
              OwnJvm.command(MemoryServer.class, flags(backend, connections), mode.toString()))
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
      try {
        return new Child(process);
      } catch (IOException | RuntimeException e) {
        process.destroyForcibly();
        throw e;
      }
    }

    /**
     * All of the heap is touched at once, so that it does not grow, and counts in no difference. Without the
     * last flag a collection may leave dead objects where they are, and count them.
     */
    private static List<String> flags(String backend, int connections) {
      long heapMib = HEAP_MIB + connections * HEAP_KIB_FOR_EACH_CONNECTION / 1024;
      return List.of(
          "-Dculebra.backend=" + backend,
          "-XX:+UseSerialGC",
          "-Xms" + heapMib + "m",
          "-Xmx" + heapMib + "m",
          "-XX:+AlwaysPreTouch",
          "-XX:MarkSweepAlwaysCompactCount=1");
    }

    Memory ask() throws IOException {
      questions.write('\n');
      questions.flush();
      String[] numbers = answer().split(" ", 2);
      return new Memory(
          Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), ResidentMemory.ofKernelObjects());
    }

    private String answer() throws IOException {
      String line = answers.readLine();
      if (line == null) {
        throw new IOException("the server has ended");
      }
      return line;
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
