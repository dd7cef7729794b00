// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Task;
import dev.culebra.sync.AsyncQueue;
import dev.culebra.sync.QueueShutDownException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Joining queues and shutting them down. */
abstract class QueueWorkContract extends SyncOnLoop {

  private final AsyncQueue<String> queue = new AsyncQueue<>();

  /** Holds one item. */
  private final AsyncQueue<String> one = new AsyncQueue<>(1);

  /** A task that notes whether it ends because the queue is shut down. */
  private Task<@Nullable Void> told(String name, Runnable body) {
    return parked(name, () -> {
      try {
        body.run();
      } catch (QueueShutDownException e) {
        ran.add(name + ":shut down");
      }
    });
  }

  // join and taskDone

  @Test
  void joinDoesNotWaitIfNothingWasPut() throws Exception {
    run(() -> {
      loop.callSoon(() -> ran.add("callback"));
      queue.join();
      assertRan();
    });
  }

  @Test
  void joinWaitsUntilEveryItemIsDone() throws Exception {
    run(() -> {
      queue.put("a");
      queue.put("b");
      Task<?> joiner = parked("joiner", queue::join);
      queue.get();
      queue.get();
      ticks(3);
      assertFalse(joiner.done(), "got is not done");
      queue.taskDone();
      ticks(3);
      assertFalse(joiner.done());
      queue.taskDone();
      assertRan();
      ticks(1);
      assertRan("joiner");
      queue.join();
      assertEquals("AsyncQueue[maxsize:0, qsize:0]", queue.toString());
    });
  }

  @Test
  void allWhoJoinAreWokenInTheOrderTheyCame() throws Exception {
    run(() -> {
      queue.put("a");
      parked("first", queue::join);
      parked("second", queue::join);
      queue.taskDone();
      ticks(1);
      assertRan("first", "second");
    });
  }

  @Test
  void whoWasWokenReturnsThoughMoreWasPutMeanwhile() throws Exception {
    run(() -> {
      queue.put("a");
      Task<?> joiner = parked("joiner", queue::join);
      queue.taskDone();
      queue.put("b");
      joiner.await();
    });
  }

  @Test
  void aJoinerCancelledAfterItWasWokenIsCancelledAndTheOthersAreNot() throws Exception {
    run(() -> {
      queue.put("a");
      Task<?> first = parked("first", queue::join);
      parked("second", queue::join);
      queue.taskDone();
      assertTrue(first.cancel());
      ticks(1);
      assertRan("first cancelled", "second");
    });
  }

  @Test
  void workersThatShareAQueueFinishIt() throws Exception {
    List<Task<?>> workers = new ArrayList<>();
    List<Integer> done = new ArrayList<>();
    AsyncQueue<Integer> work = new AsyncQueue<>(5);
    run(() -> {
      for (int i = 0; i < 3; i++) {
        workers.add(start("worker", () -> {
          while (true) {
            int item = work.get();
            ticks(item % 3);
            done.add(item);
            work.taskDone();
          }
        }));
      }
      for (int i = 0; i < 100; i++) {
        work.put(i);
      }
      work.join();
      assertEquals(100, done.size());
      for (Task<?> worker : workers) {
        worker.cancel();
        assertCancelled(worker);
      }
      assertEquals("AsyncQueue[maxsize:5, qsize:0]", work.toString());
    });
  }

  @Test
  void taskDoneTooOftenIsRefused() {
    assertRefused(IllegalStateException.class, "too many times", queue::taskDone);
    queue.putNoWait("a");
    queue.taskDone();
    assertRefused(IllegalStateException.class, "too many times", queue::taskDone);
  }

  // shutdown

  @Test
  void nothingMoreIsPutOnAQueueThatIsShutDown() throws Exception {
    run(() -> {
      queue.put("a");
      queue.shutdown();
      assertRefused(QueueShutDownException.class, "no more items", () -> queue.put("b"));
      assertRefused(QueueShutDownException.class, "no more items", () -> queue.putNoWait("b"));
      one.put("a");
      one.shutdown();
      assertRefused(QueueShutDownException.class, "no more items", () -> one.put("b"));
      assertRefused(QueueShutDownException.class, "no more items", () -> one.putNoWait("b"));
    });
  }

  @Test
  void whatIsLeftCanStillBeGotAndThenGetIsRefused() throws Exception {
    run(() -> {
      queue.put("a");
      queue.put("b");
      queue.shutdown();
      assertEquals("a", queue.get());
      assertEquals("b", queue.getNoWait());
      assertRefused(QueueShutDownException.class, "no more items", queue::get);
      assertRefused(QueueShutDownException.class, "no more items", queue::getNoWait);
      Task<?> joiner = parked("joiner", queue::join);
      queue.taskDone();
      queue.taskDone();
      joiner.await();
    });
  }

  @Test
  void allWhoWaitToGetAreTold() throws Exception {
    run(() -> {
      told("a", queue::get);
      told("b", queue::get);
      queue.shutdown();
      ticks(1);
      assertRan("a:shut down", "a", "b:shut down", "b");
      assertEquals("AsyncQueue[maxsize:0, qsize:0, shutdown]", queue.toString());
    });
  }

  @Test
  void allWhoWaitToPutAreTold() throws Exception {
    one.putNoWait("first");
    run(() -> {
      told("a", () -> one.put("a"));
      told("b", () -> one.put("b"));
      one.shutdown();
      ticks(1);
      assertRan("a:shut down", "a", "b:shut down", "b");
      assertEquals("first", one.get());
      assertTrue(one.empty());
    });
  }

  @Test
  void aGetterThatWasWokenBeforeStillGetsItsItem() throws Exception {
    run(() -> {
      Task<?> getter = parked("getter", () -> ran.add(queue.get()));
      queue.put("a");
      queue.shutdown();
      getter.await();
      assertRan("a", "getter");
    });
  }

  @Test
  void aPutterThatWasWokenBeforeIsToldAllTheSame() throws Exception {
    one.putNoWait("first");
    run(() -> {
      Task<?> putter = told("a", () -> one.put("a"));
      one.get();
      one.shutdown();
      putter.await();
      assertRan("a:shut down", "a");
      assertTrue(one.empty());
    });
  }

  @Test
  void aWaiterCancelledAfterAShutdownIsCancelled() throws Exception {
    run(() -> {
      Task<?> a = told("a", queue::get);
      told("b", queue::get);
      queue.shutdown();
      assertTrue(a.cancel());
      ticks(1);
      assertRan("a cancelled", "b:shut down", "b");
    });
  }

  @Test
  void anImmediateShutdownDropsWhatIsLeftAndCountsItAsDone() throws Exception {
    run(() -> {
      queue.put("a");
      queue.put("b");
      Task<?> joiner = parked("joiner", queue::join);
      queue.shutdown(true);
      assertTrue(queue.empty());
      assertThrows(QueueShutDownException.class, queue::get);
      joiner.await();
      assertRefused(IllegalStateException.class, "too many times", queue::taskDone);
      assertEquals("AsyncQueue[maxsize:0, qsize:0, shutdown]", queue.toString());
    });
  }

  @Test
  void anImmediateShutdownStillWaitsForItemsThatWereGot() throws Exception {
    run(() -> {
      queue.put("a");
      queue.put("b");
      queue.get();
      Task<?> joiner = parked("joiner", queue::join);
      queue.shutdown(true);
      ticks(3);
      assertFalse(joiner.done());
      queue.taskDone();
      joiner.await();
    });
  }

  @Test
  void anImmediateShutdownDoesNotCountTwiceWhatWasDoneBeforeItWasGot() throws Exception {
    run(() -> {
      queue.put("a");
      queue.taskDone();
      queue.shutdown(true);
      queue.join();
      assertRefused(IllegalStateException.class, "too many times", queue::taskDone);
      assertEquals("AsyncQueue[maxsize:0, qsize:0, shutdown]", queue.toString());
    });
  }

  @Test
  void anImmediateShutdownTellsAllWhoWait() throws Exception {
    one.putNoWait("first");
    run(() -> {
      told("putter", () -> one.put("a"));
      parked("joiner", one::join);
      told("getter", queue::get);
      one.shutdown(true);
      queue.shutdown(true);
      ticks(1);
      assertRan("joiner", "putter:shut down", "putter", "getter:shut down", "getter");
    });
  }

  @Test
  void aGetterThatWasWokenBeforeAnImmediateShutdownIsTold() throws Exception {
    run(() -> {
      Task<?> getter = told("a", queue::get);
      queue.put("x");
      queue.shutdown(true);
      getter.await();
      assertRan("a:shut down", "a");
      queue.join();
    });
  }

  @Test
  void shuttingDownAgainIsLikeOnceAndMayBeImmediateThen() throws Exception {
    run(() -> {
      queue.put("a");
      queue.shutdown();
      queue.shutdown();
      assertEquals(1, queue.qsize());
      queue.shutdown(true);
      assertTrue(queue.empty());
      queue.join();
    });
  }
}
