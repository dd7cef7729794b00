// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.baseline;

import dev.culebra.net.TlsContexts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;

/** Echoes with blocking sockets, a virtual thread for each connection: what a JDK 25 program does by itself. */
public final class VirtualThreadEcho {

  /** Little, so that thousands of connections are cheap; a connection that fills its buffer gets a larger one. */
  private static final int FIRST_BUFFER_BYTES = 4 * 1024;

  private static final int LARGEST_BUFFER_BYTES = 256 * 1024;
  private static final int BACKLOG = 1024;

  private VirtualThreadEcho() {}

  /**
   * Serves until the process is killed.
   *
   * @param args {@code tcp}, {@code tls CERTIFICATE KEY} or {@code unix PATH}
   */
  public static void main(String[] args) throws IOException, GeneralSecurityException {
    Where where = Where.of(args);
    switch (where.kind()) {
      case "tcp" -> serveSockets(new ServerSocket());
      case "tls" ->
        serveSockets(TlsContexts.server(where.certificate(), where.key())
            .getServerSocketFactory()
            .createServerSocket());
      case "unix" -> serveChannels(UnixDomainSocketAddress.of(where.path()));
      default -> throw where.unknown();
    }
  }

  private static void serveSockets(ServerSocket listener) throws IOException {
    try (listener) {
      listener.bind(Where.anyPort(), BACKLOG);
      Where.say(new InetSocketAddress(listener.getLocalPort()));
      while (true) {
        Socket client = listener.accept();
        Thread.startVirtualThread(() -> serve(client));
      }
    }
  }

  private static void serve(Socket client) {
    byte[] buffer = new byte[FIRST_BUFFER_BYTES];
    try (client) {
      client.setTcpNoDelay(true);
      InputStream in = client.getInputStream();
      OutputStream out = client.getOutputStream();
      for (int count; (count = in.read(buffer)) >= 0; ) {
        out.write(buffer, 0, count);
        if (count == buffer.length && count < LARGEST_BUFFER_BYTES) {
          buffer = new byte[count * 4];
        }
      }
    } catch (IOException e) {
      // A client that breaks its connection is no business of the others.
    }
  }

  /** The JDK has Unix sockets as channels only. */
  private static void serveChannels(UnixDomainSocketAddress address) throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(address, BACKLOG);
      Where.say(address);
      while (true) {
        SocketChannel client = listener.accept();
        Thread.startVirtualThread(() -> serve(client));
      }
    }
  }

  private static void serve(SocketChannel client) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(FIRST_BUFFER_BYTES);
    try (client) {
      while (client.read(buffer) >= 0) {
        boolean filled = !buffer.hasRemaining();
        buffer.flip();
        while (buffer.hasRemaining()) {
          client.write(buffer);
        }
        buffer = filled && buffer.capacity() < LARGEST_BUFFER_BYTES
            ? ByteBuffer.allocateDirect(buffer.capacity() * 4)
            : buffer.clear();
      }
    } catch (IOException e) {
      // A client that breaks its connection is no business of the others.
    }
  }
}
