// SPDX-License-Identifier: Apache-2.0
package dev.culebra.spi;

/**
 * Tells whether a backend can run here and, if not, why.
 *
 * @param available whether {@link Backend#openPoller} can work in this process
 * @param reason why not, as a sentence that names the system, the symbol or the JVM flag that is
 *     missing; what it found when it is available
 */
public record Availability(boolean available, String reason) {

  /**
   * The backend can run.
   *
   * @param detail what it stands on, such as {@code "epoll_pwait2"}
   * @return a positive answer
   */
  public static Availability yes(String detail) {
    return new Availability(true, detail);
  }

  /**
   * The backend cannot run.
   *
   * @param reason why not, and what to do about it
   * @return a negative answer
   */
  public static Availability no(String reason) {
    return new Availability(false, reason);
  }
}
