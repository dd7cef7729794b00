// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.TaskMode;
import dev.culebra.spi.Poller;
import dev.culebra.spi.ReadySink;
import java.io.IOException;

/**
 * Makes the threads of a loop's tasks and passes the one turn between the loop and them.
 *
 * <p>Exactly one of {the loop, its tasks} has the turn, except that a task may block outside the loop
 * and lose it until it unblocks ({@link CarriedTasks} only).
 */
interface TaskThreads {

  TaskMode mode();

  /** Whether the platform thread that carries virtual threads is also the one that polls. */
  boolean selectsOnCarrier();

  /** Runs the loop's body to its end; the calling platform thread runs everything of the loop. */
  void runLoop(Runnable body);

  /** Makes the thread of a task, not started. */
  Thread newThread(String name, Runnable body);

  /** Loop: gives a task's new thread the turn, now or at the next {@link #yieldToTasks}. */
  void start(LoopTask<?> task, Thread thread);

  /**
   * Loop or task: gives a task's new thread the turn, and returns when it has parked, blocked outside
   * the loop, or ended. Nothing else runs in between.
   */
  void startEagerly(LoopTask<?> task, Thread thread);

  /** Loop: gives a parked task the turn, now or at the next {@link #yieldToTasks}. */
  void resume(LoopTask<?> task, Thread thread);

  /** Loop: lets every task that has been given the turn run until it parks or blocks. */
  void yieldToTasks();

  /** Whether a thread of this loop can run that the loop did not give the turn. */
  boolean hasRunnable();

  /** Task: gives the turn back, and returns when the loop has given it again. */
  void park(LoopTask<?> task);

  /** Task: its thread is about to end; gives the turn back for good. */
  void finished(LoopTask<?> task);

  /** Loop: polls, where this kind of loop may wait. */
  int poll(Poller poller, long timeoutNanos, ReadySink sink) throws IOException;

  /** Ends the service. Threads that are still blocked somewhere will go on elsewhere. */
  void close();
}
