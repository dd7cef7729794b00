// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Awaitable;
import dev.culebra.Context;
import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import dev.culebra.spi.AnyThread;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Chains the JDK's futures with those of a loop, both ways: asyncio's {@code _chain_future}.
 *
 * <p>The outcome goes from the source to the destination, a cancellation from the destination to the
 * source. A loop is reached by thread-safe calls alone; what comes for one that is closed is dropped.
 */
public final class Chains {

  private Chains() {}

  /** A future of the loop that ends as the stage does. */
  public static <T extends @Nullable Object> LoopFuture<T> wrap(
      SelectorLoop loop, CompletionStage<T> stage) {
    loop.checkOpen();
    Promise<T> destination = new Promise<>(loop);
    stage.whenComplete((result, failure) -> deliver(destination, result, unwrap(failure)));
    destination.addDoneCallback(done -> {
      if (done.cancelled()) {
        cancel(stage);
      }
    });
    return destination;
  }

  /** No thread works for a stage, so none is interrupted; HttpClient ends the exchange. */
  private static void cancel(CompletionStage<?> stage) {
    try {
      stage.toCompletableFuture().cancel(true);
    } catch (UnsupportedOperationException e) {
      // a stage may be such that nobody can complete it
    }
  }

  /** A future of the loop that ends as the other does, which a thread of its own awaits. */
  public static <T extends @Nullable Object> LoopFuture<T> wrap(
      SelectorLoop loop, Future<T> future) {
    if (future instanceof CompletionStage<?>) {
      @SuppressWarnings("unchecked") // a future's result is its stage's
      CompletionStage<T> stage = (CompletionStage<T>) future;
      return wrap(loop, stage);
    }
    loop.checkOpen();
    if (future.isDone()) {
      Promise<T> destination = new Promise<>(loop);
      deliver(destination, future);
      return destination;
    }
    Promise<T> destination = new Promise<>(loop);
    Thread waiter =
        TaskModes.newThreadOutside("culebra-future", () -> awaitFor(destination, future));
    Runnable closer = waiter::interrupt;
    loop.own(closer);
    loop.jobs().begins();
    destination.addDoneCallback(done -> {
      loop.jobs().ends();
      loop.release(closer);
      if (done.cancelled()) {
        future.cancel(false);
      }
      closer.run();
    });
    waiter.start();
    return destination;
  }

  /** In a thread of its own, which gives up when nobody waits any more. */
  private static <T extends @Nullable Object> void awaitFor(
      Promise<T> destination, Future<T> future) {
    try {
      future.get();
    } catch (InterruptedException e) {
      return;
    } catch (ExecutionException | CancellationException e) {
      // delivered below
    }
    deliver(destination, future);
  }

  /**
   * Runs a job on the default executor, in a copy of the caller's context, and parks the calling task
   * until it is done.
   */
  public static <T extends @Nullable Object> T toThread(SelectorLoop loop, Callable<T> job)
      throws Exception {
    Objects.requireNonNull(job, "job");
    loop.requireTask();
    Context context = Context.copyContext();
    Awaitable<T> body = job::call;
    return loop.runInExecutor(null, () -> context.run(body)).await();
  }

  /** Waits for a future: parks the calling task, or blocks a thread that is no loop's. */
  @AnyThread
  public static <T extends @Nullable Object> T awaitAnywhere(CompletableFuture<T> future)
      throws Exception {
    Scope scope = Scope.current();
    if (scope.loop != null) {
      if (scope.task == null) {
        throw new IllegalStateException(
            "a callback cannot wait: call this in a task, or in a thread that is no loop's");
      }
      return wrap(scope.loop, (CompletionStage<T>) future).await();
    }
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw Rethrow.<Exception>sneaky(Objects.requireNonNull(unwrap(e)));
    } catch (InterruptedException e) {
      future.cancel(true);
      throw e;
    }
  }

  /** Starts a body on a loop from another thread: asyncio's {@code run_coroutine_threadsafe}. */
  @AnyThread
  public static <T extends @Nullable Object> CompletableFuture<T> submit(
      Awaitable<T> body, EventLoop loop) {
    Objects.requireNonNull(body, "body");
    if (!(Objects.requireNonNull(loop, "loop") instanceof SelectorLoop target)) {
      throw new IllegalArgumentException(
          "give a loop that LoopPolicy.newEventLoop() made, not " + loop);
    }
    MirrorFuture<T> mirror = new MirrorFuture<>(target);
    mirror.endWithLoop();
    target.callSoonThreadsafe(() -> mirror.start(body));
    return mirror;
  }

  /** Completes a future from any thread by way of its loop; a no-op if it is done or its loop closed. */
  @AnyThread
  static <T extends @Nullable Object> void deliver(Promise<T> destination, Future<T> done) {
    switch (done.state()) {
      case SUCCESS -> deliver(destination, done.resultNow(), null);
      case FAILED -> deliver(destination, null, unwrap(done.exceptionNow()));
      case CANCELLED -> deliver(destination, null, new CancellationException());
      case RUNNING -> throw new AssertionError("it is done: " + done);
    }
  }

  @AnyThread
  @SuppressWarnings("NullAway") // null is a T if there is no failure
  static <T extends @Nullable Object> void deliver(
      Promise<T> destination, @Nullable T result, @Nullable Throwable failure) {
    destination.loop.callSoonThreadsafeUnlessClosed(() -> {
      if (destination.done()) {
        return;
      }
      if (failure == null) {
        destination.succeed(result);
      } else if (failure instanceof CancellationException) {
        destination.cancel(failure.getMessage());
      } else {
        destination.fail(failure);
      }
    });
  }

  /** What was thrown in the first place, without what the JDK wraps it in on its way. */
  private static @Nullable Throwable unwrap(@Nullable Throwable thrown) {
    Throwable inner = thrown;
    while (inner instanceof CompletionException || inner instanceof ExecutionException) {
      Throwable cause = inner.getCause();
      if (cause == null) {
        return inner;
      }
      inner = cause;
    }
    return inner;
  }
}
