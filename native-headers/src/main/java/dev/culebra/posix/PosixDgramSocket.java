// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import dev.culebra.spi.DgramSocket;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.NotYetConnectedException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sends and receives datagrams by system calls: one call for each, straight from or into the caller's
 * buffer. Nothing is allocated as long as they come from one peer and go to one; heap buffers are copied
 * by way of native memory, which has room for any datagram.
 *
 * <p><b>Threading</b>: as the loop's; see {@link dev.culebra.spi.LoopThread}.
 */
public class PosixDgramSocket extends PosixSource implements DgramSocket {

  /** Whose value is a {@link NetworkInterface}. */
  private static final String MULTICAST_IF = "IP_MULTICAST_IF";

  boolean bound;

  @Nullable SocketAddress remote;

  final PeerAddress sender = new PeerAddress();
  final PeerAddress target = new PeerAddress();

  PosixDgramSocket(Poller poller, CallState calls, int family, int fd) {
    super(poller, calls, family, fd);
  }

  /**
   * Opens an unbound socket. As those of {@code java.nio.channels} it hears no multicast group but its
   * own, unlike Linux's default, and its multicasts stay in the local network.
   *
   * @param poller the poller that will watch it
   * @param calls the poller's memory for system calls
   * @param family INET or INET6
   * @return a non-blocking socket
   * @throws IOException if the system refuses
   */
  public static PosixDgramSocket open(Poller poller, CallState calls, ProtocolFamily family)
      throws IOException {
    int number = Sockaddr.number(family);
    if (number == Constants.AF_UNIX) {
      throw new UnsupportedOperationException("no datagram sockets of family " + family);
    }
    int fd = Platform.HERE.openDatagram(calls, number);
    if (fd < 0) {
      throw Errno.exception(-fd, "socket(" + number + ", SOCK_DGRAM)");
    }
    if (number == Constants.AF_INET6) {
      int level = Constants.IPPROTO_IPV6;
      prepare(calls, fd, level, Constants.IPV6_V6ONLY, false);
      prepare(calls, fd, level, Constants.IPV6_MULTICAST_HOPS, true); // one hop, as in IPv4
    }
    return Platform.HERE.datagramSocket(poller, calls, number, fd);
  }

  @Override
  public void bind(SocketAddress address) throws IOException {
    int fd = fd();
    requireUnconnected();
    if (bound) {
      throw new AlreadyBoundException();
    }
    bindTo(fd, address);
    bound = true;
  }

  @Override
  public void connect(SocketAddress address) throws IOException {
    int fd = fd();
    requireUnconnected();
    int length = Sockaddr.encode(address, family, calls.address);
    int result = Libc.connect(calls, fd, length);
    if (result < 0) {
      throw Errno.exception(-result, "connect(" + Sockaddr.text(address) + ")");
    }
    bound = true;
    remote = address;
    dropReceived(fd);
  }

  /**
   * What came before the connect may be anybody's; as much as the kernel holds, and no more comes. It is
   * asked for a byte of each: of no bytes the BSDs say that they were read, though nothing is there.
   */
  private void dropReceived(int fd) {
    long result;
    do {
      result = Libc.recvfrom(calls, fd, calls.scratch().memory(), 1);
    } while (result >= 0);
  }

  @Override
  public @Nullable SocketAddress receive(ByteBuffer into) throws IOException {
    int fd = fd();
    if (into.isReadOnly()) {
      throw new IllegalArgumentException("Read-only buffer");
    }
    int room = into.remaining();
    long result;
    if (into.isDirect() && room > 0) {
      result = Libc.recvfrom(calls, fd, calls.reading.of(into), room);
    } else {
      Scratch scratch = calls.scratch();
      int asked = Math.clamp(room, 1, Scratch.CAPACITY); // never for no bytes: see dropReceived
      result = Libc.recvfrom(calls, fd, scratch.memory(), asked);
      if (result > 0) {
        result = Math.min(result, room);
        scratch.give(into, (int) result);
      }
    }
    if (result < 0) {
      if (result == -Constants.EAGAIN) {
        return null;
      }
      throw Errno.ofDatagram((int) -result, "recvfrom(fd " + fd + ")");
    }
    into.position(into.position() + (int) result);
    SocketAddress peer = remote;
    return peer != null ? peer : sender.decode(calls);
  }

  @Override
  public boolean send(ByteBuffer source, @Nullable SocketAddress to) throws IOException {
    int fd = fd();
    SocketAddress peer = remote;
    if (peer == null && to == null) {
      throw new NotYetConnectedException();
    }
    if (peer != null && to != null && !to.equals(peer)) {
      throw new AlreadyConnectedException();
    }
    int addressLength = peer == null && to != null ? encode(to) : 0;
    int length = source.remaining();
    MemorySegment from;
    if (source.isDirect()) {
      from = calls.writing.of(source);
    } else {
      // What is larger than this is larger than the kernel takes, and it will say so.
      length = Math.min(length, Scratch.CAPACITY);
      calls.scratch().take(source, length, 0);
      from = calls.scratch().memory();
    }
    long result = addressLength == 0
        ? Libc.send(calls, fd, from, length, Constants.MSG_NOSIGNAL)
        : Libc.sendto(calls, fd, from, length, Constants.MSG_NOSIGNAL, addressLength);
    if (result >= 0) {
      bound = true;
      source.position(source.limit());
      return true;
    }
    if (result == -Constants.EAGAIN) {
      return false;
    }
    throw Errno.ofDatagram((int) -result, sending(fd, source.remaining(), to));
  }

  static String sending(int fd, int lengthBytes, @Nullable SocketAddress to) {
    return "sendto(fd " + fd + ", " + lengthBytes + " bytes"
        + (to == null ? ")" : ", " + Sockaddr.text(to) + ")");
  }

  /** An answer goes to the address that was received last, which need not be translated. */
  private int encode(SocketAddress to) throws IOException {
    return (sender.has(to) ? sender : target).encode(to, family, calls);
  }

  @Override
  public void join(InetAddress group, NetworkInterface at) throws IOException {
    int result = Memberships.change(calls, fd(), family, group, at, true);
    if (result < 0 && result != -Constants.EADDRINUSE) { // which says that it has joined already
      throw Errno.exception(-result, "join(" + group.getHostAddress() + ", " + at.getName() + ")");
    }
  }

  @Override
  public void leave(InetAddress group, NetworkInterface at) throws IOException {
    int result = Memberships.change(calls, fd(), family, group, at, false);
    if (result == -Constants.EADDRNOTAVAIL) {
      throw Memberships.notJoined(group, at);
    }
    if (result < 0) {
      throw Errno.exception(-result, "leave(" + group.getHostAddress() + ", " + at.getName() + ")");
    }
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws IOException {
    if (option.name().equals(MULTICAST_IF)) {
      Memberships.setInterface(
          calls, fd(), family, (NetworkInterface) Objects.requireNonNull(value));
    } else {
      SocketOptions.setOfDatagram(calls, fd(), family, option, value);
    }
  }

  @Override
  public <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
    return option.name().equals(MULTICAST_IF)
        ? option.type().cast(Memberships.getInterface(calls, fd(), family))
        : SocketOptions.getOfDatagram(calls, fd(), family, option);
  }

  @Override
  public @Nullable SocketAddress localAddress() throws IOException {
    int fd = fd();
    return bound ? ownAddress(fd) : null;
  }

  @Override
  public @Nullable SocketAddress remoteAddress() throws IOException {
    int ignored = fd();
    return remote;
  }

  @Override
  public String toString() {
    return "datagram socket" + (remote == null ? "" : " to " + Sockaddr.text(remote));
  }

  private void requireUnconnected() {
    if (remote != null) {
      throw new AlreadyConnectedException();
    }
  }
}
