// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

/** Remembers what a poller was told about one source. */
public class Registration {

  private final long id;
  private final PosixSource source;
  private final Object attachment;
  private int interest;

  /** Makes the registrations of a poller. */
  @FunctionalInterface
  public interface Factory {

    /**
     * Makes a registration without interest.
     *
     * @param id what the kernel is given
     * @param source what is registered
     * @param attachment what the sink is given
     * @return a new one
     */
    Registration make(long id, PosixSource source, Object attachment);
  }

  /**
   * Makes a registration without interest.
   *
   * @param id what the kernel is given
   * @param source what is registered
   * @param attachment what the sink is given
   */
  public Registration(long id, PosixSource source, Object attachment) {
    this.id = id;
    this.source = source;
    this.attachment = attachment;
  }

  /**
   * What the kernel is given to hand back with each event. Never 0 and never used again.
   *
   * @return the id
   */
  public final long id() {
    return id;
  }

  /**
   * What is registered.
   *
   * @return the source
   */
  public final PosixSource source() {
    return source;
  }

  /**
   * What the sink is given.
   *
   * @return the object that came with the registration
   */
  public final Object attachment() {
    return attachment;
  }

  /**
   * What is asked for now.
   *
   * @return a combination of {@link dev.culebra.spi.Poller#READ} and {@link
   *     dev.culebra.spi.Poller#WRITE}
   */
  public final int interest() {
    return interest;
  }

  /** Replaces the interest, after the poller has agreed. */
  final void setInterest(int interest) {
    this.interest = interest;
  }
}
