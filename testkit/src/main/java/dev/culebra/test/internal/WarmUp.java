// SPDX-License-Identifier: Apache-2.0
package dev.culebra.test.internal;

import dev.culebra.EventLoop;
import dev.culebra.LoopPolicy;
import dev.culebra.net.Protocol;
import dev.culebra.net.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Has the JDK and a backend open what they keep open for good, so that no test seems to leak it. */
public final class WarmUp {

  private static final Set<String> WARM = ConcurrentHashMap.newKeySet();

  private WarmUp() {}

  /** Does so the first time that it is called for a policy's backend. */
  public static void once(LoopPolicy policy) throws Exception {
    if (!WARM.add(policy.backend().getClass().getName())) {
      return;
    }
    Thread.ofVirtual().start(WarmUp::useSockets).join();
    useSockets();
    try (EventLoop loop = policy.newEventLoop()) {
      loop.runUntilComplete(() -> connect(loop));
    }
  }

  private static int connect(EventLoop loop) throws IOException {
    try (Server server = loop.createServer(Silent::new, "127.0.0.1", 0)) {
      InetSocketAddress address = (InetSocketAddress) server.addresses().get(0);
      loop.createConnection(Silent::new, address.getHostString(), address.getPort())
          .transport()
          .close();
      server.abortClients();
    }
    return 0;
  }

  /** Says nothing, and hears nothing. */
  private static final class Silent implements Protocol {
    @Override
    public void dataReceived(ByteBuffer data) {}
  }

  private static void useSockets() {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
        Socket accepted = listener.accept()) {
      accepted.setSoTimeout(1);
      if (client.isConnected()) {
        accepted.getInputStream().read();
      }
    } catch (SocketTimeoutException e) {
      // it has waited, as it should
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
