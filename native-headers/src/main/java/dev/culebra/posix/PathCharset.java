// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import java.nio.charset.Charset;

/** Says how file names are spelled in bytes, as {@code java.nio.file} does it. */
final class PathCharset {

  static final Charset CHARSET = Charset.forName(
      System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name()));

  private PathCharset() {}
}
