// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.sockets;

import dev.culebra.LoopFuture;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.Server;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Two protocols. */
record CallbackLink(Server server, End.Sending client, Tally tally, int bytes) implements Link {

  static Link open(Function<End, BaseProtocol> protocol, Place place, int bytes, boolean answers)
      throws IOException {
    Tally tally = new Tally();
    Server server =
        place.create(() -> protocol.apply(answers ? new End.Answering() : new End.Counting(tally)));
    End.Sending client = new End.Sending(bytes);
    place.connect(() -> protocol.apply(client), server.addresses().get(0));
    return new CallbackLink(server, client, tally, bytes);
  }

  @Override
  public void roundTrips(int count) throws Exception {
    client.roundTrips(count);
  }

  @Override
  public void send(int count) throws Exception {
    LoopFuture<@Nullable Void> all = tally.expect((long) bytes * count);
    client.send(count);
    all.await();
  }

  @Override
  public void close() throws IOException {
    client.transport.close();
    server.close();
    server.awaitClosed();
  }
}
