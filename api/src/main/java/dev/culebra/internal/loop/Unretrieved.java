// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.ExceptionContext;
import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;

/**
 * Reports a failure that nobody ever looked at, once its future is garbage: asyncio does it in the
 * future's {@code __del__}. It must not refer to that future, which would then never be garbage.
 */
final class Unretrieved implements Runnable {

  private static final Cleaner CLEANER =
      Cleaner.create(Thread.ofPlatform().daemon().name("culebra-cleaner").factory());

  private final SelectorLoop loop;
  private final String message;
  private final Throwable failure;
  private volatile boolean retrieved;

  private Unretrieved(SelectorLoop loop, String message, Throwable failure) {
    this.loop = loop;
    this.message = message;
    this.failure = failure;
  }

  static Unretrieved watch(Promise<?> future, Throwable failure) {
    Unretrieved watch =
        new Unretrieved(future.loop, future.what() + " exception was never retrieved", failure);
    CLEANER.register(future, watch);
    if (watch.loop.unretrieved != null) {
      watch.loop.unretrieved.add(watch);
    }
    return watch;
  }

  /** Somebody has seen the failure. */
  void retrieved() {
    retrieved = true;
    if (loop.unretrieved != null) {
      loop.unretrieved.remove(this);
    }
  }

  /** Takes what there is to report; null if that has been done, or somebody has seen the failure. */
  @Nullable ExceptionContext take() {
    if (retrieved) {
      return null;
    }
    retrieved();
    return ExceptionContext.of(message, failure);
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
        loop.defaultExceptionHandler(ExceptionContext.of(message, failure));
      } else {
        loop.callSoonThreadsafeUnlessClosed(this::report);
      }
    }
  }
}
