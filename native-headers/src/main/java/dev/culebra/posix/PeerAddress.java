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
    return decode(calls.address, 0, calls.addressLength.get(JAVA_INT, 0));
  }

  /** The address that a call left somewhere else. */
  SocketAddress decode(MemorySegment memory, long at, int rawLength) {
    SocketAddress known = address;
    if (known != null && rawLength == length && same(memory, at)) {
      return known;
    }
    SocketAddress decoded = Sockaddr.decode(memory.asSlice(at, Sockaddr.INET_CAPACITY), rawLength);
    remember(decoded, memory, at, rawLength);
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
    return encode(wanted, family, calls.address, 0);
  }

  /** Writes an address somewhere else. */
  int encode(SocketAddress wanted, int family, MemorySegment memory, long at) throws IOException {
    if (!has(wanted)) {
      int encoded = Sockaddr.encode(wanted, family, memory.asSlice(at, Sockaddr.INET_CAPACITY));
      remember(wanted, memory, at, encoded);
      return encoded;
    }
    memory.set(JAVA_LONG, at, word0);
    memory.set(JAVA_LONG, at + 8, word1);
    if (length > IN_LENGTH) {
      memory.set(JAVA_LONG, at + 16, word2);
      memory.set(JAVA_INT, at + 24, word3);
    }
    return length;
  }

  private boolean same(MemorySegment memory, long at) {
    return memory.get(JAVA_LONG, at) == word0
        && memory.get(JAVA_LONG, at + 8) == word1
        && (length <= IN_LENGTH
            || (memory.get(JAVA_LONG, at + 16) == word2 && memory.get(JAVA_INT, at + 24) == word3));
  }

  private void remember(SocketAddress decoded, MemorySegment memory, long at, int rawLength) {
    address = decoded;
    length = rawLength;
    word0 = memory.get(JAVA_LONG, at);
    word1 = memory.get(JAVA_LONG, at + 8);
    word2 = memory.get(JAVA_LONG, at + 16);
    word3 = memory.get(JAVA_INT, at + 24);
  }
}
