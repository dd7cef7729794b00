// SPDX-License-Identifier: Apache-2.0
package dev.culebra.process;

import dev.culebra.PosixSignal;
import dev.culebra.net.BaseTransport;
import dev.culebra.spi.LoopThread;
import org.jspecify.annotations.Nullable;

/**
 * Stands for a child process (asyncio's SubprocessTransport).
 *
 * <p>In blocking style, {@link AsyncProcess} is easier.
 *
 * <p><b>Threading</b>: the loop and its tasks.
 */
@LoopThread
public interface SubprocessTransport extends AutoCloseable {

  /**
   * The number of the process ({@code get_pid}).
   *
   * @return the process id
   */
  long getPid();

  /**
   * How the process ended ({@code get_returncode}).
   *
   * @return null while it runs; then its exit status, or −N if signal N ended it. On the backend {@code nio}
   *     that is 128 + N unless N was sent by this object: the JDK does not tell the two apart
   */
  @Nullable Integer getReturnCode();

  /**
   * The parent's end of one of the process's pipes ({@code get_pipe_transport}).
   *
   * @param fd 0 for its standard input, which is a {@link dev.culebra.net.WriteTransport}; 1 or 2 for its
   *     output or error, a {@link dev.culebra.net.ReadTransport}
   * @return null if that stream is no pipe
   */
  @Nullable BaseTransport getPipeTransport(int fd);

  /**
   * Sends the process a signal ({@code send_signal}); does nothing if it has ended.
   *
   * @param signal which signal
   * @throws UnsupportedOperationException if this system has no such signal, or the backend is {@code nio}
   *     and it is neither SIGTERM nor SIGKILL, for the JDK sends no other
   */
  void sendSignal(PosixSignal signal);

  /** Asks the process to end: SIGTERM. Does nothing if it has ended. */
  void terminate();

  /** Ends the process: SIGKILL. Does nothing if it has ended. */
  void kill();

  /**
   * Kills the process if it still runs, and closes its pipes. Idempotent; returns at once, {@link
   * SubprocessProtocol#connectionLost} tells the end.
   */
  @Override
  void close();

  /**
   * Tells whether {@link #close} was called, or all is over.
   *
   * @return whether it closes or is closed
   */
  boolean isClosing();

  /**
   * The protocol that is told.
   *
   * @return what the factory made
   */
  SubprocessProtocol getProtocol();
}
