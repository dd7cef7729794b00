// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.ExceptionContext;
import dev.culebra.internal.loop.Runs;
import dev.culebra.spi.AnyThread;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One loop of a group, and the thread that runs it from {@link #start} to its end. */
@AnyThread
final class GroupMember {

  private static final AtomicInteger THREADS = new AtomicInteger();

  private final SocketLoop loop;
  private final Thread thread;
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
  private volatile @Nullable Throwable failure;
  private volatile boolean ending;

  GroupMember(SocketLoop loop) {
    this.loop = loop;
    this.thread = Thread.ofPlatform()
        .name("culebra-loop-" + THREADS.incrementAndGet())
        .daemon(false)
        .inheritInheritableThreadLocals(false)
        .unstarted(this::run);
  }

  SocketLoop loop() {
    return loop;
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      loop.runForever();
    } catch (Throwable t) {
      failed("A loop of the group broke; the others go on without it", t);
    }
    ending = true;
    try (loop) {
      if (failure == null) { // a broken one runs no more
        Runs.end(loop);
      }
    } catch (Throwable t) {
      failed("A loop of the group did not end in order", t);
    } finally {
      ended.complete(null);
    }
  }

  private void failed(String message, Throwable thrown) {
    if (failure == null) {
      failure = thrown;
    }
    loop.callExceptionHandler(ExceptionContext.of(message, thrown));
  }

  /** Has the loop end, once it has done what it is given before. */
  void stop() {
    ending = true;
    loop.callSoonThreadsafeUnlessClosed(loop::stop);
  }

  /** Whether work and connections may be given to it; it may end at any time. */
  boolean isAlive() {
    return !ending;
  }

  @Nullable Throwable failure() {
    return failure;
  }

  /** Done when the loop is closed. */
  CompletableFuture<@Nullable Void> ended() {
    return ended;
  }

  /** Has an action run in the loop's thread when the loop is closed; at once if it is. */
  void whenEnded(Runnable action) {
    CompletableFuture<?> ignored = ended.thenRun(action);
  }

  /** Waits for what the thread still does after {@link #ended}: almost nothing. */
  void join() throws InterruptedException {
    thread.join();
  }
}
