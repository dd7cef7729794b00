// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import dev.culebra.Asyncio;
import dev.culebra.net.Protocol;
import dev.culebra.net.Server;
import dev.culebra.net.Transport;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketAdapter;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.handshake.Handshakedata;
import org.jspecify.annotations.Nullable;

/** Sends back the messages of web sockets, by the codec of Java-WebSocket alone. */
class WebSocketEcho extends WebSocketAdapter implements Protocol {

  private final WebSocketImpl codec = new WebSocketImpl(this, List.of(new Draft_6455()));

  @SuppressWarnings("NullAway.Init") // connectionMade comes first
  private Transport transport;

  static void main(String[] args) throws Exception {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 8000;
    Asyncio.run(() -> {
      try (Server server =
          Asyncio.getRunningLoop().createServer(WebSocketEcho::new, "127.0.0.1", port)) {
        IO.println("serving on " + server.addresses().get(0));
        server.serveForever();
      }
    });
  }

  // ---- what the loop has for the codec

  @Override
  public void connectionMade(Transport transport) {
    this.transport = transport;
  }

  @Override
  public void dataReceived(ByteBuffer data) {
    codec.decode(ByteBuffer.allocate(data.remaining()).put(data).flip()); // it wants an array
  }

  @Override
  public void connectionLost(@Nullable Exception exception) {
    codec.eot();
  }

  // ---- what the codec has for the loop

  @Override
  public void onWriteDemand(WebSocket socket) {
    for (ByteBuffer out = codec.outQueue.poll(); out != null; out = codec.outQueue.poll()) {
      transport.write(out);
    }
    if (codec.isFlushAndClose()) {
      transport.close();
    }
  }

  @Override
  public void onWebsocketMessage(WebSocket socket, String message) {
    socket.send(message);
  }

  @Override
  public void onWebsocketMessage(WebSocket socket, ByteBuffer message) {
    socket.send(message);
  }

  @Override
  public void onWebsocketError(WebSocket socket, Exception exception) {
    transport.abort();
  }

  @Override
  public InetSocketAddress getLocalSocketAddress(WebSocket socket) {
    return (InetSocketAddress) transport.localAddress();
  }

  @Override
  public @Nullable InetSocketAddress getRemoteSocketAddress(WebSocket socket) {
    return (InetSocketAddress) transport.remoteAddress();
  }

  @Override
  public void onWebsocketOpen(WebSocket socket, Handshakedata handshake) {}

  @Override
  public void onWebsocketClose(WebSocket socket, int code, String reason, boolean remote) {}

  @Override
  public void onWebsocketClosing(WebSocket socket, int code, String reason, boolean remote) {}

  @Override
  public void onWebsocketCloseInitiated(WebSocket socket, int code, String reason) {}
}
