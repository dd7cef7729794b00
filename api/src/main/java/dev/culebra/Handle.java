// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import dev.culebra.spi.LoopThread;

/** Stands for a callback that the loop will run, so that it can be cancelled (asyncio's Handle). */
@LoopThread
public interface Handle {

  /** Keeps the callback from running and drops it. A no-op once it has run or was cancelled. */
  void cancel();

  /**
   * Tells whether {@link #cancel} was called before the callback ran.
   *
   * @return true if the callback never ran and never will
   */
  boolean cancelled();

  /**
   * The context that the callback runs in.
   *
   * @return the one that its scheduler named, or a copy of what held when it was scheduled
   */
  Context getContext();
}
