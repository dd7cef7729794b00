// SPDX-License-Identifier: Apache-2.0
package dev.culebra.sync;

import dev.culebra.EventLoop;
import dev.culebra.internal.loop.SelectorLoop;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Ties an object to the loop on which a task first has to wait for it (asyncio's _LoopBoundMixin). */
final class LoopBinding {

  // Atomic because two loops, which are two threads, may both be the first.
  private final AtomicReference<@Nullable EventLoop> loop = new AtomicReference<>();

  /**
   * The loop of the calling task, which is about to wait. It is asked for the task here, before anything
   * has changed, since a callback finds out too late when it comes to wait.
   *
   * @param owner what the task is to wait for
   */
  EventLoop bind(Object owner) {
    SelectorLoop running = SelectorLoop.runningLoop();
    running.requireTask();
    EventLoop bound = loop.compareAndExchange(null, running);
    if (bound != null && bound != running) {
      throw new IllegalStateException(
          owner + " is bound to a different event loop; make one for each loop");
    }
    return running;
  }
}
