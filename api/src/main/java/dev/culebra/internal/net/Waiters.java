// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.internal.loop.LoopTask;
import dev.culebra.internal.loop.SelectorLoop;
import dev.culebra.internal.loop.Waitable;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Parks tasks, first come first served, until something is so. */
final class Waiters implements Waitable {

  private final SelectorLoop loop;
  private final ArrayDeque<LoopTask<?>> tasks = new ArrayDeque<>(1);

  Waiters(SelectorLoop loop) {
    this.loop = loop;
  }

  /** Parks the calling task until {@link #wakeAll} or until it is cancelled. */
  void await() {
    LoopTask<?> task = loop.requireTask();
    tasks.add(task);
    task.parkOn(this);
  }

  boolean isEmpty() {
    return tasks.isEmpty();
  }

  void wakeAll() {
    for (LoopTask<?> task; (task = tasks.poll()) != null; ) {
      task.wake();
    }
  }

  @Override
  public boolean cancelWait(LoopTask<?> task, @Nullable String message) {
    tasks.remove(task);
    return false;
  }
}
