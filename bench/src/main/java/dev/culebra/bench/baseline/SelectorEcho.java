// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.baseline;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Echoes on one NIO selector and nothing else: the least that a NIO server can do. It buffers nothing, and so
 * spins on a peer that does not read. Not for use.
 */
public final class SelectorEcho {

  private static final int BUFFER_BYTES = 256 * 1024;
  private static final int BACKLOG = 1024;

  private final Selector selector = Selector.open();
  private final ServerSocketChannel listener;
  private final boolean tcp;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

  private SelectorEcho(Where where) throws IOException {
    tcp = where.is("tcp");
    if (tcp) {
      listener = ServerSocketChannel.open().bind(Where.anyPort(), BACKLOG);
    } else if (where.is("unix")) {
      listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
          .bind(UnixDomainSocketAddress.of(where.path()), BACKLOG);
    } else {
      throw where.unknown();
    }
    listener.configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT);
  }

  /**
   * Serves until the process is killed.
   *
   * @param args {@code tcp} or {@code unix PATH}
   */
  public static void main(String[] args) throws IOException {
    SelectorEcho server = new SelectorEcho(Where.of(args));
    Where.say(server.listener.getLocalAddress());
    while (true) {
      server.selector.select(server::ready);
    }
  }

  private void ready(SelectionKey key) {
    try {
      if (key.isAcceptable()) {
        accept();
      } else {
        echo((SocketChannel) key.channel());
      }
    } catch (IOException e) {
      close(key);
    }
  }

  private void accept() throws IOException {
    SocketChannel client = listener.accept();
    if (client != null) {
      client.configureBlocking(false);
      if (tcp) {
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
      }
      client.register(selector, SelectionKey.OP_READ);
    }
  }

  private void echo(SocketChannel client) throws IOException {
    if (client.read(buffer.clear()) < 0) {
      client.close();
      return;
    }
    buffer.flip();
    while (buffer.hasRemaining()) {
      client.write(buffer);
    }
  }

  private static void close(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
