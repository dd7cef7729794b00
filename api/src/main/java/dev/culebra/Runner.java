// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import dev.culebra.internal.loop.Runs;
import org.jspecify.annotations.Nullable;

/**
 * Runs one body after another on the same loop, and ends that loop in order (asyncio's Runner).
 *
 * <p>A program that runs one body needs {@link Asyncio#run} instead, which is this:
 *
 * <pre>{@code
 * try (Runner runner = new Runner(options)) {
 *   return runner.run(body);
 * }
 * }</pre>
 *
 * <p><b>Threading</b>: for one thread at a time, which may be a virtual one. Not for use on a loop.
 *
 * <p><b>Lifecycle</b>: the loop is made when it is first needed, and closed by {@link #close}.
 *
 * <p><b>SIGINT</b>: while {@link #run} is under way, the first SIGINT (Ctrl+C) cancels the main task. If
 * that ends it, {@code run} throws {@link KeyboardInterruptException}; a body that catches the cancellation
 * may go on and return as usual. The second SIGINT of a run ends the process at once, with the status 130. All
 * that holds only if nothing else handles or ignores SIGINT when {@code run} begins, for one run at a time,
 * the first, and unless {@link RunOptions#handleSigint} says no; it needs the module {@code
 * jdk.unsupported}, which every JDK has but a trimmed image or module graph may lack. After the run,
 * SIGINT ends the process as before.
 *
 * <p><b>Interrupts</b>: {@link Thread#interrupt} of the thread that is in {@code run} cancels the main task
 * too. If that ends it, {@code run} throws {@link InterruptedException}; otherwise the thread's interrupt
 * status is set when {@code run} returns.
 */
public final class Runner implements AutoCloseable {

  private final Runs runs;

  /** Makes a runner whose loop the {@link LoopPolicy} in force will make. */
  public Runner() {
    this(RunOptions.DEFAULT);
  }

  /**
   * Makes a runner.
   *
   * @param options how to make its loop, and how to run
   */
  public Runner(RunOptions options) {
    runs = new Runs(options);
  }

  /**
   * Runs a body as the main task of a run. Other tasks that are left when it ends stay, and go on in the
   * next run.
   *
   * @param <T> the type of the result
   * @param body what to run; a future or task of this runner's loop is awaited
   * @return its result
   * @throws KeyboardInterruptException if SIGINT ended it
   * @throws InterruptedException if an interrupt of this thread ended it
   * @throws IllegalStateException if the caller is on a loop, or this runner is closed or runs
   * @throws Exception what it failed with
   */
  public <T extends @Nullable Object> T run(Awaitable<T> body) throws Exception {
    return runs.run(body, null);
  }

  /**
   * Runs a body without a result as the main task of a run.
   *
   * @param body what to run
   * @throws KeyboardInterruptException if SIGINT ended it
   * @throws InterruptedException if an interrupt of this thread ended it
   * @throws IllegalStateException if the caller is on a loop, or this runner is closed or runs
   * @throws Exception what it failed with
   */
  public void run(AwaitableAction body) throws Exception {
    runs.run(body.asAwaitable(), null);
  }

  /**
   * Runs a body as the main task of a run, in a context of its own.
   *
   * @param <T> the type of the result
   * @param body what to run
   * @param context what it runs in; null for the one that all runs of this runner share, a copy of what
   *     held when its loop was made
   * @return its result
   * @throws KeyboardInterruptException if SIGINT ended it
   * @throws InterruptedException if an interrupt of this thread ended it
   * @throws IllegalStateException if the caller is on a loop, or this runner is closed or runs
   * @throws Exception what it failed with
   */
  public <T extends @Nullable Object> T run(Awaitable<T> body, @Nullable Context context)
      throws Exception {
    return runs.run(body, context);
  }

  /**
   * The loop of this runner, which is made now if it is not yet there.
   *
   * @return the loop
   * @throws IllegalStateException if this runner is closed
   */
  public EventLoop getLoop() {
    return runs.loop();
  }

  /**
   * Ends the loop: cancels the tasks that are left, awaits them, reports those that fail to the exception
   * handler, and closes the loop. Idempotent; afterwards this runner is of no use any more.
   *
   * @throws IllegalStateException if the caller is on a loop, or this runner runs
   */
  @Override
  public void close() {
    runs.close();
  }
}
