// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.TimerHandle;
import dev.culebra.spi.LoopThread;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the executor that a loop gives blocking jobs to: what was set, or else a virtual thread of the
 * JDK's scheduler for each job, made when first needed.
 */
@LoopThread
final class DefaultExecutor {

  private static final System.Logger LOG = System.getLogger("dev.culebra");
  private static final AtomicLong NUMBERS = new AtomicLong();

  private final LoopSettings owner;
  private @Nullable ExecutorService executor;
  private boolean shutdownCalled;

  DefaultExecutor(LoopSettings owner) {
    this.owner = owner;
  }

  boolean isUsed() {
    return executor != null;
  }

  void set(ExecutorService replacement) {
    executor = Objects.requireNonNull(replacement, "executor");
  }

  ExecutorService get() {
    if (shutdownCalled) {
      throw new IllegalStateException(
          "shutdownDefaultExecutor was called: this loop takes no more jobs"
              + " for it; give runInExecutor an executor of your own");
    }
    ExecutorService present = executor;
    if (present == null) {
      present = Executors.newThreadPerTaskExecutor(
          job -> TaskModes.newThreadOutside("culebra-executor-" + NUMBERS.incrementAndGet(), job));
      executor = present;
    }
    return present;
  }

  /** Parks the calling task until every job has ended, or a limit has passed. */
  void shutDown(@Nullable Duration limit) {
    SelectorLoop loop = SelectorLoop.of(owner);
    loop.requireTask();
    shutdownCalled = true;
    ExecutorService stopping = executor;
    if (stopping == null) {
      return;
    }
    Promise<Boolean> ended = new Promise<>(loop);
    Thread waiter = TaskModes.newThreadOutside(
        "culebra-executor-shutdown", () -> awaitTermination(stopping, ended));
    TimerHandle timer =
        limit == null ? null : loop.callLater(limit, () -> Chains.deliver(ended, false, null));
    waiter.start();
    try {
      if (!ended.await()) {
        LOG.log(
            System.Logger.Level.WARNING,
            "the default executor's jobs did not end within " + limit
                + "; they go on, and nobody waits for them: " + stopping);
      }
    } catch (Exception e) {
      throw Rethrow.<RuntimeException>sneaky(e);
    } finally {
      if (timer != null) {
        timer.cancel();
      }
      waiter.interrupt();
    }
  }

  private static void awaitTermination(ExecutorService stopping, Promise<Boolean> ended) {
    try {
      stopping.shutdown();
      // False at once where there is no end to wait for, as of the common pool.
      stopping.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
      Chains.deliver(ended, true, null);
    } catch (InterruptedException e) {
      // nobody waits for it any more
    } catch (Throwable t) {
      Chains.deliver(ended, null, t);
    }
  }

  /** The loop is closed: takes no more jobs, and does not wait for those that run. */
  void close() {
    if (executor != null) {
      executor.shutdown();
    }
  }
}
