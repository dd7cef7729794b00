// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.net.AbstractSocketAddress;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Knows the rules for the files that Unix sockets listen at. */
final class UnixPaths {

  /** The room in {@code sockaddr_un}, less a zero byte at the end: 108 on Linux, 104 on BSD and macOS. */
  private static final int MAX_BYTES =
      System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux") ? 107 : 103;

  private static final Charset FILE_NAMES = Charset.forName(
      System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name()));

  private UnixPaths() {}

  /**
   * Checks an address before anything is opened.
   *
   * @throws IllegalArgumentException if it is no Unix socket's, or empty
   * @throws SocketException if it is too long
   */
  static void check(SocketAddress address) throws SocketException {
    String text;
    if (Objects.requireNonNull(address, "address") instanceof UnixDomainSocketAddress unix) {
      text = unix.getPath().toString();
      if (text.isEmpty()) {
        throw new IllegalArgumentException("the path of a Unix socket must not be empty");
      }
    } else if (address instanceof AbstractSocketAddress named) {
      text = named.name();
    } else {
      throw new IllegalArgumentException("not the address of a Unix socket: " + address
          + "; use java.net.UnixDomainSocketAddress");
    }
    int lengthBytes = text.getBytes(FILE_NAMES).length;
    if (lengthBytes > MAX_BYTES) {
      throw new SocketException("Unix domain path too long: " + address + " has " + lengthBytes
          + " bytes, and at most " + MAX_BYTES + " will do");
    }
  }

  /** Removes the socket that a server which is gone has left behind; any other file stays. */
  static void removeStale(SocketAddress address) throws IOException {
    Path path = pathOf(address);
    if (path != null && isSocket(path)) {
      Files.deleteIfExists(path);
    }
  }

  /** A socket is "other" to java.nio.file; so are FIFOs and devices, which the mode tells apart. */
  private static boolean isSocket(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isOther();
    }
    int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return (mode & 0170000) == 0140000; // S_IFMT, S_IFSOCK: see inode(7)
  }

  /** Tells one file from another that has taken its name; null if there is none. */
  static @Nullable Object identity(SocketAddress address) throws IOException {
    Path path = pathOf(address);
    if (path == null) {
      return null;
    }
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  /** Removes the file that a server has bound, unless another file has taken its name since. */
  static void removeOwn(SocketAddress address, @Nullable Object identity) {
    Path path = pathOf(address);
    try {
      if (path != null
          && identity != null
          && Files.exists(path, LinkOption.NOFOLLOW_LINKS)
          && identity.equals(identity(address))) {
        Files.delete(path);
      }
    } catch (IOException e) {
      System.getLogger("dev.culebra")
          .log(System.Logger.Level.WARNING, "cannot remove the Unix socket " + path, e);
    }
  }

  private static @Nullable Path pathOf(SocketAddress address) {
    return address instanceof UnixDomainSocketAddress unix ? unix.getPath() : null;
  }
}
