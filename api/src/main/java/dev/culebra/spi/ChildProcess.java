// SPDX-License-Identifier: Apache-2.0
package dev.culebra.spi;

import dev.culebra.PosixSignal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Stands for a process that a poller has started: it is ready for reading once the process has ended.
 *
 * <p><b>Lifecycle</b>: {@link #close} kills and reaps a process that still runs. The pipes are sources of
 * their own, which whoever started the process closes.
 */
@LoopThread
public interface ChildProcess extends Pollable {

  /** What {@link #tryReap} returns while the process runs. */
  int RUNNING = Integer.MIN_VALUE;

  /**
   * The number of the process.
   *
   * @return the process id, which no other process has until this one is reaped
   */
  long pid();

  /**
   * The parent's end of a pipe.
   *
   * @param fd 0, 1 or 2, as the child has it
   * @return null if that stream of the child's is no pipe
   */
  @Nullable PipeEnd pipe(int fd);

  /**
   * Asks how the process ended, and lets the kernel forget it if it did.
   *
   * @return its exit status, −N if signal N ended it, or {@link #RUNNING}; the same from then on
   * @throws IOException if somebody else has reaped it
   */
  int tryReap() throws IOException;

  /**
   * Sends a signal, unless the process was reaped.
   *
   * @param signal which signal
   */
  void signal(PosixSignal signal);
}
