// SPDX-License-Identifier: Apache-2.0
package dev.culebra.process;

import java.nio.file.Path;

/**
 * Says what one of a child's three standard streams is (the {@code stdin}, {@code stdout} and {@code
 * stderr} arguments of {@code asyncio.create_subprocess_exec}).
 */
public sealed interface Stdio {

  /** What the parent has. */
  Stdio INHERIT = Plain.INHERIT;

  /** A pipe, whose other end is the parent's (asyncio's PIPE). */
  Stdio PIPE = Plain.PIPE;

  /** The null device (asyncio's DEVNULL). */
  Stdio DEVNULL = Plain.DEVNULL;

  /** For the standard error alone: what the standard output is (asyncio's STDOUT). */
  Stdio STDOUT = Plain.STDOUT;

  /** What needs no more to be said of. */
  enum Plain implements Stdio {
    /** See {@link Stdio#INHERIT}. */
    INHERIT,
    /** See {@link Stdio#PIPE}. */
    PIPE,
    /** See {@link Stdio#DEVNULL}. */
    DEVNULL,
    /** See {@link Stdio#STDOUT}. */
    STDOUT
  }

  /**
   * A file, which is read from its start, or written from its start, made if need be and cut, or from its
   * end.
   *
   * @param path where it is; one that is relative is so to the parent's directory
   * @param append whether to write behind what it has
   */
  record File(Path path, boolean append) implements Stdio {

    /**
     * Checks the path.
     *
     * @throws IllegalArgumentException if it is not of the default file system, where children live
     */
    public File {
      ProcessOptions.requireDefaultFileSystem(path);
    }
  }

  /**
   * An open descriptor of the parent's, which stays open there. Native backends only.
   *
   * @param fd its number
   */
  record Descriptor(int fd) implements Stdio {

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Descriptor {
      if (fd < 0) {
        throw new IllegalArgumentException("a descriptor is not negative, as " + fd + " is");
      }
    }
  }

  /**
   * A file to read from its start or to write anew.
   *
   * @param path where it is
   * @return the file as a child's stream
   */
  static Stdio file(Path path) {
    return new File(path, false);
  }

  /**
   * A file to write at its end.
   *
   * @param path where it is
   * @return the file as a child's stream
   */
  static Stdio appendTo(Path path) {
    return new File(path, true);
  }

  /**
   * An open descriptor of the parent's. Native backends only.
   *
   * @param fd its number
   * @return the descriptor as a child's stream
   */
  static Stdio descriptor(int fd) {
    return new Descriptor(fd);
  }
}
