// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import dev.culebra.spi.LoopThread;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds a result that comes later, on one loop (asyncio's Future).
 *
 * <p>Make one with {@link EventLoop#createFuture}. It is not thread-safe: complete it from another
 * thread by {@link EventLoop#callSoonThreadsafe}.
 *
 * @param <T> the type of the result
 */
@LoopThread
public interface LoopFuture<T extends @Nullable Object> extends Awaitable<T> {

  /**
   * Waits until this future is done, and returns its result; at once if it is done already. Call it
   * from a task of the same loop.
   *
   * @return the result
   * @throws CancellationException if this future, or the calling task, was cancelled
   * @throws IllegalStateException if the caller is not a task of this loop, or is this very task
   * @throws Exception what this future failed with
   */
  @Override
  T await() throws Exception;

  /**
   * The result, without waiting.
   *
   * @return the result
   * @throws InvalidStateException if this future is not done
   * @throws CancellationException if it was cancelled
   * @throws Exception what it failed with
   */
  T result() throws Exception;

  /**
   * What this future failed with, without waiting.
   *
   * @return the failure, null if it has a result
   * @throws InvalidStateException if this future is not done
   * @throws CancellationException if it was cancelled
   */
  @Nullable Throwable exception();

  /**
   * Tells whether this future has a result, a failure, or was cancelled.
   *
   * @return whether it is done
   */
  boolean done();

  /**
   * Tells whether this future was cancelled.
   *
   * @return whether it is done, and by cancellation
   */
  boolean cancelled();

  /**
   * Completes this future with a result.
   *
   * @param result the result
   * @throws InvalidStateException if it is done already
   * @throws UnsupportedOperationException if it is a task
   */
  void setResult(T result);

  /**
   * Completes this future with a failure.
   *
   * @param exception what {@link #await} is to throw
   * @throws InvalidStateException if it is done already
   * @throws UnsupportedOperationException if it is a task
   */
  void setException(Throwable exception);

  /**
   * Cancels this future and schedules its callbacks.
   *
   * @return false if it is done already
   */
  default boolean cancel() {
    return cancel(null);
  }

  /**
   * Cancels this future and schedules its callbacks.
   *
   * @param message the message of the {@link CancellationException} that waiters get, or null
   * @return false if it is done already
   */
  boolean cancel(@Nullable String message);

  /**
   * Has a callback run when this future is done, always by way of the loop: never before this method
   * returns, even if the future is done already.
   *
   * @param callback gets this future; it runs in a copy of the context in force now
   */
  default void addDoneCallback(Consumer<? super LoopFuture<T>> callback) {
    addDoneCallback(callback, null);
  }

  /**
   * Has a callback run when this future is done, always by way of the loop: never before this method
   * returns, even if the future is done already.
   *
   * @param callback gets this future
   * @param context what the callback runs in; null for a copy of the context in force now
   */
  void addDoneCallback(Consumer<? super LoopFuture<T>> callback, @Nullable Context context);

  /**
   * Drops every registration of a callback.
   *
   * @param callback what was given to {@link #addDoneCallback}, compared by {@code equals}
   * @return how many registrations were dropped
   */
  int removeDoneCallback(Consumer<? super LoopFuture<T>> callback);

  /**
   * Shows this future to code that knows the JDK's: a {@link CompletableFuture} that ends as this one
   * does. Cancelling it cancels this future; completing it otherwise does not concern this future. If the
   * loop is closed before this future is done, it is cancelled.
   *
   * <p>What depends on it runs on the loop, unless it is added by one of its {@code …Async} methods. On
   * the loop, wait for this future instead: where {@code get} or {@code join} would stop the loop that is
   * to complete it (in a callback, and in {@link TaskMode#BATON} mode in a task) they throw {@link
   * IllegalStateException}.
   *
   * @return a new future, done already if this one is
   */
  CompletableFuture<T> toCompletableFuture();

  /**
   * The loop that this future belongs to.
   *
   * @return its loop
   */
  EventLoop getLoop();
}
