// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.net.AcceptedSocket;
import dev.culebra.net.AsyncSocket;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.LoopThread;
import dev.culebra.spi.Poller;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes the calls of a socket on a task's behalf: asyncio's {@code sock_recv} and its kin.
 *
 * <p>Each tries first, and parks the task if that would block; but where the last call received less
 * than it had room for, there is nothing to try for, and a call that fails would cost as much as one that
 * works. What a call has received or sent is
 * never given up for a cancellation: tasks are cancelled where they wait, which is before a call or
 * between two of them.
 */
@LoopThread
final class SocketCalls {

  /** What is accepted is mostly given to a task, which is to have its turn before the next one comes. */
  private static final int ACCEPTS_FOR_EACH_TURN = 1;

  private SocketCalls() {}

  static byte[] receive(SocketLoop loop, AsyncSocket socket, int maxBytes) throws IOException {
    if (maxBytes < 0) {
      throw new IllegalArgumentException("maxBytes must not be negative, but is " + maxBytes);
    }
    LoopSocket own = LoopSocket.of(loop, socket);
    StreamSocket stream = own.stream();
    own.begin(Poller.READ);
    if (maxBytes == 0) {
      return new byte[0];
    }
    own.awaitMore();
    while (true) {
      byte[] received = tryReceive(loop.chunks(), own, stream, maxBytes);
      if (received != null) {
        return received;
      }
      own.await(Poller.READ);
    }
  }

  /** By way of the loop's buffer, so that no array need be as large as the most that may come. */
  private static byte @Nullable [] tryReceive(
      ChunkPool chunks, LoopSocket own, StreamSocket stream, int maxBytes) throws IOException {
    ByteBuffer buffer = chunks.takeInput();
    try {
      int count = stream.read(buffer.limit(Math.min(maxBytes, buffer.limit())));
      if (count == 0) {
        return null;
      }
      own.setDrained(count > 0 && buffer.hasRemaining());
      byte[] received = new byte[Math.max(count, 0)];
      buffer.flip().get(received);
      return received;
    } finally {
      chunks.giveBackInput(buffer);
    }
  }

  /** Checks what is to be received into before anybody waits. */
  static void requireWritable(ByteBuffer target) {
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("nothing can be received into a read-only buffer");
    }
  }

  static int receiveInto(SocketLoop loop, AsyncSocket socket, ByteBuffer target)
      throws IOException {
    requireWritable(target);
    LoopSocket own = LoopSocket.of(loop, socket);
    StreamSocket stream = own.stream();
    own.begin(Poller.READ);
    if (!target.hasRemaining()) {
      return 0;
    }
    own.awaitMore();
    int count;
    while ((count = stream.read(target)) == 0) {
      own.await(Poller.READ);
    }
    own.setDrained(count > 0 && target.hasRemaining());
    return count;
  }

  static void sendAll(SocketLoop loop, AsyncSocket socket, ByteBuffer source) throws IOException {
    Objects.requireNonNull(source, "source");
    LoopSocket own = LoopSocket.of(loop, socket);
    StreamSocket stream = own.stream();
    own.begin(Poller.WRITE);
    own.beginSending();
    try {
      while (source.hasRemaining()) {
        if (stream.write(source) == 0) {
          own.await(Poller.WRITE);
        }
      }
    } finally {
      own.endSending();
    }
  }

  /** Throws unless a file can be sent now; nothing has been opened yet. */
  static void requireFree(SocketLoop loop, AsyncSocket socket) throws IOException {
    Object ignored = loop.requireTask();
    LoopSocket.of(loop, socket).requireNobodySends();
  }

  static long sendFile(SocketLoop loop, AsyncSocket socket, FileTransfer transfer)
      throws IOException {
    LoopSocket own = LoopSocket.of(loop, socket);
    StreamSocket stream = own.stream();
    own.begin(Poller.WRITE);
    own.beginSending();
    try {
      return transfer.run(new FileTransfer.Outlet() {
        @Override
        public StreamSocket socket() {
          return stream;
        }

        @Override
        public void send(ByteBuffer data) throws IOException {
          int ignored = stream.write(data);
        }

        @Override
        public void awaitRoom() throws IOException {
          own.await(Poller.WRITE);
        }
      });
    } finally {
      own.endSending();
    }
  }

  static void connect(SocketLoop loop, AsyncSocket socket, SocketAddress address)
      throws IOException {
    LoopSocket own = LoopSocket.of(loop, socket);
    StreamSocket stream = own.stream();
    own.begin(Poller.WRITE);
    own.beginSending();
    try {
      SocketAddress resolved = resolved(loop, own.family(), address);
      requireFamily(own.family(), resolved);
      if (!stream.connect(resolved)) {
        do {
          own.await(Poller.WRITE);
        } while (!stream.finishConnect());
      }
    } finally {
      own.endSending();
    }
  }

  private static SocketAddress resolved(
      SocketLoop loop, ProtocolFamily family, SocketAddress address) throws IOException {
    if (!(address instanceof InetSocketAddress inet) || !inet.isUnresolved()) {
      return address;
    }
    boolean wantsInet6 = family == StandardProtocolFamily.INET6;
    for (InetAddress each : Resolver.resolve(loop, inet.getHostString())) {
      if (each instanceof Inet6Address == wantsInet6) {
        return new InetSocketAddress(each, inet.getPort());
      }
    }
    throw new UnknownHostException(
        inet.getHostString() + " has no address of the socket's family, " + family);
  }

  /** Checks an address before the system is asked; an IPv6 socket may reach IPv4 addresses. */
  static void requireFamily(ProtocolFamily family, SocketAddress address) throws IOException {
    Objects.requireNonNull(address, "address");
    boolean fits;
    if (family == StandardProtocolFamily.UNIX) {
      fits = !(address instanceof InetSocketAddress);
      if (fits) {
        UnixPaths.check(address);
      }
    } else {
      fits = address instanceof InetSocketAddress inet
          && (family == StandardProtocolFamily.INET6
              || inet.isUnresolved()
              || inet.getAddress() instanceof Inet4Address);
    }
    if (!fits) {
      throw new IllegalArgumentException("the address " + address
          + " is not of the socket's family, " + family + ": open a socket of another");
    }
  }

  static AcceptedSocket accept(SocketLoop loop, AsyncSocket socket) throws IOException {
    LoopSocket own = LoopSocket.of(loop, socket);
    ListenerSocket listener = own.listener();
    own.begin(Poller.READ, ACCEPTS_FOR_EACH_TURN);
    StreamSocket accepted;
    while ((accepted = listener.accept()) == null) {
      own.await(Poller.READ);
    }
    try {
      SocketAddress address = accepted.remoteAddress();
      return new AcceptedSocket(new LoopSocket(loop, own.family(), accepted), address);
    } catch (IOException | RuntimeException e) {
      accepted.close();
      throw e;
    }
  }
}
