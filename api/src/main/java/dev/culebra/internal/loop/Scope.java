// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import org.jspecify.annotations.Nullable;

/**
 * Tells which loop, and which task of it, a thread runs.
 *
 * <p>Threads that a task forks inherit the binding, but not the thread in it, and so do not count as
 * running on the loop.
 */
final class Scope {

  private static final ScopedValue<Scope> CURRENT = ScopedValue.newInstance();
  private static final Scope NONE = new Scope(null, null, null);

  final @Nullable SelectorLoop loop;
  final @Nullable LoopTask<?> task;
  private final @Nullable Thread thread;

  Scope(@Nullable SelectorLoop loop, @Nullable LoopTask<?> task, @Nullable Thread thread) {
    this.loop = loop;
    this.task = task;
    this.thread = thread;
  }

  /** Who runs on the calling thread; a scope without loop and task if it is no loop's. */
  static Scope current() {
    Scope scope = CURRENT.orElse(NONE);
    return scope.thread == Thread.currentThread() ? scope : NONE;
  }

  /** Runs a body with this scope in force on the calling thread. */
  void run(Runnable body) {
    ScopedValue.where(CURRENT, this).run(body);
  }
}
