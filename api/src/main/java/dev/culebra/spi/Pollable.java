// SPDX-License-Identifier: Apache-2.0
package dev.culebra.spi;

/**
 * Stands for what a {@link Poller} can watch: a socket that the poller itself opened.
 *
 * <p>A backend's own type is behind it. Handing one backend's source to another's poller is an {@link
 * IllegalArgumentException}.
 */
@LoopThread
public interface Pollable extends AutoCloseable {

  /**
   * Tells whether {@link #close} has not been called yet.
   *
   * @return whether this can still be used
   */
  boolean isOpen();

  /**
   * Deregisters this source if need be and closes it, as its peer sees at once; the descriptor may stay
   * until the next poll. Idempotent; throws nothing but an AssertionError, when
   * somebody else has closed its descriptor.
   */
  @Override
  void close();
}
