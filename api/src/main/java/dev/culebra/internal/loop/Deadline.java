// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

/** Stands in the timer heap until it is due. */
abstract class Deadline {

  final long deadlineNanos;

  /** Orders equal deadlines by when they were set. Given by the heap. */
  long sequence;

  /** Where it stands in the heap, -1 when it does not. Kept by the heap. */
  int heapIndex = -1;

  Deadline(long deadlineNanos) {
    this.deadlineNanos = deadlineNanos;
  }

  /** Called by the loop once the deadline has passed and this has left the heap. */
  abstract void due();
}
