// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;

/**
 * Starts the JDK's own socket poller where it belongs.
 *
 * <p>The first blocking socket call on a virtual thread starts the JVM-wide threads that serve all such
 * calls, and they inherit the caller's scheduler. Were that caller a task of ours, the whole JVM's
 * socket poller would run on one loop, and stop with it. So a virtual thread of the default scheduler
 * makes such a call before any task can.
 */
final class JdkPoller {

  private static final Thread STARTER = Thread.ofPlatform()
      .daemon()
      .name("culebra-jdk-poller")
      .start(JdkPoller::startOnVirtualThread);

  private JdkPoller() {}

  /** Returns when the JDK's poller runs. */
  static void start() {
    boolean interrupted = false;
    while (STARTER.isAlive()) {
      try {
        STARTER.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A virtual thread inherits the scheduler of a virtual parent, so a platform thread starts it. */
  private static void startOnVirtualThread() {
    try {
      Thread.ofVirtual().start(JdkPoller::acceptBriefly).join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void acceptBriefly() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      socket.setSoTimeout(1);
      socket.accept().close();
    } catch (SocketTimeoutException e) {
      // as intended: it has waited, so the poller runs
    } catch (IOException e) {
      System.getLogger("dev.culebra")
          .log(System.Logger.Level.WARNING, "could not start the JDK's socket poller", e);
    }
  }
}
