// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Tells what kind of file something is. Asks the JDK, which knows how {@code struct stat} is laid
 * out: that differs from one architecture to the next.
 */
enum FileKind {
  FIFO("a pipe", 0010000),
  CHARACTER_DEVICE("a character device", 0020000),
  DIRECTORY("a directory", 0040000),
  BLOCK_DEVICE("a block device", 0060000),
  REGULAR("a regular file", 0100000),
  SOCKET("a socket", 0140000),
  OTHER("no file of the file system", 0);

  private static final int TYPE_MASK = 0170000; // S_IFMT: see inode(7)

  final String text;
  private final int type;

  FileKind(String text, int type) {
    this.text = text;
    this.type = type;
  }

  /** The kind of an open file. */
  static FileKind of(int fd) throws IOException {
    try {
      return of(Path.of("/dev/fd", Integer.toString(fd)));
    } catch (NoSuchFileException e) {
      throw new IOException("fd " + fd + " is not open", e);
    }
  }

  /** The kind of the file that a path leads to. */
  static FileKind of(Path path) throws IOException {
    int mode = (int) Files.getAttribute(path, "unix:mode");
    for (FileKind kind : values()) {
      if (kind.type == (mode & TYPE_MASK)) {
        return kind;
      }
    }
    return OTHER;
  }

  /** Whether it can be the end of a pipe. */
  boolean isPipe() {
    return this == FIFO || this == SOCKET || this == CHARACTER_DEVICE;
  }
}
