// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import dev.culebra.spi.FileSource;
import dev.culebra.spi.Poller;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes a stream socket by system calls: one call for each read or write, straight from or
 * into the caller's buffer, and nothing allocated.
 *
 * <p>What the kernel lets pass but {@code java.nio.channels} does not (reading before the connection is
 * made, writing after the output was shut down) is refused here in the same way.
 *
 * <p><b>Threading</b>: as the loop's; see {@link dev.culebra.spi.LoopThread}.
 */
public final class PosixStreamSocket extends PosixSource implements StreamSocket {

  /**
   * The largest heap buffer that is copied by way of native memory. Copying so much takes 0.2 µs at
   * most; above it the kernel works on the array itself.
   */
  private static final int MAX_COPY_BYTES = 8 << 10;

  /**
   * The most that one call moves from or into an array. The call holds up the garbage collector, which
   * is what keeps the array in its place, so it must be short: this much takes some 20 µs.
   */
  private static final int MAX_HEAP_BYTES = 128 << 10;

  private enum State {
    UNCONNECTED,
    CONNECTING,
    CONNECTED
  }

  /** Views of its own: none for the sockets of protocols, whose loop has one buffer for all. */
  private @Nullable BufferView reading;

  private @Nullable BufferView writing;
  private State state;
  private boolean bound;
  private boolean outputShut;
  private @Nullable SocketAddress remote;

  private PosixStreamSocket(
      Poller poller, CallState calls, int family, int fd, @Nullable SocketAddress remote) {
    super(poller, calls, family, fd);
    this.remote = remote;
    this.state = remote == null ? State.UNCONNECTED : State.CONNECTED;
  }

  /**
   * Opens an unconnected socket.
   *
   * @param poller the poller that will watch it
   * @param calls the poller's memory for system calls
   * @param family INET, INET6 or UNIX
   * @return a non-blocking socket
   * @throws IOException if the system refuses
   */
  public static PosixStreamSocket open(Poller poller, CallState calls, ProtocolFamily family)
      throws IOException {
    int number = Sockaddr.number(family);
    int fd = openDescriptor(calls, number);
    if (number != Constants.AF_UNIX) {
      prepare(calls, fd, Constants.IPPROTO_TCP, Constants.TCP_NODELAY, true);
    }
    return new PosixStreamSocket(poller, calls, number, fd, null);
  }

  /** Takes over a descriptor that was accepted, whose peer's address is in {@code calls}. */
  static @Nullable PosixStreamSocket accepted(Poller poller, CallState calls, int family, int fd) {
    SocketAddress remote = calls.decodeAddress();
    if (family != Constants.AF_UNIX
        && SocketOptions.setFlag(calls, fd, Constants.IPPROTO_TCP, Constants.TCP_NODELAY, true)
            < 0) { // Darwin: the peer is gone already
      Libc.close(fd);
      return null;
    }
    return new PosixStreamSocket(poller, calls, family, fd, remote);
  }

  /**
   * Takes over the descriptor of a connected socket that belongs to another poller.
   *
   * @param poller the poller that will watch it
   * @param calls that poller's memory for system calls
   * @param stream the socket, which is closed to its former owner
   * @return the same connection
   * @throws IOException if it is closed
   */
  public static PosixStreamSocket adopt(Poller poller, CallState calls, StreamSocket stream)
      throws IOException {
    if (!(stream instanceof PosixStreamSocket former)
        || !former.poller.getClass().equals(poller.getClass())) {
      throw new IllegalArgumentException("not a socket of this backend: " + stream);
    }
    int fd = former.connectedFd();
    former.disown();
    PosixStreamSocket adopted =
        new PosixStreamSocket(poller, calls, former.family, fd, former.remote);
    adopted.bound = former.bound;
    adopted.outputShut = former.outputShut;
    return adopted;
  }

  @Override
  public boolean connect(SocketAddress address) throws IOException {
    int fd = fd();
    requireUnconnected();
    int length = Sockaddr.encode(address, family, calls.address);
    int result = Libc.connect(calls, fd, length);
    if (result == 0) {
      state = State.CONNECTED;
    } else if (result == -Constants.EINPROGRESS || result == -Constants.EINTR) {
      state = State.CONNECTING;
    } else {
      throw Errno.exception(-result, "connect(" + Sockaddr.text(address) + ")");
    }
    remote = address;
    return result == 0;
  }

  @Override
  public boolean finishConnect() throws IOException {
    int fd = fd();
    if (state == State.CONNECTED) {
      return true;
    }
    SocketAddress address = remote;
    if (state == State.UNCONNECTED || address == null) {
      throw new NoConnectionPendingException();
    }
    int error = SocketOptions.takeError(calls, fd);
    if (error == 0) { // it is made, or has not failed yet
      int result = Libc.getpeername(calls, fd);
      if (result == -Constants.ENOTCONN) {
        return false;
      }
      error = -result;
    }
    if (error != 0) {
      state = State.UNCONNECTED;
      remote = null;
      throw Errno.exception(error, "connect(" + Sockaddr.text(address) + ")");
    }
    state = State.CONNECTED;
    return true;
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
  public int read(ByteBuffer target) throws IOException {
    int fd = connectedFd();
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("Read-only buffer");
    }
    int room = target.remaining();
    if (room == 0) { // the kernel's 0 would look like the end of the stream
      return 0;
    }
    long result = target.isDirect()
        ? Libc.recv(calls, fd, memoryToRead(target), room, 0)
        : readHeap(fd, target, room);
    if (result > 0) {
      target.position(target.position() + (int) result);
      return (int) result;
    }
    if (result == 0) {
      return -1;
    }
    return wouldBlock(result, "recv", fd, room);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int fd = writableFd();
    int length = source.remaining();
    if (length == 0) {
      return 0;
    }
    if (!source.isDirect()) {
      return writeHeap(fd, source);
    }
    MemorySegment from = memoryToWrite(source);
    long result = Libc.send(calls, fd, from, length, Constants.MSG_NOSIGNAL);
    if (result < 0) {
      return wouldBlock(result, "send", fd, length);
    }
    source.position(source.position() + (int) result);
    return (int) result;
  }

  private MemorySegment memoryToRead(ByteBuffer target) {
    if (reading == null) {
      if (calls.reading.has(target)) {
        return calls.reading.of(target);
      }
      reading = new BufferView(calls.reading);
    }
    return reading.of(target);
  }

  private MemorySegment memoryToWrite(ByteBuffer source) {
    if (writing == null) {
      if (calls.writing.has(source)) {
        return calls.writing.of(source);
      }
      writing = new BufferView(calls.writing);
    }
    return writing.of(source);
  }

  private long readHeap(int fd, ByteBuffer target, int room) {
    if (room <= MAX_COPY_BYTES) {
      Scratch scratch = calls.scratch();
      long result = Libc.recv(calls, fd, scratch.memory(), room, 0);
      if (result > 0) {
        scratch.give(target, (int) result);
      }
      return result;
    }
    int length = Math.min(room, MAX_HEAP_BYTES);
    return Libc.recvHeap(calls, fd, memoryToRead(target), length, 0);
  }

  private int writeHeap(int fd, ByteBuffer source) throws IOException {
    int total = 0;
    boolean full = false;
    while (source.hasRemaining() && !full) {
      int length = Math.min(source.remaining(), MAX_HEAP_BYTES);
      long result = sendHeap(fd, source, length);
      if (result < 0) { // what was sent was sent: an error is the next call's
        return total > 0 ? total : wouldBlock(result, "send", fd, length);
      }
      source.position(source.position() + (int) result);
      total += (int) result;
      full = result < length;
    }
    return total;
  }

  private long sendHeap(int fd, ByteBuffer source, int length) {
    if (length <= MAX_COPY_BYTES) {
      Scratch scratch = calls.scratch();
      scratch.take(source, length, 0);
      return Libc.send(calls, fd, scratch.memory(), length, Constants.MSG_NOSIGNAL);
    }
    MemorySegment from = memoryToWrite(source);
    return Libc.sendHeap(calls, fd, from, length, Constants.MSG_NOSIGNAL);
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, sources.length);
    if (length == 1) {
      return write(sources[offset]);
    }
    int fd = writableFd();
    long total = 0;
    boolean full = false;
    int first = offset;
    int end = offset + length;
    while (!full && (first = IoVector.firstWithBytes(sources, first, end)) < end) {
      long filled = calls.vector.fill(sources, first, end, calls.scratch());
      long result;
      try {
        result = Libc.sendmsg(calls, fd, Constants.MSG_NOSIGNAL);
      } finally {
        Reference.reachabilityFence(sources); // the vector holds bare addresses
      }
      if (result < 0) {
        return total > 0 ? total : wouldBlock(result, "sendmsg", fd, filled);
      }
      IoVector.advance(sources, first, result);
      total += result;
      full = result < filled;
    }
    return total;
  }

  @Override
  public long sendFile(FileSource file, long position, long count) throws IOException {
    int fd = writableFd();
    if (!(file instanceof PosixFile own)) {
      throw new IllegalArgumentException("another poller opened the file");
    }
    long result = Platform.HERE.sendFile(calls, fd, own.fdFor(poller), position, count);
    if (result > 0) {
      return result;
    }
    if (result == 0) {
      return -1;
    }
    if (result != -Constants.EAGAIN && Errno.isOfFile((int) -result)) {
      throw new UnsupportedOperationException("the kernel does not send this file by itself");
    }
    return wouldBlock(result, "sendfile", fd, count);
  }

  @Override
  public void shutdownOutput() throws IOException {
    int fd = connectedFd();
    if (!outputShut) {
      int result = Libc.shutdown(calls, fd, Constants.SHUT_WR);
      if (result < 0 && result != -Constants.ENOTCONN) { // which says that the peer was faster
        throw Errno.exception(-result, "shutdown(fd " + fd + ")");
      }
      outputShut = true;
    }
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws IOException {
    SocketOptions.set(calls, fd(), family, option, value);
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return SocketOptions.get(calls, fd(), family, option);
  }

  @Override
  public @Nullable SocketAddress localAddress() throws IOException {
    int fd = fd();
    return bound || state != State.UNCONNECTED ? ownAddress(fd) : null;
  }

  @Override
  public @Nullable SocketAddress remoteAddress() throws IOException {
    int ignored = fd();
    return state == State.CONNECTED ? remote : null;
  }

  @Override
  public String toString() {
    return "stream socket to " + (remote == null ? "nobody" : Sockaddr.text(remote));
  }

  private void requireUnconnected() {
    if (state == State.CONNECTED) {
      throw new AlreadyConnectedException();
    }
    if (state == State.CONNECTING) {
      throw new ConnectionPendingException();
    }
  }

  private int connectedFd() throws ClosedChannelException {
    int fd = fd();
    if (state != State.CONNECTED) {
      throw new NotYetConnectedException();
    }
    return fd;
  }

  private int writableFd() throws ClosedChannelException {
    int fd = connectedFd();
    if (outputShut) {
      throw new ClosedChannelException();
    }
    return fd;
  }

  /** Would-block is the value 0; every other failure is an exception. */
  private static int wouldBlock(long result, String call, int fd, long lengthBytes)
      throws IOException {
    if (result == -Constants.EAGAIN) {
      return 0;
    }
    throw Errno.exception((int) -result, call + "(fd " + fd + ", " + lengthBytes + " bytes)");
  }
}
