// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import dev.culebra.spi.LoopThread;

/**
 * Receives bytes for a protocol: the receiving half of a {@link Transport}, and all of the
 * transport of a pipe's read end (asyncio's ReadTransport).
 */
@LoopThread
public interface ReadTransport extends BaseTransport {

  /** Stops receiving; no data reaches the protocol until {@link #resumeReading}. Idempotent. */
  void pauseReading();

  /** Receives again. Idempotent. */
  void resumeReading();

  /**
   * Tells whether the transport receives.
   *
   * @return false while paused, at the end of the stream and once it is closing
   */
  boolean isReading();
}
