// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.sockets;

import dev.culebra.LoopFuture;
import dev.culebra.net.Server;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Two tasks with a reader and a writer each. */
final class StreamLink implements Link {

  private final Server server;
  private final StreamConnection client;
  private final Tally tally;
  private final ByteBuffer message;
  private final ByteBuffer answer;

  private StreamLink(Server server, StreamConnection client, Tally tally, int bytes) {
    this.server = server;
    this.client = client;
    this.tally = tally;
    message = ByteBuffer.allocateDirect(bytes);
    answer = ByteBuffer.allocateDirect(bytes);
  }

  static Link open(Place place, int bytes, boolean answers) throws IOException {
    Tally tally = new Tally();
    Server server = place.start(
        answers ? StreamLink::answer : (reader, writer) -> count(reader, writer, tally));
    return new StreamLink(server, place.open(server.addresses().get(0)), tally, bytes);
  }

  private static void answer(StreamReader reader, StreamWriter writer) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    try (writer) {
      while (reader.read(buffer.clear()) >= 0) {
        writer.write(buffer.flip());
        writer.drain();
      }
    }
  }

  private static void count(StreamReader reader, StreamWriter writer, Tally tally)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    try (writer) {
      for (int count; (count = reader.read(buffer.clear())) >= 0; ) {
        tally.received(count);
      }
    }
  }

  @Override
  public void roundTrips(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      client.writer().write(message.clear());
      client.writer().drain();
      answer.clear();
      while (answer.hasRemaining()) {
        client.reader().read(answer);
      }
    }
  }

  @Override
  public void send(int count) throws Exception {
    LoopFuture<@Nullable Void> all = tally.expect((long) message.capacity() * count);
    for (int i = 0; i < count; i++) {
      client.writer().write(message.clear());
      client.writer().drain();
    }
    all.await();
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
    server.awaitClosed();
  }
}
