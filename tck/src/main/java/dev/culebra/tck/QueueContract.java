// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Task;
import dev.culebra.sync.AsyncLifoQueue;
import dev.culebra.sync.AsyncPriorityQueue;
import dev.culebra.sync.AsyncQueue;
import dev.culebra.sync.QueueEmptyException;
import dev.culebra.sync.QueueFullException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Queues, by priority and last in first out too. */
abstract class QueueContract extends SyncOnLoop {

  private final AsyncQueue<String> queue = new AsyncQueue<>();

  /** Holds one item. */
  private final AsyncQueue<String> one = new AsyncQueue<>(1);

  private Task<?> getter(String name, AsyncQueue<String> from) {
    return parked(name, () -> ran.add(name + ":" + from.get()));
  }

  private Task<?> putter(String name, AsyncQueue<String> to) {
    return parked(name, () -> to.put(name));
  }

  private static <T extends @Nullable Object> List<T> drain(AsyncQueue<T> queue) {
    List<T> items = new ArrayList<>();
    while (!queue.empty()) {
      items.add(queue.getNoWait());
    }
    return items;
  }

  // Items

  @Test
  void itemsComeOutInTheOrderTheyWereIn() throws Exception {
    run(() -> {
      loop.callSoon(() -> ran.add("callback"));
      queue.put("a");
      queue.putNoWait("b");
      queue.put("c");
      assertEquals(3, queue.qsize());
      assertEquals("a", queue.get());
      assertEquals("b", queue.get());
      assertEquals("c", queue.getNoWait());
      assertTrue(queue.empty());
      assertRan();
    });
  }

  @Test
  void aQueueWithoutALimitIsNeverFull() {
    for (AsyncQueue<Integer> unlimited : List.of(
        new AsyncQueue<Integer>(), new AsyncQueue<Integer>(0), new AsyncQueue<Integer>(-1))) {
      for (int i = 0; i < 1000; i++) {
        assertFalse(unlimited.full());
        unlimited.putNoWait(i);
      }
      assertEquals(1000, unlimited.qsize());
    }
    assertEquals(-1, new AsyncQueue<Integer>(-1).maxsize());
  }

  @Test
  void aLimitedQueueIsFullAtItsLimit() {
    AsyncQueue<String> two = new AsyncQueue<>(2);
    two.putNoWait("a");
    assertFalse(two.full());
    two.putNoWait("b");
    assertTrue(two.full());
    assertRefused(QueueFullException.class, "put()", () -> two.putNoWait("c"));
    assertEquals(List.of("a", "b"), drain(two));
    assertRefused(QueueEmptyException.class, "get()", two::getNoWait);
    assertEquals(2, two.maxsize());
  }

  @Test
  void anItemMayBeNull() throws Exception {
    AsyncQueue<@Nullable String> fifo = new AsyncQueue<>();
    AsyncQueue<@Nullable String> lifo = new AsyncLifoQueue<>();
    for (AsyncQueue<@Nullable String> each : List.of(fifo, lifo)) {
      each.putNoWait(null);
      assertFalse(each.empty());
      assertNull(each.getNoWait());
      assertTrue(each.empty());
    }
    run(() -> {
      Task<?> getter = parked("getter", () -> assertNull(fifo.get()));
      fifo.put(null);
      getter.await();
    });
  }

  @Test
  void aLifoQueueGivesTheLatestFirst() {
    AsyncQueue<String> lifo = new AsyncLifoQueue<>(3);
    lifo.putNoWait("a");
    lifo.putNoWait("b");
    assertEquals("b", lifo.getNoWait());
    lifo.putNoWait("c");
    lifo.putNoWait("d");
    assertTrue(lifo.full());
    assertEquals(List.of("d", "c", "a"), drain(lifo));
  }

  @Test
  void aPriorityQueueGivesTheLeastFirst() {
    AsyncQueue<Integer> natural = new AsyncPriorityQueue<>(5);
    AsyncQueue<Integer> reversed = new AsyncPriorityQueue<>(Comparator.reverseOrder());
    for (int item : List.of(3, 1, 5, 2, 4)) {
      natural.putNoWait(item);
      reversed.putNoWait(item);
    }
    assertTrue(natural.full());
    assertEquals(List.of(1, 2, 3, 4, 5), drain(natural));
    assertEquals(List.of(5, 4, 3, 2, 1), drain(reversed));
  }

  @Test
  void itemsOfEqualPriorityComeOutInTheOrderTheyWereIn() {
    AsyncQueue<String> byLength =
        new AsyncPriorityQueue<>(0, Comparator.comparingInt(String::length));
    for (int i = 0; i < 100; i++) {
      byLength.putNoWait("a" + (i + 100));
    }
    byLength.putNoWait("x");
    assertEquals("x", byLength.getNoWait());
    for (int i = 0; i < 100; i++) {
      assertEquals("a" + (i + 100), byLength.getNoWait());
    }
  }

  @Test
  void anItemWithoutAnOrderIsRefusedAndNotAdded() throws Exception {
    AsyncQueue<Object> objects = new AsyncPriorityQueue<>();
    assertThrows(ClassCastException.class, () -> objects.putNoWait(new Object()));
    assertThrows(NullPointerException.class, () -> objects.putNoWait(none()));
    objects.putNoWait("x");
    assertThrows(ClassCastException.class, () -> objects.put(5));
    assertEquals(List.of("x"), drain(objects));
    objects.taskDone();
    run(objects::join);
    AsyncQueue<@Nullable String> nullsFirst =
        new AsyncPriorityQueue<>(Comparator.nullsFirst(Comparator.<String>naturalOrder()));
    nullsFirst.putNoWait("x");
    nullsFirst.putNoWait(null);
    assertNull(nullsFirst.getNoWait());
    assertThrows(NullPointerException.class, () -> new AsyncPriorityQueue<String>(none()));
  }

  // Waiting

  @Test
  void tasksThatGetAreServedInTheOrderTheyCame() throws Exception {
    run(() -> {
      getter("a", queue);
      getter("b", queue);
      getter("c", queue);
      queue.put("1");
      queue.put("2");
      ticks(1);
      assertRan("a:1", "a", "b:2", "b");
      queue.put("3");
      ticks(1);
      assertRan("c:3", "c");
    });
  }

  @Test
  void tasksThatPutAreServedInTheOrderTheyCame() throws Exception {
    one.putNoWait("first");
    run(() -> {
      putter("a", one);
      putter("b", one);
      assertEquals("first", one.get());
      ticks(1);
      assertRan("a");
      assertEquals("a", one.get());
      ticks(1);
      assertRan("b");
      assertEquals("b", one.get());
      assertEquals("AsyncQueue[maxsize:1, qsize:0, tasks:3]", one.toString());
    });
  }

  @Test
  void aGetterCancelledAfterItWasWokenPassesItsItemOn() throws Exception {
    run(() -> {
      Task<?> a = getter("a", queue);
      Task<?> b = getter("b", queue);
      queue.put("1");
      assertTrue(a.cancel());
      b.await();
      assertCancelled(a);
      assertRan("a cancelled", "b:1", "b");
    });
  }

  @Test
  void aGetterCancelledAfterItWasWokenLeavesTheItemIfNobodyWaits() throws Exception {
    run(() -> {
      Task<?> a = getter("a", queue);
      queue.put("1");
      a.cancel();
      assertCancelled(a);
      assertEquals("1", queue.get());
    });
  }

  @Test
  void aGetterThatIsCancelledIsPassedOver() throws Exception {
    run(() -> {
      Task<?> a = getter("a", queue);
      Task<?> b = getter("b", queue);
      a.cancel();
      queue.put("1");
      b.await();
      assertCancelled(a);
      assertRan("a cancelled", "b:1", "b");
    });
  }

  /** Whoever is woken for nothing goes to the end of the line. */
  @Test
  void aGetterCancelledAfterItsItemWasTakenCostsNobodyHisPlace() throws Exception {
    run(() -> {
      Task<?> a = getter("a", queue);
      getter("b", queue);
      getter("c", queue);
      queue.put("1");
      assertEquals("1", queue.get());
      a.cancel();
      ticks(3);
      queue.put("2");
      queue.put("3");
      ticks(1);
      assertRan("a cancelled", "b:2", "b", "c:3", "c");
    });
  }

  @Test
  void aGetterCancelledBeforeItWasWokenCostsNobodyHisPlace() throws Exception {
    run(() -> {
      Task<?> a = getter("a", queue);
      getter("b", queue);
      getter("c", queue);
      getter("d", queue);
      a.cancel();
      queue.put("1");
      ticks(3);
      queue.put("2");
      queue.put("3");
      ticks(1);
      assertRan("a cancelled", "b:1", "b", "c:2", "c", "d:3", "d");
    });
  }

  @Test
  void aPutterCancelledAfterItWasWokenPassesItsRoomOn() throws Exception {
    one.putNoWait("first");
    run(() -> {
      Task<?> a = putter("a", one);
      Task<?> b = putter("b", one);
      assertEquals("first", one.get());
      assertTrue(a.cancel());
      b.await();
      assertCancelled(a);
      assertRan("a cancelled", "b");
      assertEquals("b", one.get());
    });
  }

  @Test
  void aPutterThatIsCancelledIsPassedOverAndPutsNothing() throws Exception {
    one.putNoWait("first");
    run(() -> {
      Task<?> a = putter("a", one);
      Task<?> b = putter("b", one);
      a.cancel();
      assertEquals("first", one.get());
      b.await();
      assertCancelled(a);
      assertEquals(List.of("b"), drain(one));
    });
  }

  /** As in asyncio: to be woken is not to be given the item, which a newcomer may have taken. */
  @Test
  void aGetterWhoseItemIsTakenByANewcomerGoesOnWaiting() throws Exception {
    run(() -> {
      Task<?> a = getter("a", queue);
      queue.put("1");
      assertEquals("1", queue.get());
      ticks(3);
      assertFalse(a.done());
      queue.put("2");
      a.await();
      assertRan("a:2", "a");
    });
  }

  @Test
  void aPutterWhoseRoomIsTakenByANewcomerGoesOnWaiting() throws Exception {
    one.putNoWait("first");
    run(() -> {
      Task<?> a = putter("a", one);
      assertEquals("first", one.get());
      one.put("newcomer");
      ticks(3);
      assertFalse(a.done());
      assertEquals("newcomer", one.get());
      a.await();
      assertEquals("a", one.get());
    });
  }

  @Test
  void aTaskThatPutsAndOneThatGetsTakeTurnsAtALimitOfOne() throws Exception {
    List<Integer> got = new ArrayList<>();
    AsyncQueue<Integer> slot = new AsyncQueue<>(1);
    run(() -> {
      Task<?> putter = start("putter", () -> {
        for (int i = 0; i < 100; i++) {
          slot.put(i);
        }
      });
      for (int i = 0; i < 100; i++) {
        got.add(slot.get());
        assertTrue(slot.qsize() <= 1);
      }
      putter.await();
      for (int i = 0; i < 100; i++) {
        assertEquals(i, got.get(i));
      }
    });
  }

  @Test
  void aThreadMayPutByWayOfTheLoop() throws Exception {
    run(() -> {
      Task<?> getter = getter("a", queue);
      thread(() -> loop.callSoonThreadsafe(() -> queue.putNoWait("1")));
      getter.await();
      assertRan("a:1", "a");
    });
  }

  // Many

  @Test
  void nothingIsLostOrDoubledWithManyTasksAndCancellations() throws Exception {
    for (AsyncQueue<Integer> each : List.of(
        new AsyncQueue<Integer>(3),
        new AsyncLifoQueue<Integer>(3),
        new AsyncPriorityQueue<Integer>(3))) {
      run(() -> nothingIsLostOrDoubled(each, new Random(2_718)));
    }
  }

  private void nothingIsLostOrDoubled(AsyncQueue<Integer> each, Random random) throws Exception {
    List<Integer> put = new ArrayList<>();
    List<Integer> got = new ArrayList<>();
    List<Task<?>> tasks = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      int item = (random.nextInt() & 0xffffff00) | (i & 0xff);
      tasks.add(
          random.nextBoolean()
              ? start("put", () -> {
                each.put(item);
                put.add(item);
              })
              : start("get", () -> {
                got.add(each.get());
                each.taskDone();
              }));
      if (random.nextInt(3) == 0) {
        tasks.get(random.nextInt(tasks.size())).cancel();
      }
      ticks(random.nextInt(2));
    }
    settle();
    tasks.forEach(Task::cancel);
    for (Task<?> task : tasks) {
      try {
        task.await();
      } catch (CancellationException e) {
        assertTrue(task.cancelled());
      }
    }
    got.addAll(drain(each));
    assertEquals(put.size(), got.size());
    assertEquals(new HashSet<>(put), new HashSet<>(got));
    assertTrue(
        each.toString().matches("Async\\w*Queue\\[maxsize:3, qsize:0(, tasks:\\d)?]"),
        each::toString);
  }
}
