// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import dev.culebra.PosixSignal;
import java.lang.foreign.MemorySegment;

/**
 * What the systems do differently: how a socket is born and how an address begins. Chosen once, so
 * that no call asks which system it is on.
 */
interface Platform {

  /** The platform of this process. */
  Platform HERE = new LinuxPlatform();

  /**
   * Opens a stream socket that is non-blocking and close-on-exec, and whose sends raise no signal.
   *
   * @return its descriptor, or the negated errno
   */
  int openStream(CallState calls, int family);

  /**
   * Opens a datagram socket that is non-blocking and close-on-exec.
   *
   * @return its descriptor, or the negated errno
   */
  int openDatagram(CallState calls, int family);

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
}
