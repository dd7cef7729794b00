// SPDX-License-Identifier: Apache-2.0
package dev.culebra.kqueue;

import dev.culebra.LoopPolicy;
import dev.culebra.kqueue.internal.KqueueBackend;
import dev.culebra.spi.AnyThread;
import dev.culebra.spi.Backend;

/**
 * Runs new loops on kqueue, the fastest way to wait on macOS.
 *
 * <p>Where it is present and works it is what the default policy chooses anyway. Setting this one asks
 * for a failure that tells the reason, rather than for another backend.
 *
 * <p><b>Portability</b>: macOS on x86-64 and arm64. Start java with {@code
 * --enable-native-access=dev.culebra.posix}, or with {@code =ALL-UNNAMED} on the class path. On Linux it
 * is for tests: {@code -Dculebra.kqueue.library} names a library that has kqueue and kevent, such as
 * libkqueue; it is never chosen by default there.
 */
@AnyThread
public final class KqueueLoopPolicy implements LoopPolicy {

  private final Backend backend = new KqueueBackend();

  /** Makes a policy, which holds no state. */
  public KqueueLoopPolicy() {}

  @Override
  public Backend backend() {
    return backend;
  }
}
