// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import dev.culebra.spi.Poller;

/**
 * Watches a descriptor that belongs to somebody else, who may close it at any time.
 *
 * <p><b>Threading</b>: as the loop's; see {@link dev.culebra.spi.LoopThread}.
 */
public final class PosixWatch extends PosixSource {

  private final int number;

  private PosixWatch(Poller poller, CallState calls, int fd) {
    super(poller, calls, Constants.AF_UNSPEC, fd, false);
    this.number = fd;
  }

  /**
   * Makes a source of a descriptor.
   *
   * @param poller the poller that will watch it
   * @param calls the poller's memory for system calls
   * @param fd the descriptor
   * @return a source that leaves it open
   */
  public static PosixWatch of(Poller poller, CallState calls, int fd) {
    return new PosixWatch(poller, calls, fd);
  }

  /**
   * Refuses a descriptor that a source of a poller has.
   *
   * @param calls the poller's memory
   * @param fd the descriptor
   * @throws IllegalArgumentException if it is negative
   * @throws IllegalStateException if it is owned
   */
  public static void requireForeign(CallState calls, int fd) {
    if (fd < 0) {
      throw new IllegalArgumentException("a file descriptor is not negative: " + fd);
    }
    if (calls.owns(fd)) {
      throw new IllegalStateException(
          "a socket or a transport of this loop owns fd " + fd + ": use that");
    }
  }

  @Override
  public String toString() {
    return "fd " + number;
  }
}
