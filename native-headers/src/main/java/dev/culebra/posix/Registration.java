// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

/** Remembers what a poller was told about one source. */
public final class Registration {

  private final long id;
  private final Object attachment;
  private int interest;

  Registration(long id, int interest, Object attachment) {
    this.id = id;
    this.interest = interest;
    this.attachment = attachment;
  }

  /**
   * What the kernel is given to hand back with each event. Never 0 and never used again.
   *
   * @return the id
   */
  public long id() {
    return id;
  }

  /**
   * What the sink is given.
   *
   * @return the object that came with the registration
   */
  public Object attachment() {
    return attachment;
  }

  /**
   * What is asked for now.
   *
   * @return a combination of {@link dev.culebra.spi.Poller#READ} and {@link
   *     dev.culebra.spi.Poller#WRITE}
   */
  public int interest() {
    return interest;
  }

  /**
   * Replaces the interest, after the kernel has agreed.
   *
   * @param interest the new one
   */
  public void setInterest(int interest) {
    this.interest = interest;
  }
}
