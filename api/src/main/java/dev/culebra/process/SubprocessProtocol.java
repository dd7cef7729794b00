// SPDX-License-Identifier: Apache-2.0
package dev.culebra.process;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Receives the events of a child process (asyncio's SubprocessProtocol).
 *
 * <p>The order is: {@code connectionMade}; then data of pipes, the end of each, and {@code
 * processExited}, in the order in which they happen; {@code connectionLost} when the process has ended and
 * all pipes are closed. All of them are called on the loop and must not block it.
 */
public interface SubprocessProtocol {

  /**
   * The process runs.
   *
   * @param transport what stands for it
   */
  default void connectionMade(SubprocessTransport transport) {}

  /**
   * The process has written.
   *
   * @param fd 1 for its standard output, 2 for its standard error
   * @param data what it wrote: a view of a buffer that the loop owns, valid until this method returns
   * @throws Exception if it does, the pipe is lost with that exception
   */
  default void pipeDataReceived(int fd, ByteBuffer data) throws Exception {}

  /**
   * A pipe is closed.
   *
   * @param fd 0, 1 or 2
   * @param exception why, or null if it was closed in order
   */
  default void pipeConnectionLost(int fd, @Nullable Exception exception) {}

  /** The process has ended. {@link SubprocessTransport#getReturnCode} tells how. */
  default void processExited() {}

  /**
   * The process has ended, and all its pipes are closed; nothing follows.
   *
   * @param exception always null
   */
  default void connectionLost(@Nullable Exception exception) {}

  /** More is buffered for the standard input than its high limit: write no more for now. */
  default void pauseWriting() {}

  /** What is buffered for the standard input went down to its low limit: write again. */
  default void resumeWriting() {}
}
