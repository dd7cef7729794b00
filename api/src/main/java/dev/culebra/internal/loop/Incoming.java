// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.spi.AnyThread;
import dev.culebra.spi.Poller;
import java.util.Queue;

/**
 * Takes what other threads bring to a loop, and wakes its poll.
 *
 * <p>A thread that brings work wakes the poll if it is under way; {@link SleepFlag} tells how none of
 * the two misses the other.
 */
final class Incoming {

  private static final int CHUNK = 256;
  private static final int MAX_PER_ITERATION = 8192;

  private final Poller poller;
  private final SleepFlag polling = new SleepFlag();
  private final Inbox<Ready> queue = new Inbox<>(CHUNK);

  Incoming(Poller poller) {
    this.poller = poller;
  }

  @AnyThread
  void add(Ready entry) {
    queue.offer(entry);
    wakePoll();
  }

  @AnyThread
  void wakePoll() {
    if (polling.claim()) {
      poller.wakeup();
    }
  }

  void pollBegins() {
    polling.raise();
  }

  void pollEnded() {
    polling.lower();
  }

  /** The last look before a sleep. */
  boolean mayHaveWork() {
    return queue.mayHaveWork();
  }

  void drainTo(Queue<Ready> ready) {
    if (!queue.isEmpty()) {
      queue.drain(ready::add, MAX_PER_ITERATION);
    }
  }

  void clear() {
    queue.clear();
  }
}
