// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

/** Stands in the loop's ready queue: a callback, a socket with events, or a task with a step to run. */
public interface Ready {

  /** Runs this entry's turn, on the loop. Reports what goes wrong itself and throws nothing. */
  void run();
}
