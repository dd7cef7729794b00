// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.spi.DgramBatch;
import java.util.ArrayDeque;

/**
 * Lends the batches of one loop, in which datagrams are received and sent. One may be out while another
 * is asked for: a protocol that looks at its datagrams may wait for a lock, and others run meanwhile.
 */
final class BatchPool {

  /**
   * How many datagrams one turn receives at most, so that a flood leaves others their turn, and one
   * system call sends. Twice as many cost as much for each, and twice the memory.
   */
  static final int CAPACITY = 16;

  /** Room for any datagram. */
  private static final int INPUT_BYTES = 64 * 1024;

  /** What is larger is sent without a copy. */
  static final int OUTPUT_BYTES = 16 * 1024;

  private static final int MAX_IDLE = 4;

  private final ArrayDeque<DgramBatch> inputs = new ArrayDeque<>(1);
  private final ArrayDeque<DgramBatch> outputs = new ArrayDeque<>(1);

  /** An empty batch to receive in, which the caller gives back. */
  DgramBatch takeInput() {
    DgramBatch idle = inputs.poll();
    return idle != null ? idle : new DgramBatch(CAPACITY, INPUT_BYTES);
  }

  void giveBackInput(DgramBatch batch) {
    batch.clear();
    if (inputs.isEmpty()) {
      inputs.push(batch);
    }
  }

  /** An empty batch to send from, which the caller gives back. */
  DgramBatch takeOutput() {
    DgramBatch idle = outputs.poll();
    return idle != null ? idle : new DgramBatch(CAPACITY, OUTPUT_BYTES);
  }

  void giveBackOutput(DgramBatch batch) {
    batch.clear();
    if (outputs.size() < MAX_IDLE) {
      outputs.push(batch);
    }
  }
}
