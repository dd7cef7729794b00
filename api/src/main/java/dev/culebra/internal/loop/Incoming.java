// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.spi.AnyThread;
import dev.culebra.spi.Poller;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;

/**
 * Takes what other threads bring to a loop, and wakes its poll.
 *
 * <p>Whether the poll is under way is told by one flag, so that a wake-up costs at most one system call
 * for each sleep. The loop sets it, then looks for work once more; a thread that brings work adds it,
 * then looks at the flag. Whoever comes second sees the other:
 *
 * <pre>
 *   loop                                another thread
 *   polling = true                      incoming.offer(callback)
 *   incoming empty? no: do not wait     polling? swap it to false, and if that worked: wakeup()
 *   poll; polling = false
 * </pre>
 */
final class Incoming {

  private static final int CHUNK = 256;
  private static final int MAX_PER_ITERATION = 8192;

  private final Poller poller;
  private final AtomicBoolean polling = new AtomicBoolean();
  private final MpscUnboundedVarHandleArrayQueue<Ready> queue =
      new MpscUnboundedVarHandleArrayQueue<>(CHUNK);

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
    if (polling.get() && polling.compareAndSet(true, false)) {
      poller.wakeup();
    }
  }

  void pollBegins() {
    polling.set(true);
  }

  void pollEnded() {
    polling.set(false);
  }

  boolean isEmpty() {
    return queue.isEmpty();
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
