// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.spi.AnyThread;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Looks at the loops that run in debug mode, from one thread, which sleeps while there are none. */
@AnyThread
final class Watchdog {

  private static final long MIN_PAUSE_NANOS = 1_000_000;
  private static final long MAX_PAUSE_NANOS = 100_000_000;

  private static final Set<Debugging> WATCHED = ConcurrentHashMap.newKeySet();

  private static final Thread THREAD = Thread.ofPlatform()
      .daemon()
      .inheritInheritableThreadLocals(false)
      .name("culebra-watchdog")
      .start(Watchdog::run);

  private Watchdog() {}

  static void watch(Debugging loop) {
    WATCHED.add(loop);
    lookNow();
  }

  static void leave(Debugging loop) {
    WATCHED.remove(loop);
  }

  /** How long to wait may have changed. */
  static void lookNow() {
    LockSupport.unpark(THREAD);
  }

  private static void run() {
    while (true) {
      long pauseNanos = MAX_PAUSE_NANOS;
      for (Debugging loop : WATCHED) {
        pauseNanos = Math.min(pauseNanos, loop.look(System.nanoTime()));
      }
      if (WATCHED.isEmpty()) {
        LockSupport.park(WATCHED);
      } else {
        LockSupport.parkNanos(WATCHED, Math.max(MIN_PAUSE_NANOS, pauseNanos));
      }
    }
  }
}
