// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import dev.culebra.PosixSignal;
import dev.culebra.spi.Poller;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * What the systems do differently: how a socket is born, how an address begins, what a child inherits.
 * Chosen once, so that no call asks which system it is on. The numbers that they have for the same
 * thing are in {@link Constants} and {@link Layouts}.
 */
interface Platform {

  /** Whether this process runs on Darwin, and not on Linux: for what is read once. */
  boolean IS_DARWIN = isDarwin(System.getProperty("os.name"));

  /** The platform of this process. */
  Platform HERE = IS_DARWIN ? new DarwinPlatform() : new LinuxPlatform();

  /** The backends do not come here where they are not available. */
  private static boolean isDarwin(String system) {
    return switch (system) {
      case "Linux" -> false;
      case "Mac OS X" -> true;
      default -> throw new UnsupportedOperationException("no bindings for " + system);
    };
  }

  /**
   * Opens a stream socket that is non-blocking and close-on-exec, and whose sends raise no signal.
   *
   * @return its descriptor, or the negated errno
   */
  int openStream(CallState calls, int family);

  /**
   * Opens a datagram socket that is non-blocking and close-on-exec, and hears no multicast group but
   * those that it joins.
   *
   * @return its descriptor, or the negated errno
   */
  int openDatagram(CallState calls, int family);

  /** Makes the owner of a descriptor that {@link #openDatagram} has opened. */
  PosixDgramSocket datagramSocket(Poller poller, CallState calls, int family, int fd);

  /** Whether a datagram socket of IPv6 may join groups of IPv4. */
  boolean inet6JoinsInet();

  /**
   * Accepts a connection as a socket that is like those of {@link #openStream}. The peer's address is
   * in {@link CallState#address} afterwards.
   *
   * @return its descriptor, or the negated errno
   */
  int accept(CallState calls, int fd);

  /**
   * Opens a pipe whose ends are blocking and close-on-exec. The descriptors are in {@link
   * CallState#value} afterwards, the one to read from first.
   *
   * @return 0, or the negated errno
   */
  int openPipe(CallState calls);

  /**
   * Sends bytes of a file.
   *
   * @return how many the socket took, 0 at the end of the file, or the negated errno
   */
  long sendFile(CallState calls, int fd, int file, long position, long lengthBytes);

  /** How addresses are laid out. */
  SockaddrLayout addresses();

  /** Writes what an address begins with. */
  void putFamily(MemorySegment address, int family, int lengthBytes);

  /** Whether Unix sockets may have names without files. */
  boolean hasAbstractNames();

  /** Reads the family that an address begins with. */
  int family(MemorySegment address);

  /**
   * Turns the kernel's value of {@code SO_SNDBUF} or {@code SO_RCVBUF} into what was set.
   *
   * @return the size in bytes
   */
  int bufferSize(int kernelValue);

  /** The number that a signal has here. */
  int number(PosixSignal signal);

  /** The names of the error numbers that have one here. */
  Map<Integer, String> errorNames();

  /** The name by which the C library exports the {@code strerror_r} of POSIX. */
  String strerror();

  /** Whether the C library can do all that starting a child needs. */
  boolean canSpawn();

  /**
   * Has a child get its streams and no other descriptor.
   *
   * @param actions what posix_spawn is to do, with the streams that are given to the child in it
   * @param childEnds what becomes the streams, −1 for those that are inherited
   * @return 0, or the error number
   */
  int keepStreamsOnly(MemorySegment actions, int[] childEnds);
}
