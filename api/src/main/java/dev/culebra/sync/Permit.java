// SPDX-License-Identifier: Apache-2.0
package dev.culebra.sync;

import dev.culebra.spi.LoopThread;
import org.jspecify.annotations.Nullable;

/**
 * Gives back, at the end of a try block, what was acquired at its start: where Python has {@code async
 * with lock}.
 *
 * <pre>{@code
 * try (var _ = lock.enter()) {
 *     // the lock is held
 * }
 * }</pre>
 *
 * <p>Get one by {@link AsyncLock#enter}, {@link AsyncCondition#enter} or {@link AsyncSemaphore#enter}.
 */
@LoopThread
public final class Permit implements AutoCloseable {

  private @Nullable Runnable release;

  Permit(Runnable release) {
    this.release = release;
  }

  /**
   * Releases what was acquired; a second call does nothing.
   *
   * @throws IllegalStateException if it was released by other means already
   */
  @Override
  public void close() {
    Runnable once = release;
    release = null;
    if (once != null) {
      once.run();
    }
  }
}
