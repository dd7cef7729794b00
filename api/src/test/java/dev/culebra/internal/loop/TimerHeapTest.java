// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The timer heap against a sorted set of the same entries. */
class TimerHeapTest {

  private static final int OPERATIONS = 150_000;

  private final TimerHeap heap = new TimerHeap();

  private static final class Entry extends Deadline {

    Entry(long deadlineNanos) {
      super(deadlineNanos);
    }

    @Override
    void due() {}

    @Override
    public String toString() {
      return deadlineNanos + "#" + sequence;
    }
  }

  /** By deadline, then by age; deadlines are compared by their difference, as nanoTime wants it. */
  private static NavigableSet<Entry> model() {
    return new TreeSet<>(
        Comparator.comparing((Entry entry) -> entry.deadlineNanos, (a, b) -> Long.signum(a - b))
            .thenComparingLong(entry -> entry.sequence));
  }

  private Entry add(long deadlineNanos) {
    Entry entry = new Entry(deadlineNanos);
    heap.add(entry);
    return entry;
  }

  @Test
  void anEmptyHeapHasNothingDue() {
    assertTrue(heap.isEmpty());
    assertEquals(0, heap.size());
    assertNull(heap.pollDue(Long.MAX_VALUE));
  }

  @Test
  void aCrowdThatIsCancelledKeepsTheOrderOfThoseLeft() {
    List<Entry> crowd = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      crowd.add(add((i * 7919L) % 20_011));
    }
    List<Entry> left = new ArrayList<>();
    for (int i = 0; i < crowd.size(); i++) {
      if (i % 200 == 0) {
        left.add(crowd.get(i));
      } else {
        heap.remove(crowd.get(i));
      }
    }
    left.sort(Comparator.comparingLong(entry -> entry.deadlineNanos));
    for (Entry expected : left) {
      assertSame(expected, heap.pollDue(Long.MAX_VALUE / 4));
    }
    assertTrue(heap.isEmpty());
  }

  @Test
  void entriesLeaveInOrderOfDeadlineAndThenOfAge() {
    Entry late = add(2);
    Entry first = add(1);
    Entry second = add(1);
    assertEquals(1, heap.earliestNanos());
    assertNull(heap.pollDue(0));
    assertSame(first, heap.pollDue(5));
    assertSame(second, heap.pollDue(1));
    assertNull(heap.pollDue(1));
    assertSame(late, heap.pollDue(2));
    assertTrue(heap.isEmpty());
  }

  @Test
  void anEntryLeavesAtOnceAndOnlyOnce() {
    Entry entry = add(1);
    Entry other = add(2);
    heap.remove(entry);
    heap.remove(entry);
    assertEquals(1, heap.size());
    assertEquals(2, heap.earliestNanos());
    assertSame(other, heap.pollDue(2));
    heap.remove(other);
    assertEquals(0, heap.size());
  }

  @Test
  void aClearedHeapForgetsItsEntries() {
    Entry entry = add(1);
    heap.clear();
    assertTrue(heap.isEmpty());
    heap.remove(entry);
    assertEquals(0, heap.size());
    add(3);
    assertEquals(3, heap.earliestNanos());
  }

  @Test
  void theHeapDoesWhatASortedSetDoes() {
    compareWithModel(new Random(1), 0, 1000);
  }

  @Test
  void theHeapDoesSoWithFewDistinctDeadlines() {
    compareWithModel(new Random(2), 0, 4);
  }

  @Test
  void theHeapDoesSoWhereTheClockOverflows() {
    compareWithModel(new Random(3), Long.MAX_VALUE - 500, 1000);
  }

  @Test
  void theHeapDoesSoWithDeadlinesFarApart() {
    compareWithModel(new Random(4), 0, Long.MAX_VALUE / 2);
  }

  private void compareWithModel(Random random, long origin, long spread) {
    NavigableSet<Entry> model = model();
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < OPERATIONS; i++) {
      int choice = random.nextInt(8 + entries.size() / 500);
      if (choice < 4) {
        Entry entry = add(origin + random.nextLong(spread));
        model.add(entry);
        entries.add(entry);
      } else if (choice < 6 && !entries.isEmpty()) {
        Entry entry = removeAt(entries, random.nextInt(entries.size()));
        heap.remove(entry); // it may have been polled before
        model.remove(entry);
      } else {
        long now = origin + random.nextLong(spread);
        Entry expected =
            model.isEmpty() || model.first().deadlineNanos - now > 0 ? null : model.pollFirst();
        assertSame(expected, heap.pollDue(now));
      }
      assertEquals(model.size(), heap.size());
      if (!model.isEmpty()) {
        assertEquals(model.first().deadlineNanos, heap.earliestNanos());
      }
    }
    while (!model.isEmpty()) {
      assertSame(model.pollFirst(), heap.pollDue(heap.earliestNanos()));
    }
    assertTrue(heap.isEmpty());
  }

  private static Entry removeAt(List<Entry> entries, int index) {
    Entry entry = entries.get(index);
    Entry last = entries.remove(entries.size() - 1);
    if (index < entries.size()) {
      entries.set(index, last);
    }
    return entry;
  }
}
