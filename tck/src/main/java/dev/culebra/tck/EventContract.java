// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Task;
import dev.culebra.sync.AsyncEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Events. */
abstract class EventContract extends SyncOnLoop {

  private final AsyncEvent event = new AsyncEvent();

  @Test
  void aSetEventIsNotWaitedFor() throws Exception {
    run(() -> {
      assertFalse(event.isSet());
      event.set();
      assertTrue(event.isSet());
      loop.callSoon(() -> ran.add("callback"));
      event.await();
      assertRan();
    });
  }

  @Test
  void setWakesAllInTheOrderTheyCameInOneIteration() throws Exception {
    run(() -> {
      for (String name : List.of("a", "b", "c")) {
        parked(name, event::await);
      }
      assertEquals("AsyncEvent[unset, waiters:3]", event.toString());
      event.set();
      assertRan();
      ticks(1);
      assertRan("a", "b", "c");
      assertEquals("AsyncEvent[set]", event.toString());
    });
  }

  @Test
  void whoWasWokenReturnsThoughTheEventWasClearedMeanwhile() throws Exception {
    run(() -> {
      Task<?> waiter = parked("waiter", event::await);
      event.set();
      event.clear();
      Task<?> late = start("late", event::await);
      waiter.await();
      assertFalse(event.isSet());
      ticks(3);
      assertRan("waiter");
      assertFalse(late.done());
      event.set();
      late.await();
    });
  }

  @Test
  void settingItTwiceIsLikeOnce() throws Exception {
    run(() -> {
      Task<?> waiter = parked("waiter", event::await);
      event.set();
      event.set();
      waiter.await();
      assertRan("waiter");
    });
  }

  @Test
  void clearingAnEventThatIsNotSetDoesNothing() throws Exception {
    event.clear();
    run(() -> {
      Task<?> waiter = parked("waiter", event::await);
      event.clear();
      ticks(2);
      assertFalse(waiter.done());
      event.set();
      waiter.await();
    });
  }

  @Test
  void aWaiterCancelledAfterItWasWokenIsCancelledAndTheOthersAreNot() throws Exception {
    run(() -> {
      Task<?> a = parked("a", event::await);
      Task<?> b = parked("b", event::await);
      event.set();
      assertTrue(a.cancel());
      ticks(1);
      assertRan("a cancelled", "b");
      assertTrue(a.cancelled());
      assertTrue(b.done());
      assertEquals("AsyncEvent[set]", event.toString());
    });
  }

  @Test
  void aWaiterThatWasCancelledJustBeforeIsNotWoken() throws Exception {
    run(() -> {
      Task<?> a = parked("a", event::await);
      a.cancel();
      event.set();
      assertCancelled(a);
      assertEquals("AsyncEvent[set]", event.toString());
    });
  }

  @Test
  void itMayBeSetInACallbackAndFromAThread() throws Exception {
    run(() -> {
      Task<?> first = parked("first", event::await);
      loop.callSoon(event::set);
      first.await();
      event.clear();
      Task<?> second = parked("second", event::await);
      thread(() -> loop.callSoonThreadsafe(event::set));
      second.await();
    });
  }

  @Test
  void thousandTasksAreWokenInOrder() throws Exception {
    run(() -> {
      List<String> names = new ArrayList<>();
      List<Task<?>> tasks = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        names.add("t" + i);
        tasks.add(start("t" + i, event::await));
      }
      ticks(1);
      event.set();
      ticks(1);
      assertEquals(names, taken());
      assertTrue(tasks.stream().allMatch(Task::done));
      assertEquals("AsyncEvent[set]", event.toString());
    });
  }
}
