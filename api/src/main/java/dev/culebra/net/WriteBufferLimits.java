// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

/**
 * Says when a transport tells its protocol to pause writing, and when to go on.
 *
 * @param highBytes {@code pauseWriting} is called above this many buffered bytes
 * @param lowBytes {@code resumeWriting} is called at this many or fewer
 */
public record WriteBufferLimits(int highBytes, int lowBytes) {

  /** What holds where nothing else is said: 64 KiB and 16 KiB. */
  public static final WriteBufferLimits DEFAULT = new WriteBufferLimits(64 * 1024, 16 * 1024);

  private static final int RATIO = 4;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException unless {@code highBytes >= lowBytes >= 0}
   */
  public WriteBufferLimits {
    if (highBytes < lowBytes || lowBytes < 0) {
      throw new IllegalArgumentException(
          "high (" + highBytes + ") must be >= low (" + lowBytes + ") must be >= 0");
    }
  }

  /**
   * Limits with a low one of a quarter of the high one ({@code set_write_buffer_limits(high=...)}).
   *
   * @param highBytes pause above this many buffered bytes
   * @return the limits
   * @throws IllegalArgumentException if it is negative
   */
  public static WriteBufferLimits ofHigh(int highBytes) {
    return new WriteBufferLimits(highBytes, highBytes / RATIO);
  }

  /**
   * Limits with a high one of four times the low one ({@code set_write_buffer_limits(low=...)}).
   *
   * @param lowBytes resume at this many buffered bytes or fewer
   * @return the limits
   * @throws IllegalArgumentException if it is negative, or four times as much is no int
   */
  public static WriteBufferLimits ofLow(int lowBytes) {
    if (lowBytes > Integer.MAX_VALUE / RATIO) {
      throw new IllegalArgumentException(
          "low (" + lowBytes + ") must be a quarter of an int at most");
    }
    return new WriteBufferLimits(lowBytes * RATIO, lowBytes);
  }
}
