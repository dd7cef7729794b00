// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import dev.culebra.spi.Poller;
import java.io.IOException;

/**
 * Watches a descriptor that belongs to somebody else, who may close it at any time.
 *
 * <p><b>Threading</b>: as the loop's; see {@link dev.culebra.spi.LoopThread}.
 */
public final class PosixWatch extends PosixSource {

  private final int number;

  private PosixWatch(Poller poller, CallState calls, int fd) {
    super(poller, calls, Constants.AF_UNSPEC, fd, Identity.FOREIGN);
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

  /**
   * Refuses what is always ready, and what a kernel may watch nevertheless.
   *
   * @param fd the descriptor
   * @throws IllegalArgumentException if it is a file of a disk
   * @throws IOException if it is not open
   */
  public static void requireNoFile(int fd) throws IOException {
    FileKind kind = FileKind.of(fd);
    if (kind == FileKind.REGULAR || kind == FileKind.DIRECTORY || kind == FileKind.BLOCK_DEVICE) {
      throw new IllegalArgumentException("fd " + fd + " cannot be watched: it is " + kind.text
          + ", which is always ready; read and write it in runInExecutor");
    }
  }

  @Override
  public String toString() {
    return "fd " + number;
  }
}
