// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.sockets;

import dev.culebra.Asyncio;
import dev.culebra.LoopFuture;
import org.jspecify.annotations.Nullable;

/** Counts what a server receives, and tells when all that was expected has come. */
final class Tally {

  private long left;
  private @Nullable LoopFuture<@Nullable Void> all;

  /** Called before anything is sent. */
  LoopFuture<@Nullable Void> expect(long bytes) {
    LoopFuture<@Nullable Void> future = Asyncio.getRunningLoop().createFuture();
    left = bytes;
    all = future;
    return future;
  }

  void received(int bytes) {
    left -= bytes;
    if (left == 0 && all != null) {
      all.setResult(null);
    }
  }
}
