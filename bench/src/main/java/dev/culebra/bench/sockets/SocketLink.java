// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.sockets;

import dev.culebra.Asyncio;
import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.net.AsyncSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Two tasks with a socket each, and no transport. */
final class SocketLink implements Link {

  private final EventLoop loop = Asyncio.getRunningLoop();
  private final AsyncSocket client;
  private final AsyncSocket server;
  private final Tally tally = new Tally();
  private final ByteBuffer message;
  private final ByteBuffer answer;
  private final Task<?> serving;

  private SocketLink(Place.Ends ends, int bytes, boolean answers) {
    client = ends.client();
    server = ends.server();
    message = ByteBuffer.allocateDirect(bytes);
    answer = ByteBuffer.allocateDirect(bytes);
    serving = loop.createTask(answers ? this::answer : this::count);
  }

  static Link open(Place place, int bytes, boolean answers) throws IOException {
    return new SocketLink(place.connected(), bytes, answers);
  }

  private void answer() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    try (server) {
      while (loop.sockRecvInto(server, buffer.clear()) >= 0) {
        loop.sockSendAll(server, buffer.flip());
      }
    }
  }

  private void count() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    try (server) {
      for (int count; (count = loop.sockRecvInto(server, buffer.clear())) >= 0; ) {
        tally.received(count);
      }
    }
  }

  @Override
  public void roundTrips(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      loop.sockSendAll(client, message.clear());
      answer.clear();
      while (answer.hasRemaining()) {
        loop.sockRecvInto(client, answer);
      }
    }
  }

  @Override
  public void send(int count) throws Exception {
    LoopFuture<@Nullable Void> all = tally.expect((long) message.capacity() * count);
    for (int i = 0; i < count; i++) {
      loop.sockSendAll(client, message.clear());
    }
    all.await();
  }

  @Override
  public void close() throws Exception {
    client.close();
    serving.await();
  }
}
