// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import dev.culebra.spi.LoopThread;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Runs a body of blocking-style code on a loop, as a virtual thread of its own (asyncio's Task).
 *
 * <p>Make one with {@link EventLoop#createTask} or {@link Asyncio#createTask}. At any time only one of
 * {a callback, a task} of a loop runs, so what tasks share needs no locks.
 *
 * <p><b>Lifecycle</b>: its first step runs in an iteration of the loop after the one that made it, or at
 * once if it is started eagerly ({@link TaskOptions}). The loop holds it until it is done.
 *
 * <p><b>Errors</b>: a cancellation arrives as a {@link CancellationException}, which is a {@code
 * RuntimeException}: code that catches {@code Exception} and goes on swallows it. Catch it first and throw
 * it on.
 *
 * <p><b>Threading</b>: a task that calls something that blocks outside the loop (a {@code
 * BlockingQueue}, a JDK socket) parks alone, in {@link TaskMode#CARRIED} mode.
 *
 * @param <T> the type of the result
 */
@LoopThread
public interface Task<T extends @Nullable Object> extends LoopFuture<T> {

  /**
   * Asks this task to end: a {@link CancellationException} is thrown where it waits, once it next
   * runs. It may clean up, and may even go on. A task that has not started never starts; one that is
   * blocked outside the loop is interrupted.
   *
   * @param message the exception's message, or null
   * @return false if it is done already
   */
  @Override
  boolean cancel(@Nullable String message);

  /**
   * How often {@link #cancel} was called, less the calls of {@link #uncancel}.
   *
   * @return the count, 0 for a task that nobody wants to end
   */
  int cancelling();

  /**
   * Takes one request to cancel back, for code that caught it and deals with it. At zero, a request
   * that was not delivered yet is withdrawn.
   *
   * @return the count that is left
   */
  int uncancel();

  /**
   * This task's name, which is also its thread's.
   *
   * @return the name
   */
  String getName();

  /**
   * Names this task and its thread.
   *
   * @param name the new name
   */
  void setName(String name);

  /**
   * The context that this task runs in.
   *
   * @return the one its maker named, or its own copy of what held where it was made
   */
  Context getContext();

  /**
   * Where this task is: the stack of the body that it runs (asyncio's {@code get_stack}). The frames of
   * the loop itself are left out.
   *
   * @return the frames, the innermost first; none before the first step and when it is done
   */
  List<StackTraceElement> getStack();

  /**
   * Not for tasks.
   *
   * @throws UnsupportedOperationException always: a task's result is what its body returns
   */
  @Override
  void setResult(T result);

  /**
   * Not for tasks.
   *
   * @throws UnsupportedOperationException always: a task's failure is what its body throws
   */
  @Override
  void setException(Throwable exception);
}
