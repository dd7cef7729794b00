// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Owns one file descriptor, from its birth or adoption until it closes it, once; or merely watches it
 * ({@link PosixWatch}).
 *
 * <p>The order of {@link #close} is what keeps data off the wrong connection: first the poller forgets
 * the source, then this object forgets the number, and only then does the kernel get it back to give
 * to somebody else.
 *
 * <p><b>Threading</b>: as the loop's; see {@link dev.culebra.spi.LoopThread}.
 */
public abstract class PosixSource implements Pollable {

  private static final int CLOSED = -1;

  final Poller poller;
  final CallState calls;

  /** The kernel's number for the address family, such as AF_INET6. */
  final int family;

  /** Written by {@link Registrations} only. */
  @Nullable Registration registration;

  private final Identity identity;
  private int fd;

  /** What the number is by which the kernel knows a source. */
  enum Identity {
    /** A descriptor that nobody else may close. */
    OWN,
    /** A descriptor that is only watched, and that its owner may have closed at any time. */
    FOREIGN,
    /** A process's. */
    PROCESS
  }

  PosixSource(Poller poller, CallState calls, int family, int fd) {
    this(poller, calls, family, fd, Identity.OWN);
  }

  PosixSource(Poller poller, CallState calls, int family, int number, Identity identity) {
    this.poller = poller;
    this.calls = calls;
    this.family = family;
    this.fd = number;
    this.identity = identity;
    if (identity == Identity.OWN) {
      calls.setOwned(number, true);
    }
  }

  /**
   * The descriptor, to be used for one call and not to be kept; the number of a {@linkplain #isProcess
   * process}.
   *
   * @return the number
   * @throws ClosedChannelException if this was closed
   */
  public final int fd() throws ClosedChannelException {
    int number = fd;
    if (number == CLOSED) {
      throw new ClosedChannelException();
    }
    return number;
  }

  /**
   * Tells whether a poller opened this source.
   *
   * @param asking the poller
   * @return whether it did
   */
  public final boolean isOf(Poller asking) {
    return poller.equals(asking);
  }

  /**
   * Tells whether nobody else may close the descriptor.
   *
   * @return false if it is only watched, and its owner may have closed it at any time
   */
  public final boolean ownsDescriptor() {
    return identity != Identity.FOREIGN;
  }

  /**
   * Tells whether the kernel knows this by the number of a process, and not by a descriptor.
   *
   * @return whether {@link #fd} is that of a process
   */
  public final boolean isProcess() {
    return identity == Identity.PROCESS;
  }

  /**
   * What the kernel is to look out for. It tells of errors and hang-ups in any case.
   *
   * @param interest what the loop has asked for
   * @return that, or less
   */
  public int kernelInterest(int interest) {
    return interest;
  }

  @Override
  public final boolean isOpen() {
    return fd != CLOSED;
  }

  @Override
  public final void close() {
    int number = fd;
    if (number != CLOSED) {
      try {
        poller.deregister(this); // throws if the number is not ours any more: then it is not closed
      } finally {
        fd = CLOSED;
      }
      if (identity == Identity.OWN) {
        calls.setOwned(number, false);
      }
      release(number);
    }
  }

  /** Gives the descriptor back to the kernel, if it is ours. */
  void release(int number) {
    if (identity == Identity.OWN) {
      Libc.close(number);
    }
  }

  /** Forgets the descriptor, which has a new owner. */
  final void disown() {
    if (registration != null) {
      throw new IllegalStateException("registered, so it cannot be handed over: " + this);
    }
    calls.setOwned(fd, false);
    fd = CLOSED;
  }

  /** Opens a stream socket that is ready for both backends' use. */
  static int openDescriptor(CallState calls, int family) throws IOException {
    int fd = Platform.HERE.openStream(calls, family);
    if (fd < 0) {
      throw Errno.exception(-fd, "socket(" + family + ")");
    }
    if (family == Constants.AF_INET6) { // takes IPv4 too, whatever net.ipv6.bindv6only says
      prepare(calls, fd, Constants.IPPROTO_IPV6, Constants.IPV6_V6ONLY, false);
    }
    return fd;
  }

  /** Sets an option of a newborn socket, or closes it. */
  static void prepare(CallState calls, int fd, int level, int name, boolean on) throws IOException {
    int result = SocketOptions.setFlag(calls, fd, level, name, on);
    if (result < 0) {
      Libc.close(fd);
      throw Errno.exception(-result, "setsockopt(fd " + fd + ", " + level + ", " + name + ")");
    }
  }

  final void bindTo(int number, SocketAddress address) throws IOException {
    int length = Sockaddr.encode(address, family, calls.address);
    int result = Libc.bind(calls, number, length);
    if (result < 0) {
      throw Errno.exception(-result, "bind(" + Sockaddr.text(address) + ")");
    }
  }

  final SocketAddress ownAddress(int number) throws IOException {
    int result = Libc.getsockname(calls, number);
    if (result < 0) {
      throw Errno.exception(-result, "getsockname(fd " + number + ")");
    }
    return calls.decodeAddress();
  }
}
