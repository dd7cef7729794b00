// SPDX-License-Identifier: Apache-2.0
package dev.culebra.spi;

/** Receives the readiness that one {@link Poller#poll} found. */
@FunctionalInterface
public interface ReadySink {

  /**
   * Called once for each ready source, on the thread that polls.
   *
   * <p>The sink may open and close sockets, and register, modify and deregister any source, this one
   * included. It must not poll, close the poller, block or throw.
   *
   * @param attachment what was given to {@link Poller#register}
   * @param readiness {@link Poller#READ}, {@link Poller#WRITE} or both; never more than was asked for
   */
  void ready(Object attachment, int readiness);
}
