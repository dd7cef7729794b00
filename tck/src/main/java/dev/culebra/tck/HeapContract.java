// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.TaskMode;
import dev.culebra.TimerHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many timers and tasks leave the heap where it was: whatever object is kept for each would show.
 *
 * <p>It is a million of each, but for tasks that pass the baton: their million takes too long on a busy
 * machine, so it is 100,000 of them unless {@code -Dculebra.tck.tasks=1000000} says otherwise.
 */
@Tag("slow")
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class HeapContract extends OnLoop {

  private static final int MANY = 1_000_000;
  private static final int MANY_BATON_TASKS = Integer.getInteger("culebra.tck.tasks", MANY / 10);
  private static final int WARM_UP = 10_000;
  private static final int COLLECTIONS = 5;

  /** What the JVM needs for itself; for each timer or task, less than the smallest object. */
  private static final long SLACK_BYTES = 1_000_000;

  private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

  @Test
  void aMillionTimersEachCancelledBeforeTheNextLeaveNothing() throws Exception {
    assertLeavesNothing(MANY, times -> {
      for (int i = 0; i < times; i++) {
        loop.callLater(LONG, () -> {}).cancel();
      }
    });
  }

  @Test
  void aMillionTimersAtOnceAllCancelledLeaveNothing() throws Exception {
    assertLeavesNothing(MANY, times -> {
      TimerHandle[] timers = new TimerHandle[times];
      for (int i = 0; i < times; i++) {
        timers[i] = loop.callLater(LONG, () -> {});
      }
      for (TimerHandle timer : timers) {
        timer.cancel();
      }
    });
  }

  @Test
  void tasksMadeAndAwaitedInSequenceLeaveNothing() throws Exception {
    int many = loop.taskMode() == TaskMode.BATON ? MANY_BATON_TASKS : MANY;
    assertLeavesNothing(many, times -> {
      int sum = 0;
      for (int i = 0; i < times; i++) {
        sum += loop.createTask(() -> 1).await();
      }
      assertEquals(times, sum);
    });
  }

  private interface Work {
    void run(int times) throws Exception;
  }

  private void assertLeavesNothing(int times, Work work) throws Exception {
    long grownBytes = loop.runUntilComplete(() -> {
      work.run(WARM_UP);
      long before = usedBytes(Long.MIN_VALUE);
      work.run(times);
      return usedBytes(before + SLACK_BYTES) - before;
    });
    assertTrue(grownBytes < SLACK_BYTES, () -> times + " left " + grownBytes + " bytes");
  }

  /** What is in use after a full collection; a few more of them if that is more than expected. */
  private static long usedBytes(long expectedBytes) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < COLLECTIONS && least > expectedBytes; i++) {
      System.gc();
      least = Math.min(least, MEMORY.getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
