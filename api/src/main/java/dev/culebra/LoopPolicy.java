// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import dev.culebra.internal.loop.Backends;
import dev.culebra.internal.net.SocketLoop;
import dev.culebra.spi.AnyThread;
import dev.culebra.spi.Availability;
import dev.culebra.spi.Backend;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides which backend new loops run on (asyncio's {@code set_event_loop_policy}).
 *
 * <p>In this order: the policy that was {@link #set}; the backend that {@code -Dculebra.backend} names;
 * the best one that is present and works here.
 *
 * <p><b>Threading</b>: all methods may be called from any thread.
 */
@AnyThread
public interface LoopPolicy {

  /**
   * The backend that new loops run on.
   *
   * @return a backend
   */
  Backend backend();

  /**
   * Makes a loop, which the caller closes.
   *
   * @return an open loop that does not run
   * @throws BackendUnavailableException if the backend cannot run here
   * @throws java.io.UncheckedIOException if the system refuses, for one when no descriptor is left
   */
  default EventLoop newEventLoop() {
    return SocketLoop.open(backend());
  }

  /**
   * Sets the policy for the loops that are made from now on.
   *
   * @param policy the policy; null goes back to the default
   */
  static void set(@Nullable LoopPolicy policy) {
    Backends.setPolicy(policy);
  }

  /**
   * The policy in force.
   *
   * @return what was set, or the default
   * @throws BackendUnavailableException if {@code -Dculebra.backend} names none that can run here
   */
  static LoopPolicy get() {
    return Backends.policy();
  }

  /**
   * A policy for a backend by its name.
   *
   * @param name such as {@code "nio"} or {@code "epoll"}
   * @return a policy whose loops run on that backend
   * @throws BackendUnavailableException if there is none of that name, or it cannot run here; the
   *     message lists what there is and why the others cannot run
   */
  static LoopPolicy forBackend(String name) {
    return Backends.named(name);
  }

  /**
   * The backends on the class path or module path, the preferred ones first.
   *
   * @return for each name, whether it can run here, and why not
   */
  static Map<String, Availability> available() {
    return Backends.available();
  }
}
