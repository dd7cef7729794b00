// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

/** Runs a body on a platform thread, whatever kind of thread asks for it. */
final class PlatformThreads {

  private PlatformThreads() {}

  /** Runs a body on this thread, or, if this is a virtual one, on a platform thread, and waits. */
  static void run(Runnable body) {
    if (!Thread.currentThread().isVirtual()) {
      body.run();
      return;
    }
    Throwable[] thrown = new Throwable[1];
    Thread thread = Thread.ofPlatform()
        .name("culebra-carrier")
        .uncaughtExceptionHandler((t, e) -> thrown[0] = e)
        .start(body);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (thrown[0] != null) {
      throw Rethrow.<RuntimeException>sneaky(thrown[0]);
    }
  }
}
