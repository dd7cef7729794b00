// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.net.BaseProtocol;
import dev.culebra.net.WriteBufferLimits;

/** Knows when a protocol is to be told to pause writing, and when it may go on. */
final class WriteLimits {

  private WriteBufferLimits limits = WriteBufferLimits.DEFAULT;
  private boolean paused;

  void set(WriteBufferLimits newLimits) {
    limits = newLimits;
  }

  WriteBufferLimits get() {
    return limits;
  }

  int highBytes() {
    return limits.highBytes();
  }

  /** Whether the protocol has been told to pause writing. */
  boolean isPaused() {
    return paused;
  }

  /**
   * Tells the protocol what has changed, if anything has.
   *
   * @param held whether nobody but a file may write, so that it is not told to go on
   */
  void update(long sizeBytes, boolean held, SocketTransport transport) {
    BaseProtocol protocol = transport.getProtocol();
    if (!paused && sizeBytes > limits.highBytes()) {
      paused = true;
      transport.guard("pauseWriting", protocol::pauseWriting);
    } else if (paused && sizeBytes <= limits.lowBytes() && !held) {
      paused = false;
      transport.guard("resumeWriting", protocol::resumeWriting);
    }
  }
}
