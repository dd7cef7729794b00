// SPDX-License-Identifier: Apache-2.0
package dev.culebra.spi;

import java.io.IOException;

/**
 * Opens the pollers of one kernel facility, such as epoll.
 *
 * <p>Users choose a backend by {@link dev.culebra.LoopPolicy}; this is for those who write one. A
 * backend is found by {@link java.util.ServiceLoader} and holds no state of its own.
 *
 * <p><b>Threading</b>: every method may be called from any thread.
 */
@AnyThread
public interface Backend {

  /**
   * The name that {@code -Dculebra.backend} takes.
   *
   * @return a short lower-case name, such as {@code "epoll"}
   */
  String name();

  /**
   * How much this backend is to be preferred where several are available.
   *
   * @return 0 for the portable one, more for a native one, less for one that is to be named
   */
  int preference();

  /**
   * Tells whether this backend can run in this process. Opens nothing that it leaves open.
   *
   * @return yes, or no with the reason
   */
  Availability availability();

  /**
   * Tells whether {@link Poller#poll} may wait on a virtual thread.
   *
   * <p>A native wait merely holds its carrier, which does no harm when nothing else is runnable. A
   * {@code java.nio} selector parks a virtual thread through the JDK's own poller instead, two
   * switches away; the loop then hands the wait to its carrier.
   *
   * @return whether waiting on a virtual thread costs nothing extra
   */
  boolean waitsOnVirtualThreads();

  /**
   * Opens a poller for one loop.
   *
   * @return an open poller, which the caller closes
   * @throws IOException if the system refuses one; nothing is left open
   */
  Poller openPoller() throws IOException;
}
