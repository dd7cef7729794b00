// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.Poller;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.NotYetBoundException;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections by system calls.
 *
 * <p><b>Threading</b>: as the loop's; see {@link dev.culebra.spi.LoopThread}.
 */
public final class PosixListenerSocket extends PosixSource implements ListenerSocket {

  private boolean bound;

  private PosixListenerSocket(Poller poller, CallState calls, int family, int fd) {
    super(poller, calls, family, fd);
  }

  /**
   * Opens an unbound listening socket. {@code SO_REUSEADDR} is on, as it is for those of {@code
   * java.nio.channels}.
   *
   * @param poller the poller that will watch it
   * @param calls the poller's memory for system calls
   * @param family INET, INET6 or UNIX
   * @return a non-blocking socket
   * @throws IOException if the system refuses
   */
  public static PosixListenerSocket open(Poller poller, CallState calls, ProtocolFamily family)
      throws IOException {
    int number = Sockaddr.number(family);
    int fd = openDescriptor(calls, number);
    if (number != Constants.AF_UNIX) {
      prepare(calls, fd, Constants.SOL_SOCKET, Constants.SO_REUSEADDR, true);
    }
    return new PosixListenerSocket(poller, calls, number, fd);
  }

  @Override
  public void bind(SocketAddress address, int backlog) throws IOException {
    int fd = fd();
    if (bound) {
      throw new AlreadyBoundException();
    }
    bindTo(fd, address);
    int result = Libc.listen(calls, fd, backlog);
    if (result < 0) {
      throw Errno.exception(-result, "listen(" + Sockaddr.text(address) + ")");
    }
    bound = true;
  }

  /** Null also after passing a connection over: the next poll tells whether more are waiting. */
  @Override
  public @Nullable StreamSocket accept() throws IOException {
    int fd = fd();
    if (!bound) {
      throw new NotYetBoundException();
    }
    int accepted = Platform.HERE.accept(calls, fd);
    if (accepted >= 0) {
      return PosixStreamSocket.accepted(poller, calls, family, accepted);
    }
    if (accepted == -Constants.EAGAIN || Errno.isOfConnection(-accepted)) {
      return null;
    }
    throw Errno.exception(-accepted, "accept(fd " + fd + ")");
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws IOException {
    SocketOptions.set(calls, fd(), family, option, value);
  }

  @Override
  public @Nullable SocketAddress localAddress() throws IOException {
    int fd = fd();
    return bound ? ownAddress(fd) : null;
  }

  @Override
  public String toString() {
    return bound ? "listening socket" : "unbound listening socket";
  }
}
