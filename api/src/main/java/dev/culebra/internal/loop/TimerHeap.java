// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Orders deadlines, the earliest first, and equal ones in the order they were set.
 *
 * <p>A 4-ary heap whose keys stand in a {@code long[]} of their own, so that a sift compares
 * neighbours in one cache line and touches an entry only to break a tie. Each entry knows its index,
 * so that a cancelled one is taken out at once: there are no tombstones, and the next deadline is
 * exact. A crowd of timers that has gone leaves no large arrays behind.
 *
 * <p>Deadlines are {@link System#nanoTime} values, or whatever clock the loop has, and must lie within
 * 292 years of each other.
 */
final class TimerHeap {

  private static final int ARITY = 4;
  private static final int INITIAL_CAPACITY = 64;

  /** Up to here the arrays stay as they are: they are small, and will be needed again. */
  private static final int KEPT_CAPACITY = 4096;

  private long[] keys = new long[INITIAL_CAPACITY];
  private @Nullable Deadline[] entries = new @Nullable Deadline[INITIAL_CAPACITY];
  private int size;
  private long nextSequence;

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /** The earliest deadline; only if the heap is not empty. */
  long earliestNanos() {
    return keys[0];
  }

  void add(Deadline entry) {
    if (size == keys.length) {
      resize(size * 2);
    }
    entry.sequence = nextSequence++;
    siftUp(size++, entry);
  }

  /** Takes an entry out; a no-op if it is not in. */
  void remove(Deadline entry) {
    int index = entry.heapIndex;
    if (index < 0) {
      return;
    }
    entry.heapIndex = -1;
    Deadline last = takeLast();
    if (last != entry) {
      if (index > 0 && isBefore(last, parentOf(index))) {
        siftUp(index, last);
      } else {
        siftDown(index, last);
      }
    }
  }

  /** Takes out the earliest entry if its deadline is not after a time; null if there is none. */
  @Nullable Deadline pollDue(long nowNanos) {
    if (size == 0 || keys[0] - nowNanos > 0) {
      return null;
    }
    Deadline first = at(0);
    first.heapIndex = -1;
    Deadline last = takeLast();
    if (last != first) {
      siftDown(0, last);
    }
    return first;
  }

  void clear() {
    for (int i = 0; i < size; i++) {
      at(i).heapIndex = -1;
    }
    Arrays.fill(entries, 0, size, null);
    size = 0;
  }

  private Deadline takeLast() {
    Deadline last = at(--size);
    entries[size] = null;
    if (size < keys.length / 4 && keys.length > KEPT_CAPACITY) {
      resize(keys.length / 2);
    }
    return last;
  }

  private void resize(int capacity) {
    keys = Arrays.copyOf(keys, capacity);
    entries = Arrays.copyOf(entries, capacity);
  }

  private void siftUp(int start, Deadline entry) {
    int index = start;
    while (index > 0) {
      int parent = parentOf(index);
      if (!isBefore(entry, parent)) {
        break;
      }
      place(index, at(parent));
      index = parent;
    }
    place(index, entry);
  }

  private void siftDown(int start, Deadline entry) {
    int index = start;
    for (int child; (child = index * ARITY + 1) < size; ) {
      int least = child;
      int end = Math.min(child + ARITY, size);
      for (int sibling = child + 1; sibling < end; sibling++) {
        if (isBefore(at(sibling), least)) {
          least = sibling;
        }
      }
      if (isBefore(entry, least)) {
        break;
      }
      place(index, at(least));
      index = least;
    }
    place(index, entry);
  }

  private boolean isBefore(Deadline entry, int index) {
    long difference = entry.deadlineNanos - keys[index];
    return difference < 0 || (difference == 0 && entry.sequence - at(index).sequence < 0);
  }

  private void place(int index, Deadline entry) {
    keys[index] = entry.deadlineNanos;
    entries[index] = entry;
    entry.heapIndex = index;
  }

  private static int parentOf(int index) {
    return (index - 1) / ARITY;
  }

  @SuppressWarnings("NullAway") // every index below size holds an entry
  private Deadline at(int index) {
    return entries[index];
  }
}
