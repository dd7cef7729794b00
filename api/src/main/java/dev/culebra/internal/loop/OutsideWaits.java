// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.TaskMode;
import dev.culebra.spi.AnyThread;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows what other threads may be waiting for, so that a loop that closes leaves none of them waiting.
 *
 * <p>Who adds looks at the loop afterwards; the loop is marked closed before it looks here. Whoever comes
 * second sees the other, so that nothing is missed.
 */
@AnyThread
final class OutsideWaits {

  private final SelectorLoop loop;
  private final Set<Runnable> enders = ConcurrentHashMap.newKeySet();

  OutsideWaits(SelectorLoop loop) {
    this.loop = loop;
  }

  /**
   * Has something run when the loop closes, unless it is removed before.
   *
   * @return false if the loop is closed already, and the ender is the caller's to run
   */
  boolean add(Runnable ender) {
    enders.add(ender);
    return !loop.isClosed() || !enders.remove(ender);
  }

  void remove(Runnable ender) {
    enders.remove(ender);
  }

  /** The loop is closed. */
  void end() {
    for (Runnable ender : List.copyOf(enders)) {
      if (enders.remove(ender)) {
        ender.run();
      }
    }
  }

  /** Refuses a wait by what runs on this loop if the loop could not go on meanwhile. */
  void checkMayWait() {
    Scope scope = Scope.current();
    if (scope.loop != loop) {
      return;
    }
    if (scope.task == null) {
      throw new IllegalStateException(
          "a callback would wait for its own loop, for ever: wait in a task,"
              + " or have a callback run when it is done");
    }
    if (loop.taskMode() == TaskMode.BATON) {
      throw new IllegalStateException(
          "in baton mode a task that blocks stops its own loop, for ever:"
              + " write Asyncio.wrapFuture(future).await()");
    }
  }
}
