// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.gather;
import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Awaitable;
import dev.culebra.InvalidStateException;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Futures: their states, those who wait for them, and who may. */
abstract class FutureContract extends OnLoop {

  private final List<Object> ran = new ArrayList<>();

  // States

  @Test
  void aNewFutureIsPending() {
    LoopFuture<String> future = loop.createFuture();
    assertFalse(future.done());
    assertFalse(future.cancelled());
    assertThrows(InvalidStateException.class, future::result);
    assertThrows(InvalidStateException.class, future::exception);
    assertSame(loop, future.getLoop());
  }

  @Test
  void aResultMakesItDone() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    future.setResult("x");
    assertTrue(future.done());
    assertFalse(future.cancelled());
    assertEquals("x", future.result());
    assertNull(future.exception());
  }

  @Test
  void nullIsAResult() throws Exception {
    LoopFuture<@Nullable String> future = loop.createFuture();
    future.setResult(null);
    assertTrue(future.done());
    assertNull(future.result());
    run(() -> assertNull(future.await()));
  }

  @Test
  void anExceptionMakesItDone() {
    LoopFuture<String> future = loop.createFuture();
    IOException failure = new IOException("planted");
    future.setException(failure);
    assertTrue(future.done());
    assertFalse(future.cancelled());
    assertSame(failure, future.exception());
    assertSame(failure, assertThrows(IOException.class, future::result));
  }

  @Test
  void cancelMakesItDoneAndCancelled() {
    LoopFuture<String> future = loop.createFuture();
    assertTrue(future.cancel("enough"));
    assertTrue(future.done());
    assertTrue(future.cancelled());
    assertEquals(
        "enough", assertThrows(CancellationException.class, future::result).getMessage());
    assertThrows(CancellationException.class, future::exception);
  }

  @Test
  void whatIsDoneStaysAsItIs() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    future.setResult("x");
    assertThrows(InvalidStateException.class, () -> future.setResult("y"));
    assertThrows(
        InvalidStateException.class, () -> future.setException(new IOException("planted")));
    assertFalse(future.cancel());
    assertEquals("x", future.result());
    LoopFuture<String> cancelled = loop.createFuture();
    assertTrue(cancelled.cancel());
    assertFalse(cancelled.cancel());
    assertThrows(InvalidStateException.class, () -> cancelled.setResult("y"));
  }

  @Test
  void noExceptionIsNoException() {
    LoopFuture<String> future = loop.createFuture();
    assertThrows(NullPointerException.class, () -> future.setException(none()));
    assertFalse(future.done());
  }

  // Failures that nobody looks at

  @Test
  void aFailureThatNobodyLooksAtIsReportedWhenItsFutureIsGone() throws Exception {
    IOException ofFuture = new IOException("planted");
    IOException ofTask = new IOException("planted too");
    run(() -> {
      loop.createFuture().setException(ofFuture);
      loop.createTask(() -> raise(ofTask));
      settle();
      awaitCollected(2);
    });
    assertSame(ofFuture, reports.take("Future exception was never retrieved").exception());
    assertSame(ofTask, reports.take("Task exception was never retrieved").exception());
  }

  @Test
  void aFailureThatWasLookedAtIsNotReported() throws Exception {
    run(() -> {
      IOException failure = new IOException("planted, and looked at");
      LoopFuture<String> future = loop.createFuture();
      future.setException(failure);
      assertThrows(IOException.class, future::result);
      LoopFuture<String> another = loop.createFuture();
      another.setException(failure);
      assertSame(failure, another.exception());
      assertThrows(IOException.class, loop.<String>createTask(() -> raise(failure))::await);
      LoopFuture<?> all = gather(List.<Awaitable<String>>of(
          () -> raise(failure), () -> raise(new IOException("gather looks at all of them"))));
      assertThrows(IOException.class, all::await);
      LoopFuture<String> cancelled = loop.createFuture();
      cancelled.cancel();
      settle();
    });
    run(() -> {
      loop.createFuture().setException(new IOException("planted last"));
      awaitCollected(1);
    });
    assertEquals(
        "planted last", nonNull(reports.take("never retrieved").exception()).getMessage());
  }

  /** Has the garbage collected until so many reports have come. */
  private void awaitCollected(int count) {
    await("reports of what was collected", () -> {
      System.gc();
      return reports.count() >= count;
    });
  }

  // Callbacks

  @Test
  void doneCallbacksAreCalledByTheLoopInTheirOrder() {
    LoopFuture<String> future = loop.createFuture();
    future.addDoneCallback(done -> ran.add("a"));
    future.addDoneCallback(done -> {
      assertSame(future, done);
      ran.add("b");
    });
    future.setResult("x");
    assertEquals(List.of(), ran);
    runOnce();
    assertEquals(List.of("a", "b"), ran);
  }

  @Test
  void aCallbackOfADoneFutureIsCalledByTheLoopToo() {
    LoopFuture<String> future = loop.createFuture();
    future.setResult("x");
    loop.callSoon(() -> {
      future.addDoneCallback(done -> ran.add("b"));
      ran.add("a");
    });
    runOnce();
    assertEquals(List.of("a"), ran);
    runOnce();
    assertEquals(List.of("a", "b"), ran);
  }

  @Test
  void callbacksAreCalledHoweverItEnds() {
    LoopFuture<String> failed = loop.createFuture();
    LoopFuture<String> cancelled = loop.createFuture();
    failed.addDoneCallback(done -> ran.add(nonNull(done.exception()).getMessage()));
    cancelled.addDoneCallback(done -> ran.add(done.cancelled()));
    failed.setException(new IOException("planted"));
    cancelled.cancel();
    runOnce();
    assertEquals(List.of("planted", true), ran);
  }

  @Test
  void removeDoneCallbackDropsAllThatAreEqualAndCountsThem() {
    LoopFuture<String> future = loop.createFuture();
    Consumer<LoopFuture<String>> dropped = done -> ran.add("dropped");
    Consumer<LoopFuture<String>> kept = done -> ran.add("kept");
    assertEquals(0, future.removeDoneCallback(dropped));
    future.addDoneCallback(dropped);
    assertEquals(1, future.removeDoneCallback(dropped));
    future.addDoneCallback(dropped);
    future.addDoneCallback(kept);
    future.addDoneCallback(dropped);
    assertEquals(2, future.removeDoneCallback(dropped));
    assertEquals(0, future.removeDoneCallback(dropped));
    future.setResult("x");
    runOnce();
    assertEquals(List.of("kept"), ran);
    assertEquals(0, future.removeDoneCallback(kept));
  }

  @Test
  void aCallbackThatThrowsIsReportedAndTheOthersAreCalled() {
    LoopFuture<String> future = loop.createFuture();
    future.addDoneCallback(done -> raise(new IOException("planted")));
    future.addDoneCallback(done -> ran.add("b"));
    future.setResult("x");
    runOnce();
    assertEquals(List.of("b"), ran);
    reports.take("Exception in callback");
  }

  // Awaiting

  @Test
  void everyoneWhoAwaitsGetsTheResult() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    run(() -> {
      List<Task<?>> tasks = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Integer number = i;
        tasks.add(loop.createTask(() -> ran.add(number + future.await())));
      }
      sleep(Duration.ZERO);
      future.setResult("x");
      for (Task<?> task : tasks) {
        task.await();
      }
    });
    assertEquals(List.of("0x", "1x", "2x"), ran);
  }

  @Test
  void awaitThrowsTheVeryExceptionToEveryone() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    IOException failure = new IOException("planted");
    loop.callLater(Duration.ZERO, () -> future.setException(failure));
    run(() -> {
      assertSame(failure, assertThrows(IOException.class, future::await));
      assertSame(failure, assertThrows(IOException.class, future::await));
    });
  }

  @Test
  void awaitOfADoneFutureReturnsAtOnce() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    future.setResult("x");
    run(() -> {
      loop.callSoon(() -> ran.add("later"));
      assertEquals("x", future.await());
      assertEquals(List.of(), ran);
    });
  }

  @Test
  void whoAwaitsGoesOnInALaterIteration() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    run(() -> {
      loop.createTask(() -> ran.add(future.await()));
      sleep(Duration.ZERO);
      loop.callSoon(() -> ran.add("before"));
      future.setResult("x");
      assertEquals(List.of(), ran);
      sleep(Duration.ZERO);
      assertEquals(List.of("before", "x"), ran);
    });
  }

  @Test
  void callbacksAndTasksAreServedInTheOrderTheyCame() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    run(() -> {
      future.addDoneCallback(done -> ran.add("a"));
      loop.createTask(() -> ran.add("b" + future.await()));
      sleep(Duration.ZERO);
      future.addDoneCallback(done -> ran.add("c"));
      future.setResult("");
      sleep(Duration.ZERO);
    });
    assertEquals(List.of("a", "b", "c"), ran);
  }

  // Who may await

  @Test
  void awaitOutsideALoopThrows() {
    LoopFuture<String> future = loop.createFuture();
    assertThrows(IllegalStateException.class, future::await);
    assertThrows(IllegalStateException.class, () -> sleep(Duration.ZERO));
    future.setResult("x");
  }

  @Test
  void awaitInACallbackThrows() {
    LoopFuture<String> future = loop.createFuture();
    loop.callSoon(() -> ran.add(assertThrows(IllegalStateException.class, future::await)));
    loop.callSoon(
        () -> ran.add(assertThrows(IllegalStateException.class, () -> sleep(Duration.ZERO))));
    runOnce();
    assertEquals(2, ran.size());
  }

  @Test
  void awaitInAnotherThreadThrows() throws Exception {
    LoopFuture<String> future = loop.createFuture();
    run(() -> {
      aside(() -> assertThrows(IllegalStateException.class, future::await)).await();
      aside(() -> assertThrows(IllegalStateException.class, () -> sleep(Duration.ZERO)))
          .await();
    });
  }

  @Test
  void aFutureOfAnotherLoopIsNotAwaited() throws Exception {
    LoopFuture<String> foreign = newLoop(backend()).createFuture();
    run(() -> assertThrows(IllegalStateException.class, foreign::await));
  }

  @Test
  void aTaskDoesNotAwaitItself() throws Exception {
    run(() -> {
      Task<?>[] self = new Task<?>[1];
      self[0] = loop.createTask(() -> assertThrows(IllegalStateException.class, self[0]::await));
      self[0].await();
    });
  }
}
