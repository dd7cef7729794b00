// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts the JDK's own socket poller where it belongs.
 *
 * <p>The first blocking socket call on a virtual thread starts the JVM-wide threads that serve all such
 * calls, and they inherit the caller's scheduler. Were that caller a task of ours, the whole JVM's
 * socket poller would run on one loop, and stop with it. So a virtual thread of the default scheduler
 * makes such a call before any task can.
 */
final class JdkPoller {

  private static final long PAUSE_NANOS = 50_000;

  private static final Thread STARTER =
      Thread.ofPlatform().daemon().name("culebra-jdk-poller").start(JdkPoller::startByAccepting);

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

  /**
   * Has a virtual thread accept until it has parked: by then the poller watches for it. A virtual thread
   * inherits the scheduler of a virtual parent, so this runs on a platform thread.
   */
  private static void startByAccepting() {
    try {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      Thread acceptor = Thread.ofVirtual().start(() -> acceptUntilClosed(socket));
      awaitParked(acceptor);
      socket.close();
      acceptor.join();
    } catch (IOException e) {
      System.getLogger("dev.culebra")
          .log(System.Logger.Level.WARNING, "could not start the JDK's socket poller", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitParked(Thread acceptor) {
    Thread.State state = acceptor.getState();
    while (state != Thread.State.WAITING && state != Thread.State.TERMINATED) {
      LockSupport.parkNanos(PAUSE_NANOS);
      state = acceptor.getState();
    }
  }

  private static void acceptUntilClosed(ServerSocket socket) {
    try {
      while (!socket.isClosed()) {
        socket.accept().close();
      }
    } catch (IOException e) {
      // it was closed, as intended
    }
  }
}
