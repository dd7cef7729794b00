// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.TaskMode;
import dev.culebra.spi.Poller;
import dev.culebra.spi.ReadySink;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Passes a baton between the loop, on a platform thread, and tasks on ordinary virtual threads.
 *
 * <p>Needs no JVM flag. A task keeps the baton while it blocks outside the loop, which waits for it. The
 * baton's volatile write and read order all that loop and tasks share.
 */
final class BatonTasks implements TaskThreads {

  /** Who may run: a {@link LoopTask}, or null for the loop. */
  private volatile @Nullable LoopTask<?> holder;

  private volatile @Nullable Thread loopThread;

  private final SelectorLoop loop;

  BatonTasks(SelectorLoop loop) {
    this.loop = loop;
  }

  @Override
  public TaskMode mode() {
    return TaskMode.BATON;
  }

  @Override
  public boolean selectsOnCarrier() {
    return false;
  }

  @Override
  public void runLoop(Runnable body) {
    loopThread = Thread.currentThread();
    body.run();
  }

  @Override
  public Thread newThread(String name, Runnable body) {
    return Thread.ofVirtual().name(name).unstarted(body);
  }

  @Override
  public void start(LoopTask<?> task, Thread thread) {
    holder = task;
    thread.start();
    awaitBaton(null);
  }

  @Override
  public void startEagerly(LoopTask<?> task, Thread thread) {
    LoopTask<?> starter = task.starter;
    holder = task;
    thread.start();
    awaitBaton(starter);
  }

  @Override
  public void resume(LoopTask<?> task, Thread thread) {
    holder = task;
    LockSupport.unpark(thread);
    awaitBaton(null);
  }

  @Override
  public void yieldToTasks() {}

  @Override
  public boolean hasRunnable() {
    return false;
  }

  @Override
  public void park(LoopTask<?> task) {
    finished(task);
    awaitBaton(task);
  }

  /** The baton goes back to the loop, or to the task that started this one eagerly. */
  @Override
  public void finished(LoopTask<?> task) {
    LoopTask<?> starter = task.starter;
    task.starter = null;
    Thread next = starter == null ? loopThread : starter.requireThread();
    holder = starter;
    LockSupport.unpark(next);
  }

  @Override
  public int poll(Poller poller, long timeoutNanos, ReadySink sink) throws IOException {
    loop.interrupts.watch();
    try {
      return poller.poll(timeoutNanos, sink);
    } finally {
      loop.interrupts.watch();
    }
  }

  @Override
  public void close() {}

  private void awaitBaton(@Nullable LoopTask<?> self) {
    if (self == null) {
      loop.interrupts.watch();
    }
    while (holder != self) {
      LockSupport.park(this);
      // A standing interrupt would make park a busy loop. The loop stops by its flag, not by
      // interrupts.
      if (Thread.interrupted()) {
        if (self == null) {
          loop.interrupts.cleared();
        } else {
          self.interrupted();
        }
      }
    }
  }
}
