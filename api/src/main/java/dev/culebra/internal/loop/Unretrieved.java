// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.ExceptionContext;
import java.lang.ref.Cleaner;

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
    return watch;
  }

  /** Somebody has seen the failure. */
  void retrieved() {
    retrieved = true;
  }

  /** The future is garbage. */
  @Override
  public void run() {
    if (!retrieved) {
      ExceptionContext context = ExceptionContext.of(message, failure);
      if (loop.isClosed()) {
        loop.defaultExceptionHandler(context);
      } else {
        loop.callSoonThreadsafeUnlessClosed(() -> loop.callExceptionHandler(context));
      }
    }
  }
}
