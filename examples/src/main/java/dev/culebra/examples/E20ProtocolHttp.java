// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.culebra.EventLoop;
import dev.culebra.LoopPolicy;
import dev.culebra.net.Protocol;
import dev.culebra.net.Server;
import dev.culebra.net.Transport;
import java.nio.ByteBuffer;

/** Answers HTTP on a protocol: callbacks for each connection. */
class E20ProtocolHttp implements Protocol {

  @SuppressWarnings("NullAway.Init") // connectionMade comes first
  private Transport transport;

  @Override
  public void connectionMade(Transport transport) {
    this.transport = transport;
  }

  @Override
  public void dataReceived(ByteBuffer data) {
    IO.println(US_ASCII.decode(data));
    transport.write("HTTP/1.1 200 OK\r\n\r\nHello Client!".getBytes(US_ASCII));
    transport.close();
  }

  static void main(String[] args) throws Exception {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 8000;
    try (EventLoop loop = LoopPolicy.get().newEventLoop()) {
      Server server =
          loop.runUntilComplete(() -> loop.createServer(E20ProtocolHttp::new, "127.0.0.1", port));
      IO.println("serving on " + server.addresses().get(0));
      loop.runForever();
    }
  }
}
