// SPDX-License-Identifier: Apache-2.0
package dev.culebra.sync;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Keeps what is in a queue, in the order in which it is to come out. */
interface Items<T extends @Nullable Object> {

  /** Adds an item; if it is refused, nothing has changed. */
  void add(T item);

  /** Takes the next item, of which there is one. */
  T remove();

  int size();

  /** First in, first out. */
  class Fifo<T extends @Nullable Object> implements Items<T> {

    /** Stands for null, which an ArrayDeque does not take. */
    private static final Object NULL = new Object();

    final ArrayDeque<Object> items = new ArrayDeque<>();

    @Override
    public void add(T item) {
      items.addLast(item == null ? NULL : item);
    }

    @Override
    public T remove() {
      return unmask(items.removeFirst());
    }

    @Override
    public int size() {
      return items.size();
    }

    @SuppressWarnings({"unchecked", "NullAway"
    }) // add saw to the type; null is one of T's values then
    final T unmask(Object item) {
      return item == NULL ? null : (T) item;
    }
  }

  /** Last in, first out. */
  final class Lifo<T extends @Nullable Object> extends Fifo<T> {

    @Override
    public T remove() {
      return unmask(items.removeLast());
    }
  }

  /** The least first, and first in, first out among equals. */
  final class ByPriority<T extends @Nullable Object> implements Items<T> {

    private record Ranked<T extends @Nullable Object>(T item, long rank) {}

    private final Comparator<? super T> comparator;
    private final PriorityQueue<Ranked<T>> items;
    private long nextRank;

    ByPriority(Comparator<? super T> comparator) {
      this.comparator = comparator;
      this.items = new PriorityQueue<>((a, b) -> {
        int order = comparator.compare(a.item, b.item);
        return order != 0 ? order : Long.compare(a.rank, b.rank);
      });
    }

    @Override
    public void add(T item) {
      if (items.isEmpty()) {
        // Else an item without an order would be found only when the next one comes.
        comparator.compare(item, item);
      }
      items.add(new Ranked<>(item, nextRank++));
    }

    @Override
    public T remove() {
      return items.remove().item;
    }

    @Override
    public int size() {
      return items.size();
    }
  }
}
