// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

/** Holds output that is to leave when the callback or the task's step that made it ends. */
public interface Flushable {

  /** Sends what is held. Reports what goes wrong itself and throws nothing. */
  void flush();
}
