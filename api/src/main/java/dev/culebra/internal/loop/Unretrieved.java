// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.ExceptionContext;
import java.lang.ref.Cleaner;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds a failure, and reports it once its future is garbage if nobody ever looked at it: asyncio does
 * that in the future's {@code __del__}. It must not refer to that future, which would then never be
 * garbage.
 */
final class Unretrieved implements Runnable {

  private static volatile @Nullable Cleaner cleaner;

  final Throwable failure;

  private final SelectorLoop loop;
  private final String message;
  private final @Nullable List<StackTraceElement> origin;
  private volatile boolean retrieved;

  private Unretrieved(
      SelectorLoop loop,
      String message,
      Throwable failure,
      @Nullable List<StackTraceElement> origin) {
    this.loop = loop;
    this.message = message;
    this.failure = failure;
    this.origin = origin;
  }

  static Unretrieved watch(Promise<?> future, Throwable failure) {
    Unretrieved watch = new Unretrieved(
        future.loop, future.what() + " exception was never retrieved", failure, future.origin());
    Cleaner watching = cleaner;
    if (watching == null) {
      watching = startCleaner();
    }
    if (watching != null) {
      watching.register(future, watch);
    }
    if (watch.loop.unretrieved != null) {
      watch.loop.unretrieved.add(watch);
    }
    return watch;
  }

  /** A failure must reach its future where no thread can be had, too: then it may go unreported. */
  private static synchronized @Nullable Cleaner startCleaner() {
    if (cleaner == null) {
      try {
        cleaner =
            Cleaner.create(Thread.ofPlatform().daemon().name("culebra-cleaner").factory());
      } catch (OutOfMemoryError e) {
        return null; // the next failure tries again
      }
    }
    return cleaner;
  }

  /** Somebody has seen the failure. */
  Throwable retrieve() {
    retrieved = true;
    if (loop.unretrieved != null) {
      loop.unretrieved.remove(this);
    }
    return failure;
  }

  /** Takes what there is to report; null if that has been done, or somebody has seen the failure. */
  @Nullable ExceptionContext take() {
    if (retrieved) {
      return null;
    }
    retrieve();
    return context();
  }

  private ExceptionContext context() {
    return ExceptionContext.of(message, failure).withSourceTraceback(origin);
  }

  private void report() {
    ExceptionContext context = take();
    if (context != null) {
      loop.callExceptionHandler(context);
    }
  }

  /** The future is garbage. */
  @Override
  public void run() {
    if (!retrieved) {
      if (loop.isClosed()) {
        loop.defaultExceptionHandler(context());
      } else {
        loop.callSoonThreadsafeUnlessClosed(this::report);
      }
    }
  }

  @Override
  public String toString() {
    return failure.toString();
  }
}
