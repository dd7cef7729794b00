// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.ensureFuture;
import static dev.culebra.Asyncio.isFuture;
import static dev.culebra.Asyncio.newEventLoop;
import static dev.culebra.Asyncio.runCoroutineThreadsafe;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.startServer;
import static dev.culebra.Asyncio.wrapFuture;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Asyncio;
import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import dev.culebra.LoopPolicy;
import dev.culebra.Task;
import dev.culebra.TaskFactory;
import dev.culebra.TaskMode;
import dev.culebra.net.Server;
import dev.culebra.net.StreamHandler;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Futures of the JDK's and futures of a loop, chained both ways, and bodies from other threads. */
abstract class InteropContract extends OnLoop {

  private final List<Object> ran = new ArrayList<>();

  // ---- from a stage to a future of the loop

  @Test
  void aStageThatIsDoneCompletesByWayOfTheLoop() throws Exception {
    run(() -> {
      LoopFuture<String> wrapped = wrapFuture(CompletableFuture.completedFuture("x"));
      assertFalse(wrapped.done());
      assertEquals("x", wrapped.await());
      assertEquals("y", wrapFuture(CompletableFuture.completedStage("y")).await());
    });
  }

  @Test
  void aStageThatAnotherThreadCompletesWakesTheLoop() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(tck().backend()));
    CompletableFuture<@Nullable String> stage = new CompletableFuture<>();
    thread(() -> {
      backend.awaitEndlessWait(patience().toNanos());
      stage.complete(null);
    });
    assertNull(run(() -> wrapFuture(stage).await()));
  }

  @Test
  void aFailureIsThrownAsItWas() throws Exception {
    IOException original = new IOException("x");
    CompletableFuture<String> failed = CompletableFuture.failedFuture(original);
    CompletableFuture<String> dependent = failed.thenApply(result -> result + "!");
    CompletableFuture<String> wrappedTwice =
        CompletableFuture.failedFuture(new CompletionException(new ExecutionException(original)));
    Throwable bare = new CompletionException("without a cause", null);
    run(() -> {
      for (CompletableFuture<String> stage : List.of(failed, dependent, wrappedTwice)) {
        assertSame(
            original, assertThrows(IOException.class, () -> wrapFuture(stage).await()));
      }
      CompletableFuture<String> causeless = CompletableFuture.failedFuture(bare);
      assertSame(
          bare,
          assertThrows(CompletionException.class, () -> wrapFuture(causeless).await()));
    });
  }

  @Test
  void aCancelledStageIsACancelledFuture() throws Exception {
    CompletableFuture<String> stage = new CompletableFuture<>();
    CompletableFuture<String> dependent = stage.thenApply(result -> result + "!");
    run(() -> {
      LoopFuture<String> wrapped = wrapFuture(stage);
      LoopFuture<String> wrappedDependent = wrapFuture(dependent);
      stage.cancel(false);
      assertThrows(CancellationException.class, wrapped::await);
      assertTrue(wrapped.cancelled());
      assertThrows(CancellationException.class, wrappedDependent::await);
      assertTrue(wrappedDependent.cancelled());
    });
  }

  @Test
  void cancellingTheFutureCancelsTheStage() throws Exception {
    CompletableFuture<String> stage = new CompletableFuture<>();
    run(() -> {
      Task<String> task = createTask(() -> wrapFuture(stage).await());
      sleep(Duration.ZERO);
      assertFalse(stage.isDone());
      task.cancel();
      assertThrows(CancellationException.class, task::await);
      await("the stage's cancellation", stage::isCancelled);
    });
  }

  @Test
  void aStageThatNobodyMayCompleteIsNotCancelled() throws Exception {
    CompletableFuture<String> stage = new CompletableFuture<>() {
      @Override
      public CompletableFuture<String> toCompletableFuture() {
        throw new UnsupportedOperationException();
      }
    };
    run(() -> {
      LoopFuture<String> wrapped = wrapFuture((CompletionStage<String>) stage);
      wrapped.cancel();
      settle();
      assertFalse(stage.isDone());
      stage.complete("too late");
      settle();
      assertTrue(wrapped.cancelled());
    });
  }

  @Test
  void aStageThatIsDoneAfterTheCloseIsNotHeardOf() throws Exception {
    CompletableFuture<String> stage = new CompletableFuture<>();
    LoopFuture<String> wrapped = run(() -> wrapFuture(stage));
    loop.close();
    assertTrue(stage.complete("x"));
    assertFalse(wrapped.done());
  }

  @Test
  void aStageMayBeDoneWhileTheLoopCloses() throws Exception {
    for (int i = 0; i < 50; i++) {
      EventLoop brief = newLoop(backend());
      CompletableFuture<String> stage = new CompletableFuture<>();
      brief.runUntilComplete(() -> wrapFuture(stage).done());
      CountDownLatch ready = new CountDownLatch(1);
      thread(() -> {
        ready.countDown();
        stage.complete("x");
      });
      ready.await();
      brief.close();
    }
  }

  @Test
  void completionAndCancellationMayRace() throws Exception {
    int count = 300;
    List<CompletableFuture<Integer>> stages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      stages.add(new CompletableFuture<>());
    }
    run(() -> {
      List<LoopFuture<Integer>> wrapped = new ArrayList<>();
      stages.forEach(stage -> wrapped.add(wrapFuture(stage)));
      CountDownLatch ready = new CountDownLatch(2);
      for (int first = 0; first < 2; first++) {
        int from = first;
        thread(() -> {
          ready.countDown();
          for (int i = from; i < count; i += 2) {
            stages.get(i).complete(i);
          }
        });
      }
      await("the threads", () -> ready.getCount() == 0);
      for (int i = count - 1; i >= 0; i--) {
        wrapped.get(i).cancel();
        if (i % 16 == 0) {
          sleep(Duration.ZERO);
        }
      }
      for (int i = 0; i < count; i++) {
        LoopFuture<Integer> each = wrapped.get(i);
        await("an end", each::done);
        assertTrue(each.cancelled() || each.result() == i);
        await("the stage's end", stages.get(i)::isDone);
      }
    });
  }

  @Test
  void theAnswerOfTheJdksHttpClientCanBeAwaited() throws Exception {
    StreamHandler hello = (reader, writer) -> {
      reader.readUntil("\r\n\r\n".getBytes(US_ASCII));
      writer.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
          .getBytes(US_ASCII));
      writer.close();
    };
    try (HttpClient client = HttpClient.newHttpClient()) {
      run(() -> {
        try (Server server = startServer(hello, HOST, 0)) {
          HttpRequest request = HttpRequest.newBuilder(
                  URI.create("http://" + HOST + ":" + port(server) + "/"))
              .build();
          HttpResponse<String> response = wrapFuture(
                  client.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
              .await();
          assertEquals("hello", response.body());
        }
      });
    }
  }

  // ---- from a future of the JDK's

  @Test
  void aFutureThatIsNoStageIsAwaitedInAThread() throws Exception {
    FutureTask<String> future = new FutureTask<>(() -> "x");
    run(() -> {
      LoopFuture<String> wrapped = wrapFuture(future);
      settle();
      assertFalse(wrapped.done());
      future.run();
      assertEquals("x", wrapped.await());
    });
  }

  @Test
  void aFutureThatIsDoneNeedsNoThread() throws Exception {
    IOException original = new IOException("x");
    FutureTask<String> succeeded = new FutureTask<>(() -> "x");
    FutureTask<String> failed = new FutureTask<>(() -> raise(original));
    FutureTask<String> cancelled = new FutureTask<>(() -> "never");
    succeeded.run();
    failed.run();
    cancelled.cancel(false);
    run(() -> {
      loop.shutdownDefaultExecutor(null);
      LoopFuture<String> wrapped = wrapFuture(succeeded);
      assertFalse(wrapped.done());
      assertEquals("x", wrapped.await());
      assertSame(
          original, assertThrows(IOException.class, () -> wrapFuture(failed).await()));
      assertThrows(CancellationException.class, () -> wrapFuture(cancelled).await());
    });
  }

  @Test
  void aFuturesFailureIsThrownAsItWas() throws Exception {
    IOException original = new IOException("x");
    FutureTask<String> future = new FutureTask<>(() -> raise(original));
    run(() -> {
      LoopFuture<String> wrapped = wrapFuture(future);
      future.run();
      assertSame(original, assertThrows(IOException.class, wrapped::await));
    });
  }

  @Test
  void cancellingReachesTheFutureBothWays() throws Exception {
    FutureTask<String> cancelled = new FutureTask<>(() -> "never");
    FutureTask<String> toCancel = new FutureTask<>(() -> "never");
    run(() -> {
      LoopFuture<String> wrapped = wrapFuture(cancelled);
      cancelled.cancel(false);
      assertThrows(CancellationException.class, wrapped::await);
      assertTrue(wrapped.cancelled());
      wrapFuture(toCancel).cancel();
      await("the future's cancellation", toCancel::isCancelled);
      loop.shutdownDefaultExecutor(null); // no thread waits for either any more
    });
  }

  @Test
  void aStageGivenAsAFutureNeedsNoThread() throws Exception {
    CompletableFuture<String> stage = new CompletableFuture<>();
    run(() -> {
      loop.shutdownDefaultExecutor(null);
      LoopFuture<String> wrapped = wrapFuture((Future<String>) stage);
      stage.complete("x");
      assertEquals("x", wrapped.await());
    });
  }

  // ---- from a future of the loop to the JDK's

  @Test
  void anotherThreadWaitsForAFutureOfTheLoop() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    CompletableFuture<String> shown = future.toCompletableFuture();
    loop.callLater(Duration.ofMillis(1), () -> future.setResult("x"));
    assertEquals("x", run(() -> aside(() -> shown.get()).await()));
  }

  @Test
  void aTasksFailureIsTheCause() throws Exception {
    IOException original = new IOException("x");
    CompletableFuture<Object> shown = run(() -> {
      Task<Object> task = createTask(() -> raise(original));
      CompletableFuture<Object> future = task.toCompletableFuture();
      await("the task's end", future::isDone);
      return future;
    });
    assertSame(original, assertThrows(ExecutionException.class, shown::get).getCause());
  }

  @Test
  void whatIsDoneIsDoneAtOnce() throws Exception {
    LoopFuture<String> succeeded = loop.createFuture();
    succeeded.setResult("x");
    LoopFuture<String> cancelled = loop.createFuture();
    cancelled.cancel();
    loop.close();
    assertEquals("x", succeeded.toCompletableFuture().getNow("not yet"));
    assertTrue(cancelled.toCompletableFuture().isCancelled());
  }

  @Test
  void cancellingFromAnotherThreadCancelsTheTask() throws Exception {
    Task<?> task = loop.createTask(() -> {
      try {
        sleep(LONG);
      } catch (CancellationException e) {
        ran.add("cleaned up");
        throw e;
      }
    });
    CompletableFuture<?> shown = task.toCompletableFuture();
    run(() -> {
      sleep(Duration.ZERO);
      thread(() -> assertTrue(shown.cancel(false)));
      assertThrows(CancellationException.class, task::await);
    });
    assertEquals(List.of("cleaned up"), ran);
    assertTrue(task.cancelled());
  }

  @Test
  void aCancelledFutureIsShownAsCancelled() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    CompletableFuture<String> shown = future.toCompletableFuture();
    future.cancel();
    runOnce();
    assertTrue(shown.isCancelled());
  }

  @Test
  void completingWhatIsShownDoesNotCompleteTheFuture() {
    LoopFuture<String> future = loop.createFuture();
    CompletableFuture<String> shown = future.toCompletableFuture();
    assertTrue(shown.complete("mine"));
    assertFalse(shown.cancel(false));
    runOnce();
    assertFalse(future.done());
    future.setResult("theirs");
    runOnce();
    assertEquals("mine", shown.join());
  }

  @Test
  void theCloseLeavesNobodyWaiting() throws Exception {
    CompletableFuture<Object> shown = loop.createFuture().toCompletableFuture();
    Thread waiting = thread(() -> assertThrows(CancellationException.class, () -> shown.get()));
    awaitAside("the wait", () -> waiting.getState() == Thread.State.WAITING);
    loop.close();
    assertTrue(shown.isCancelled());
    assertTrue(loop.createFuture().toCompletableFuture().isCancelled());
  }

  @Test
  void whatIsDoneWhenTheLoopClosesIsShownAsItEnded() {
    LoopFuture<String> future = loop.createFuture();
    CompletableFuture<String> shown = future.toCompletableFuture();
    future.setResult("x");
    loop.close();
    assertEquals("x", shown.join());
  }

  @Test
  void aCallbackMayNotWaitForItsOwnLoop() throws Exception {
    CompletableFuture<Object> shown = loop.createFuture().toCompletableFuture();
    loop.callSoon(() -> {
      assertThrows(IllegalStateException.class, shown::get);
      assertThrows(IllegalStateException.class, shown::join);
      assertThrows(IllegalStateException.class, () -> shown.get(1, TimeUnit.HOURS));
      ran.add("refused");
    });
    runOnce();
    assertEquals(List.of("refused"), ran);
  }

  @Test
  void aTaskMayWaitForItsOwnLoopOnlyIfTheLoopGoesOn() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      CompletableFuture<String> shown = future.toCompletableFuture();
      loop.callLater(Duration.ofMillis(1), () -> future.setResult("x"));
      if (loop.taskMode() == TaskMode.CARRIED) {
        assertEquals("x", shown.get());
      } else {
        assertThrows(IllegalStateException.class, shown::get);
        assertEquals("x", future.await());
      }
    });
  }

  // ---- bodies from other threads

  @Test
  void aBodyFromAnotherThreadRunsAsATask() throws Exception {
    String result = run(() -> aside(() ->
            runCoroutineThreadsafe(() -> sleep(Duration.ofMillis(1), "x"), loop).get())
        .await());
    assertEquals("x", result);
  }

  @Test
  void manyThreadsGiveBodies() throws Exception {
    AtomicInteger sum = new AtomicInteger();
    AtomicInteger left = new AtomicInteger(4);
    for (int i = 0; i < 4; i++) {
      thread(() -> {
        for (int j = 0; j < 200; j++) {
          sum.addAndGet(
              runCoroutineThreadsafe(() -> sleep(Duration.ZERO, 1), loop).get());
        }
        if (left.decrementAndGet() == 0) {
          loop.callSoonThreadsafe(loop::stop);
        }
      });
    }
    loop.runForever();
    assertEquals(800, sum.get());
  }

  @Test
  void aBodysFailureIsTheCause() throws Exception {
    IOException original = new IOException("x");
    CompletableFuture<Object> given = runCoroutineThreadsafe(() -> raise(original), loop);
    run(() -> await("its end", given::isDone));
    assertSame(original, assertThrows(ExecutionException.class, given::get).getCause());
  }

  @Test
  void cancellingWhatWasGivenCancelsItsTask() throws Exception {
    CompletableFuture<Object> given = runCoroutineThreadsafe(
        () -> {
          ran.add("started");
          try {
            return sleep(LONG, "never");
          } finally {
            ran.add("cleaned up");
          }
        },
        loop);
    run(() -> {
      await("its start", () -> ran.size() == 1);
      thread(() -> given.cancel(true));
      await("its end", () -> ran.size() == 2);
    });
    assertEquals(List.of("started", "cleaned up"), ran);
    assertTrue(given.isCancelled());
  }

  @Test
  void whatIsCancelledBeforeItsStartNeverStarts() {
    loop.setTaskFactory(TaskFactory.EAGER); // it would start before its cancellation arrives
    CompletableFuture<Boolean> given = runCoroutineThreadsafe(() -> ran.add("started"), loop);
    assertTrue(given.cancel(false));
    runOnce();
    runOnce();
    assertEquals(List.of(), ran);
  }

  @Test
  void aTaskThatCannotBeMadeIsTheFuturesFailure() throws Exception {
    EventLoop other = newLoop(backend());
    CompletableFuture<Object> given = runCoroutineThreadsafe(other.createFuture(), loop);
    runOnce();
    Throwable cause = assertThrows(ExecutionException.class, given::get).getCause();
    assertInstanceOf(IllegalArgumentException.class, cause);
    assertSame(cause, reports.take("Exception in callback").exception());
  }

  @Test
  void aFutureOfThatLoopCanBeGivenToo() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    CompletableFuture<String> given = runCoroutineThreadsafe(future, loop);
    loop.callSoon(() -> future.setResult("x"));
    run(() -> await("its end", given::isDone));
    assertEquals("x", given.join());
  }

  @Test
  void aLoopThatClosesCancelsWhatItWasGiven() {
    CompletableFuture<Boolean> given = runCoroutineThreadsafe(() -> ran.add("started"), loop);
    loop.close();
    assertTrue(given.isCancelled());
    assertEquals(List.of(), ran);
    assertThrows(
        IllegalStateException.class, () -> runCoroutineThreadsafe(() -> ran.add("no"), loop));
  }

  @Test
  void aLoopThatClosesLeavesNobodyWaiting() throws Exception {
    for (int i = 0; i < 50; i++) {
      EventLoop brief = newLoop(backend());
      CountDownLatch ready = new CountDownLatch(1);
      Thread giver = thread(() -> {
        ready.countDown();
        for (int j = 0; j < 100; j++) {
          CompletableFuture<Integer> given;
          try {
            given = runCoroutineThreadsafe(() -> 1, brief);
          } catch (IllegalStateException e) {
            break; // closed
          }
          try {
            given.get();
          } catch (CancellationException e) {
            // closed meanwhile
          }
        }
      });
      ready.await();
      brief.close();
      giver.join(patience());
      assertFalse(giver.isAlive(), "missing: the end of a wait");
    }
  }

  @Test
  void nullIsRefused() {
    assertThrows(NullPointerException.class, () -> runCoroutineThreadsafe(none(), loop));
    assertThrows(NullPointerException.class, () -> runCoroutineThreadsafe(() -> 0, none()));
  }

  // ---- the small ones

  @Test
  void ensureFutureMakesATaskOfABodyOnly() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      assertSame(future, ensureFuture(future));
      LoopFuture<String> ensured = ensureFuture(() -> "x");
      assertInstanceOf(Task.class, ensured);
      assertEquals("x", ensured.await());
      assertSame(ensured, ensureFuture(ensured));
    });
  }

  @Test
  void onlyFuturesOfALoopAreFutures() {
    assertTrue(isFuture(loop.createFuture()));
    assertFalse(isFuture(new CompletableFuture<String>()));
    assertFalse(isFuture(null));
  }

  @Test
  void newEventLoopFollowsThePolicy() {
    LoopPolicy.set(this::backend);
    try (EventLoop made = newEventLoop()) {
      assertEquals(loop.backend(), made.backend());
      assertNotSame(loop, made);
    } finally {
      LoopPolicy.set(null);
    }
    assertThrows(IllegalStateException.class, Asyncio::getRunningLoop);
  }

  @Test
  void aFutureThatNobodyCompletesHoldsNoJobOfTheDefaultExecutor() throws Exception {
    FutureTask<String> never = new FutureTask<>(() -> "never");
    run(() -> {
      LoopFuture<String> waiting = wrapFuture(never);
      loop.shutdownDefaultExecutor(null);
      assertFalse(waiting.done());
      waiting.cancel();
      settle();
      assertTrue(never.isCancelled());
    });
  }
}
