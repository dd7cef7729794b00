// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import dev.culebra.spi.FileSource;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Holds a file open by its descriptor, for {@code sendfile}, which the channels of the JDK do not tell.
 *
 * <p><b>Threading</b>: as the loop's; see {@link dev.culebra.spi.LoopThread}.
 */
public final class PosixFile implements FileSource {

  private static final int CLOSED = -1;

  private final Poller poller;
  private final CallState calls;
  private int fd;

  private PosixFile(Poller poller, CallState calls, int fd) {
    this.poller = poller;
    this.calls = calls;
    this.fd = fd;
  }

  /**
   * Opens a file for reading.
   *
   * @param poller the poller whose sockets will send it
   * @param calls the poller's memory for system calls
   * @param path where it is
   * @return the file
   * @throws IOException if it cannot be opened
   * @throws UnsupportedOperationException if the path is not of the platform's own file system
   */
  public static PosixFile open(Poller poller, CallState calls, Path path) throws IOException {
    requireOfPlatform(path);
    int fd;
    try (Arena arena = Arena.ofConfined()) {
      fd = Libc.open(
          calls,
          arena.allocateFrom(path.toString(), PathCharset.CHARSET),
          Constants.O_RDONLY | Constants.O_NONBLOCK | Constants.O_CLOEXEC); // a FIFO must not block
    }
    if (fd < 0) {
      throw openFailure(-fd, path.toString());
    }
    calls.setOwned(fd, true);
    return new PosixFile(poller, calls, fd);
  }

  /** The kernel knows no other file system than the platform's. */
  static void requireOfPlatform(Path path) {
    if (!path.getFileSystem().equals(FileSystems.getDefault())) {
      throw new UnsupportedOperationException(path + " is not of the platform's file system");
    }
  }

  private static IOException openFailure(int errno, String name) {
    if (errno == Constants.ENOENT) {
      return new NoSuchFileException(name);
    }
    if (errno == Constants.EACCES) {
      return new AccessDeniedException(name);
    }
    return new FileSystemException(
        name, null, Errno.fileException(errno, "open()").getMessage());
  }

  /** The descriptor, to be used for one call of a socket of this poller. */
  int fdFor(Poller asking) throws ClosedChannelException {
    if (!poller.equals(asking)) {
      throw new IllegalArgumentException("another poller opened the file");
    }
    if (fd == CLOSED) {
      throw new ClosedChannelException();
    }
    return fd;
  }

  @Override
  public void close() {
    int number = fd;
    if (number != CLOSED) {
      fd = CLOSED;
      calls.setOwned(number, false);
      Libc.close(number);
    }
  }
}
