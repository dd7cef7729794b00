// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.spi.AnyThread;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Carries the virtual threads whose loop is closed: tasks that were blocked outside it, and threads that
 * library code had started inside a task.
 */
final class OrphanThreads {

  private static final Executor CARRIERS = new ThreadPoolExecutor(
      0,
      Integer.MAX_VALUE,
      1,
      TimeUnit.SECONDS,
      new SynchronousQueue<>(),
      Thread.ofPlatform().daemon().name("culebra-orphans-", 0).factory());

  private OrphanThreads() {}

  @AnyThread
  static void execute(Runnable continuation) {
    CARRIERS.execute(continuation);
  }
}
