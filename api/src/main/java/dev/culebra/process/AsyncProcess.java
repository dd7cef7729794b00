// SPDX-License-Identifier: Apache-2.0
package dev.culebra.process;

import dev.culebra.PosixSignal;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import dev.culebra.spi.LoopThread;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Stands for a child process, with its pipes as streams (asyncio's Process).
 *
 * <p><b>Threading</b>: the loop and its tasks; what waits parks the calling task.
 *
 * <p><b>Lifecycle</b>: {@link #close} kills a process that still runs. One that nobody closes or awaits
 * goes on until the loop is closed, and is killed then.
 */
@LoopThread
public interface AsyncProcess extends AutoCloseable {

  /**
   * The number of the process.
   *
   * @return the process id
   */
  long pid();

  /**
   * How the process ended.
   *
   * @return null while it runs; then its exit status, or −N if signal N ended it. On the backend {@code nio}
   *     that is 128 + N unless N was sent by this object: the JDK does not tell the two apart
   */
  @Nullable Integer returnCode();

  /**
   * Writes to its standard input.
   *
   * @return null if that is no pipe
   */
  @Nullable StreamWriter stdin();

  /**
   * Reads its standard output.
   *
   * @return null if that is no pipe
   */
  @Nullable StreamReader stdout();

  /**
   * Reads its standard error.
   *
   * @return null if that is no pipe
   */
  @Nullable StreamReader stderr();

  /**
   * Waits until the process has ended (asyncio's {@code wait}). It may have to wait for ever if nobody
   * reads what the process writes to a pipe: {@link #communicate} does.
   *
   * @return its exit status, or −N if signal N ended it
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled; the process goes on
   */
  int awaitExit();

  /**
   * Writes to the standard input and closes it, reads both outputs to their end, and waits until the
   * process has ended. A process that does not read its input is no error.
   *
   * @param input what to write; null for nothing
   * @return what it wrote
   * @throws IllegalArgumentException if there is input, but the standard input is no pipe
   * @throws IOException if reading fails
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled; the process goes
   *     on, its input stays open though not all of it may have been sent, and what it has written stays for
   *     the next call
   */
  ProcessOutput communicate(byte @Nullable [] input) throws IOException;

  /**
   * Closes the standard input, reads both outputs to their end, and waits until the process has ended.
   *
   * @return what it wrote
   * @throws IOException if reading fails
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled; the process goes on
   */
  default ProcessOutput communicate() throws IOException {
    return communicate(null);
  }

  /**
   * Sends the process a signal (asyncio's {@code send_signal}); does nothing if it has ended.
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

  /** Kills the process if it still runs, and closes its pipes. Idempotent; returns at once. */
  @Override
  void close();
}
