// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.LoopFuture;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Runs a job on an executor, and tells a future of a loop how it ended.
 *
 * <p>Cancelling that future keeps a job that waits for its turn from running. One that runs is not
 * interrupted, as asyncio cannot do that either: it may be in the middle of anything.
 */
final class ExecutorJob<T extends @Nullable Object> extends FutureTask<T> {

  private final Promise<T> destination;

  private ExecutorJob(Callable<T> job, Promise<T> destination) {
    super(job);
    this.destination = destination;
  }

  static <T extends @Nullable Object> LoopFuture<T> start(
      SelectorLoop loop, Executor executor, Callable<T> job) {
    loop.checkThread();
    Promise<T> destination = new Promise<>(loop);
    ExecutorJob<T> started = new ExecutorJob<>(job, destination);
    executor.execute(started);
    loop.jobs().begins();
    destination.addDoneCallback(done -> {
      loop.jobs().ends();
      if (done.cancelled()) {
        started.cancel(false);
      }
    });
    return destination;
  }

  @Override
  protected void done() {
    // What the job threw is told as it is, be it one that wrapFuture would unwrap.
    switch (state()) {
      case SUCCESS -> Chains.deliver(destination, resultNow(), null);
      case FAILED -> Chains.deliver(destination, null, exceptionNow());
      default -> Chains.deliver(destination, null, new CancellationException());
    }
  }
}
