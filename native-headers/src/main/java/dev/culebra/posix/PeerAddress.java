// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Remembers one address in both its forms, so that a peer who sends or is sent to again and again costs
 * neither an object nor a translation.
 */
final class PeerAddress {

  /** {@code sockaddr_in} fills the first two words, {@code sockaddr_in6} three and a half. */
  private static final int IN_LENGTH = 16;

  private @Nullable SocketAddress address;
  private int length;
  private long word0;
  private long word1;
  private long word2;
  private int word3;

  /** The address that the last call left. */
  SocketAddress decode(CallState calls) {
    MemorySegment raw = calls.address;
    int rawLength = calls.addressLength.get(JAVA_INT, 0);
    SocketAddress known = address;
    if (known != null && rawLength == length && same(raw)) {
      return known;
    }
    SocketAddress decoded = calls.decodeAddress();
    remember(decoded, raw, rawLength);
    return decoded;
  }

  /** Whether this is the address that {@link #encode} can write without a translation. */
  boolean has(SocketAddress wanted) {
    return wanted == address; // its equals would be dearer than a translation
  }

  /**
   * Writes an address for a socket of the given family.
   *
   * @return its length in bytes
   */
  int encode(SocketAddress wanted, int family, CallState calls) throws IOException {
    MemorySegment raw = calls.address;
    if (!has(wanted)) {
      int encoded = Sockaddr.encode(wanted, family, raw);
      remember(wanted, raw, encoded);
      return encoded;
    }
    raw.set(JAVA_LONG, 0, word0);
    raw.set(JAVA_LONG, 8, word1);
    if (length > IN_LENGTH) {
      raw.set(JAVA_LONG, 16, word2);
      raw.set(JAVA_INT, 24, word3);
    }
    return length;
  }

  private boolean same(MemorySegment raw) {
    return raw.get(JAVA_LONG, 0) == word0
        && raw.get(JAVA_LONG, 8) == word1
        && (length <= IN_LENGTH
            || (raw.get(JAVA_LONG, 16) == word2 && raw.get(JAVA_INT, 24) == word3));
  }

  private void remember(SocketAddress decoded, MemorySegment raw, int rawLength) {
    address = decoded;
    length = rawLength;
    word0 = raw.get(JAVA_LONG, 0);
    word1 = raw.get(JAVA_LONG, 8);
    word2 = raw.get(JAVA_LONG, 16);
    word3 = raw.get(JAVA_INT, 24);
  }
}
