// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Takes what a transport receives: pushed to a protocol, or kept for a reader to pull. */
interface Input {

  /** The socket may have something to read. Reports what goes wrong to the transport. */
  void onReadable();

  /**
   * Called while the loop polls, perhaps on the bare carrier: a chance to skip the turn in the ready
   * queue.
   *
   * @return whether the readiness is dealt with
   */
  default boolean takesReadiness() {
    return false;
  }

  /**
   * The peer sends no more. What this throws ends the connection.
   *
   * @return whether to keep sending
   */
  default boolean eofReceived() {
    return false;
  }

  /** Another input takes its place. */
  default void replaced() {}

  /**
   * Hands over what was received and nobody has read yet.
   *
   * @return those bytes, null if there are none
   * @throws IllegalStateException if somebody is reading
   */
  default @Nullable ByteBuffer takeReceived() {
    return null;
  }

  /** The connection is lost; null if it ended in order. */
  default void lost(@Nullable Exception exception) {}
}
