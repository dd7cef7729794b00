// SPDX-License-Identifier: Apache-2.0
package dev.culebra.spi;

/**
 * Stands for a regular file that the sockets of one poller can send: see {@link Poller#openFile}, {@link
 * Poller#fileOf} and {@link StreamSocket#sendFile}.
 *
 * <p><b>Lifecycle</b>: whoever has it closes it, which does not wait for sockets that are sending it:
 * they stop at the next call.
 */
@LoopThread
public interface FileSource extends AutoCloseable {

  /** Closes the file, if {@link Poller#openFile} opened it. Idempotent; never throws. */
  @Override
  void close();
}
