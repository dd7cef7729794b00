// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import dev.culebra.EventLoop;
import dev.culebra.spi.Backend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes the JVM's first blocking socket call in a task, and then sees whether such calls work elsewhere
 * while that task's loop does not run, and when it is closed.
 */
final class JdkPollerProgram {

  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final long DELAY_NANOS = 5_000_000;

  private JdkPollerProgram() {}

  /** Takes the name of a backend's class. */
  public static void main(String[] arguments) throws Exception {
    Backend backend = ServiceLoader.load(Backend.class).stream()
        .filter(provider -> provider.type().getName().equals(arguments[0]))
        .findFirst()
        .orElseThrow()
        .get();
    dev.culebra.LoopPolicy policy = () -> backend;
    EventLoop loop = policy.newEventLoop();
    loop.runUntilComplete(() -> {
      acceptOne();
      return 0;
    });
    System.out.println("in a task");
    onVirtualThread();
    System.out.println("beside a loop that does not run");
    loop.close();
    onVirtualThread();
    System.out.println("after the loop");
  }

  private static void onVirtualThread() throws InterruptedException {
    if (!Thread.ofVirtual().start(JdkPollerProgram::acceptOne).join(PATIENCE)) {
      throw new AssertionError("missing: the end of a blocking socket call");
    }
  }

  /** Accepts a connection that comes a little later, so that the call has to wait. */
  private static void acceptOne() {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofPlatform().daemon().start(() -> connectLater(listener));
      listener.accept().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void connectLater(ServerSocket listener) {
    LockSupport.parkNanos(DELAY_NANOS);
    try {
      new Socket(listener.getInetAddress(), listener.getLocalPort()).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
