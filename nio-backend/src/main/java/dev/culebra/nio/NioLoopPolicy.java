// SPDX-License-Identifier: Apache-2.0
package dev.culebra.nio;

import dev.culebra.LoopPolicy;
import dev.culebra.nio.internal.NioBackend;
import dev.culebra.spi.AnyThread;
import dev.culebra.spi.Backend;

/**
 * Runs new loops on {@link java.nio.channels.Selector}, which works wherever the JDK does.
 *
 * <p>On Linux the epoll backend costs less for each event. This one is for other systems, and for
 * finding out whether a fault is the native backend's.
 *
 * <p><b>Portability</b>: a timeout is rounded up to a whole millisecond. Sockets are not
 * close-on-exec, so that programs started by other means than {@link ProcessBuilder} inherit them.
 */
@AnyThread
public final class NioLoopPolicy implements LoopPolicy {

  private final Backend backend = new NioBackend();

  /** Makes a policy, which holds no state. */
  public NioLoopPolicy() {}

  @Override
  public Backend backend() {
    return backend;
  }
}
