// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.gather;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.toThread;
import static dev.culebra.Asyncio.wrapFuture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.Awaitable;
import dev.culebra.ContextVar;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.TaskMode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Jobs for other threads, the default executor, and the loop as an executor. */
abstract class ExecutorContract extends OnLoop {

  /** An executor that runs a job when the test says so. */
  private final Queue<Runnable> queued = new ArrayDeque<>();

  private final List<Object> ran = new ArrayList<>();

  // ---- where a job runs

  @Test
  void aJobOfATaskRunsOnAVirtualThreadOfTheJdks() throws Exception {
    assertOutside(run(() -> toThread(() -> Thread.currentThread().toString())));
  }

  @Test
  void aJobOfACallbackRunsOnAVirtualThreadOfTheJdks() throws Exception {
    LoopFuture<String> where = loop.createFuture();
    loop.callSoon(() -> loop.runInExecutor(null, () -> Thread.currentThread().toString())
        .addDoneCallback(done -> where.setResult(resultOf(done))));
    assertOutside(run(where));
  }

  private static <T> T resultOf(LoopFuture<T> done) {
    try {
      return done.result();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void assertOutside(String thread) {
    assertTrue(thread.contains("culebra-executor-"), thread);
    assertTrue(thread.contains("@ForkJoinPool"), thread);
  }

  @Test
  void aJobThatBlocksDoesNotStopTheLoop() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    run(() -> {
      createTask(() -> {
        sleep(Duration.ofMillis(1));
        mayEnd.countDown();
      });
      assertTrue(toThread(() -> mayEnd.await(patience().toNanos(), TimeUnit.NANOSECONDS)));
    });
  }

  @Test
  void aJobThatSpinsDoesNotStopTheLoop() throws Exception {
    assumeTrue(
        loop.taskMode() == TaskMode.CARRIED || Runtime.getRuntime().availableProcessors() > 1,
        "in baton mode tasks share the JDK's one carrier with it");
    CountDownLatch mayEnd = new CountDownLatch(1);
    run(() -> {
      createTask(() -> {
        sleep(Duration.ofMillis(1));
        mayEnd.countDown();
      });
      long startNanos = System.nanoTime();
      toThread(() -> {
        while (mayEnd.getCount() > 0
            && System.nanoTime() - startNanos < patience().toNanos()) {
          Thread.onSpinWait();
        }
        assertEquals(0, mayEnd.getCount(), "missing: the other task");
      });
    });
  }

  @Test
  void aJobIsNotOnTheLoop() throws Exception {
    run(() ->
        assertThrows(IllegalStateException.class, () -> toThread(() -> sleep(Duration.ZERO))));
  }

  @Test
  void jobsRunAtTheSameTime() throws Exception {
    CountDownLatch allRun = new CountDownLatch(20);
    run(() -> {
      List<LoopFuture<Boolean>> jobs = IntStream.range(0, 20)
          .mapToObj(i -> loop.runInExecutor(null, () -> {
            allRun.countDown();
            return allRun.await(patience().toNanos(), TimeUnit.NANOSECONDS);
          }))
          .toList();
      assertFalse(gather(jobs).await().contains(false));
    });
  }

  @Test
  void anExecutorThatRunsAtOnceCompletesTheFutureByWayOfTheLoop() throws Exception {
    run(() -> {
      Thread here = Thread.currentThread();
      LoopFuture<Thread> job = loop.runInExecutor(Runnable::run, Thread::currentThread);
      assertFalse(job.done());
      assertSame(here, job.await());
    });
  }

  @Test
  void aLoopIsAnExecutorToo() throws Exception {
    run(() -> {
      Thread here = Thread.currentThread();
      assertNotSame(here, loop.runInExecutor(loop, Thread::currentThread).await());
      assertTrue(loop.runInExecutor(loop, () -> loop.callSoon(() -> {}) != null).await());
    });
  }

  // ---- how a job ends

  @Test
  void theResultMayBeNull() throws Exception {
    assertNull(run(() -> toThread(() -> (@Nullable Object) null)));
  }

  @Test
  void whatAJobThrowsIsWhatAwaitThrows() throws Exception {
    for (Throwable thrown : List.of(
        new IOException("x"),
        new AssertionError("x"),
        new ExecutionException(new IOException("inside")),
        new InterruptedException("x"))) {
      run(() ->
          assertSame(thrown, assertThrows(Throwable.class, () -> toThread(() -> raise(thrown)))));
    }
  }

  @Test
  void aJobThatThrowsACancellationIsACancelledFuture() throws Exception {
    run(() -> {
      LoopFuture<Object> job =
          loop.runInExecutor(null, () -> raise(new CancellationException("by itself")));
      CancellationException thrown = assertThrows(CancellationException.class, job::await);
      assertEquals("by itself", thrown.getMessage());
      assertTrue(job.cancelled());
    });
  }

  @Test
  void cancellingKeepsAJobThatWaitsFromRunning() throws Exception {
    run(() -> {
      LoopFuture<Boolean> job = loop.runInExecutor(queued::add, () -> ran.add("job"));
      job.cancel();
      sleep(Duration.ZERO);
      queued.remove().run();
      assertEquals(List.of(), ran);
      assertTrue(job.cancelled());
    });
  }

  @Test
  void cancellingDoesNotInterruptAJobThatRuns() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    CompletableFuture<String> ended = new CompletableFuture<>();
    CountDownLatch runs = new CountDownLatch(1);
    run(() -> {
      Task<?> task = createTask(() -> toThread(() -> {
        runs.countDown();
        boolean released = mayEnd.await(patience().toNanos(), TimeUnit.NANOSECONDS);
        ended.complete(released ? "released" : "not released");
      }));
      await("the job", () -> runs.getCount() == 0);
      task.cancel();
      assertThrows(CancellationException.class, task::await);
      assertFalse(ended.isDone());
      mayEnd.countDown();
      await("the job's end", ended::isDone);
      assertEquals("released", ended.join());
    });
  }

  @Test
  void whatEndsAfterTheCancellationIsDropped() throws Exception {
    run(() -> {
      LoopFuture<Boolean> job = loop.runInExecutor(queued::add, () -> ran.add("job"));
      queued.remove().run();
      job.cancel();
      settle();
      assertEquals(List.of("job"), ran);
      assertTrue(job.cancelled());
    });
  }

  @Test
  void whatEndsAfterTheCloseIsDropped() {
    LoopFuture<Boolean> job = loop.runInExecutor(queued::add, () -> ran.add("job"));
    loop.close();
    queued.remove().run();
    assertEquals(List.of("job"), ran);
    assertFalse(job.done());
  }

  @Test
  void manyThreadsCompleteManyFutures() throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(4, pooled())) {
      run(() -> {
        List<LoopFuture<Integer>> jobs = IntStream.range(0, 2000)
            .mapToObj(i -> loop.runInExecutor(pool, () -> i))
            .toList();
        assertEquals(IntStream.range(0, 2000).boxed().toList(), gather(jobs).await());
      });
    }
  }

  private static java.util.concurrent.ThreadFactory pooled() {
    return Thread.ofPlatform().name("tck-pool-", 0).factory();
  }

  @Test
  void anExecutorMayRefuse() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(1, pooled());
    pool.shutdown();
    run(() ->
        assertThrows(RejectedExecutionException.class, () -> loop.runInExecutor(pool, () -> 0)));
  }

  // ---- toThread

  @Test
  void toThreadRunsInACopyOfTheCallersContext() throws Exception {
    ContextVar<String> variable = ContextVar.of("variable");
    run(() -> {
      variable.set("the task's");
      toThread(() -> {
        ran.add(variable.get());
        variable.set("the job's");
      });
      assertEquals("the task's", variable.get());
      assertEquals("none", loop.runInExecutor(null, () -> variable.get("none")).await());
    });
    assertEquals(List.of("the task's"), ran);
  }

  @Test
  void toThreadWaitsInATaskOnly() throws Exception {
    LoopFuture<IllegalStateException> refused = loop.createFuture();
    loop.callSoon(() -> refused.setResult(
        assertThrows(IllegalStateException.class, () -> toThread(() -> ran.add("job")))));
    assertTrue(nonNull(run(refused).getMessage()).contains("callback"));
    assertEquals(List.of(), ran);
  }

  @Test
  void nullIsRefused() throws Exception {
    run(() -> {
      assertThrows(NullPointerException.class, () -> loop.runInExecutor(null, none()));
      assertThrows(NullPointerException.class, () -> loop.setDefaultExecutor(none()));
      assertThrows(NullPointerException.class, () -> loop.execute(none()));
    });
  }

  // ---- the default executor

  @Test
  void whatIsSetRunsTheJobs() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(1, pooled());
    loop.setDefaultExecutor(pool);
    run(() -> {
      Awaitable<String> name = () -> toThread(() -> Thread.currentThread().getName());
      assertTrue(name.await().startsWith("tck-pool-"));
      assertTrue(loop.runInExecutor(null, () -> Thread.currentThread().getName())
          .await()
          .startsWith("tck-pool-"));
    });
    assertFalse(pool.isShutdown());
    loop.close();
    assertTrue(pool.isShutdown());
  }

  @Test
  void shutdownWaitsForTheJobs() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    run(() -> {
      LoopFuture<Boolean> job =
          loop.runInExecutor(null, () -> mayEnd.await(patience().toNanos(), TimeUnit.NANOSECONDS));
      Task<?> shutdown = createTask(() -> {
        loop.shutdownDefaultExecutor(null);
        ran.add("shut down");
      });
      settle();
      assertEquals(List.of(), ran);
      mayEnd.countDown();
      shutdown.await();
      await("the job", job::done);
      assertTrue(job.result());
    });
  }

  @Test
  void afterShutdownTheDefaultExecutorIsRefused() throws Exception {
    run(() -> {
      loop.shutdownDefaultExecutor(null); // there is none yet
      IllegalStateException refused =
          assertThrows(IllegalStateException.class, () -> loop.runInExecutor(null, () -> 0));
      assertTrue(nonNull(refused.getMessage()).contains("shutdownDefaultExecutor"));
      assertThrows(IllegalStateException.class, () -> toThread(() -> ran.add("job")));
      assertEquals(1, loop.runInExecutor(Runnable::run, () -> 1).await());
      loop.shutdownDefaultExecutor(null);
    });
  }

  @Test
  void shutdownGivesUpAfterItsLimitWithAWarning() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    try (LogCapture log = new LogCapture()) {
      run(() -> {
        LoopFuture<Boolean> job = loop.runInExecutor(
            null, () -> mayEnd.await(patience().toNanos(), TimeUnit.NANOSECONDS));
        loop.shutdownDefaultExecutor(Duration.ofMillis(1));
        log.take("did not end within PT0.001S");
        assertFalse(job.done());
        mayEnd.countDown();
        assertTrue(job.await());
      });
      log.assertNoneLeft();
    }
  }

  @Test
  void shutdownInTimeWarnsOfNothingAndLeavesNoTimer() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(tck().backend()));
    try (LogCapture log = new LogCapture()) {
      run(() -> {
        assertEquals(1, toThread(() -> 1));
        loop.shutdownDefaultExecutor(LONG);
      });
      log.assertNoneLeft();
    }
    thread(() -> {
      backend.awaitEndlessWait(patience().toNanos());
      loop.callSoonThreadsafe(loop::stop);
    });
    loop.runForever();
  }

  @Test
  void shutdownCanBeCancelled() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    run(() -> {
      LoopFuture<Boolean> job =
          loop.runInExecutor(null, () -> mayEnd.await(patience().toNanos(), TimeUnit.NANOSECONDS));
      Task<?> shutdown = createTask(() -> loop.shutdownDefaultExecutor(null));
      sleep(Duration.ZERO);
      shutdown.cancel();
      assertThrows(CancellationException.class, shutdown::await);
      mayEnd.countDown();
      assertTrue(job.await());
    });
  }

  @Test
  void shutdownOutsideATaskIsRefused() {
    assertThrows(IllegalStateException.class, () -> loop.shutdownDefaultExecutor(null));
  }

  @Test
  void closeDoesNotWaitForJobs() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    CompletableFuture<Boolean> released = new CompletableFuture<>();
    run(() -> {
      CountDownLatch runs = new CountDownLatch(1);
      LoopFuture<Boolean> job = loop.runInExecutor(null, () -> {
        runs.countDown();
        return released.complete(mayEnd.await(patience().toNanos(), TimeUnit.NANOSECONDS));
      });
      await("the job", () -> runs.getCount() == 0);
      assertFalse(job.done());
    });
    loop.close();
    assertFalse(released.isDone());
    mayEnd.countDown();
    assertTrue(released.get(patience().toNanos(), TimeUnit.NANOSECONDS));
  }

  @Test
  void aClosedLoopTakesNoJobs() {
    loop.close();
    assertThrows(IllegalStateException.class, () -> loop.runInExecutor(Runnable::run, () -> 0));
    assertThrows(
        IllegalStateException.class,
        () -> loop.setDefaultExecutor(Executors.newCachedThreadPool()));
  }

  // ---- the loop as an executor

  @Test
  void whatIsExecutedRunsAsACallbackInOrder() throws Exception {
    CountDownLatch allGiven = new CountDownLatch(1);
    thread(() -> {
      for (int i = 0; i < 5; i++) {
        Integer number = i;
        loop.execute(() -> ran.add(number));
      }
      loop.execute(loop::stop);
      allGiven.countDown();
    });
    loop.runForever();
    allGiven.await();
    assertEquals(List.of(0, 1, 2, 3, 4), ran);
  }

  @Test
  void aStageOfTheJdksRunsOnTheLoop() throws Exception {
    CompletableFuture<Boolean> onLoop =
        CompletableFuture.supplyAsync(() -> dev.culebra.Asyncio.getRunningLoop() == loop, loop);
    assertTrue(run(() -> wrapFuture(onLoop).await()));
  }

  @Test
  void whatAnExecutedCommandThrowsIsReported() {
    IllegalStateException thrown = new IllegalStateException("x");
    loop.execute(() -> raise(thrown));
    runOnce();
    assertSame(thrown, reports.take("Exception in callback").exception());
  }

  @Test
  void aClosedLoopRejectsCommands() {
    loop.close();
    assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> {}));
  }
}
