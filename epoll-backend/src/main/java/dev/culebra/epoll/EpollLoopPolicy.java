// SPDX-License-Identifier: Apache-2.0
package dev.culebra.epoll;

import dev.culebra.LoopPolicy;
import dev.culebra.epoll.internal.EpollBackend;
import dev.culebra.spi.AnyThread;
import dev.culebra.spi.Backend;

/**
 * Runs new loops on epoll, the fastest way to wait on Linux.
 *
 * <p>Where it is present and works it is what the default policy chooses anyway. Setting this one asks
 * for a failure that tells the reason, rather than for another backend.
 *
 * <p><b>Portability</b>: Linux on x86-64 and aarch64. Start java with {@code
 * --enable-native-access=dev.culebra.posix}, or with {@code =ALL-UNNAMED} on the class path. A timeout
 * is exact to the nanosecond where kernel and C library have {@code epoll_pwait2} (Linux 5.11, glibc
 * 2.35), and rounded up to a whole millisecond where they do not.
 */
@AnyThread
public final class EpollLoopPolicy implements LoopPolicy {

  private final Backend backend = new EpollBackend();

  /** Makes a policy, which holds no state. */
  public EpollLoopPolicy() {}

  @Override
  public Backend backend() {
    return backend;
  }
}
