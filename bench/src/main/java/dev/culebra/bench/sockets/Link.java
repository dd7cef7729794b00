// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.sockets;

/**
 * A connection with both ends on one loop and written in the same way. Its methods are called from a task of
 * that loop.
 */
interface Link {

  /** How large a buffer is that an end receives into: what a loop has for its protocols. */
  int BUFFER_BYTES = 256 * 1024;

  /**
   * Connects two ends.
   *
   * @param bytes how long a message is
   * @param answers whether the server sends back what it receives; else it drops it
   */
  static Link open(String mode, Place place, int bytes, boolean answers) throws Exception {
    return switch (mode) {
      case "protocol" -> CallbackLink.open(PushedEnd::new, place, bytes, answers);
      case "buffered" -> CallbackLink.open(FilledEnd::new, place, bytes, answers);
      case "streams" -> StreamLink.open(place, bytes, answers);
      case "sockets" -> SocketLink.open(place, bytes, answers);
      default -> throw new IllegalArgumentException("no such mode: " + mode);
    };
  }

  /** Sends so many messages, each when the answer to the one before has come, and waits for all answers. */
  void roundTrips(int count) throws Exception;

  /** Sends so many messages, one after the other, and waits until the server has received all. */
  void send(int count) throws Exception;

  /** Closes both ends and waits for that. */
  void close() throws Exception;
}
