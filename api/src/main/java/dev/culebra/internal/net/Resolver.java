// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.LoopFuture;
import dev.culebra.internal.loop.SelectorLoop;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Turns host names into addresses, off the loop: the system's resolver blocks its thread. */
final class Resolver {

  private static final System.Logger LOG = System.getLogger("dev.culebra");

  /** One slow name must not hold up the others. */
  private static final int MAX_THREADS = 8;

  private static final Executor THREADS = newThreads();

  private Resolver() {}

  private static Executor newThreads() {
    ThreadPoolExecutor pool = new ThreadPoolExecutor(
        MAX_THREADS,
        MAX_THREADS,
        5,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        Thread.ofPlatform().daemon().name("culebra-resolver-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** The addresses of a host; a literal address is taken as it is. Parks the calling task. */
  static List<InetAddress> resolve(SelectorLoop loop, String host) throws UnknownHostException {
    try {
      return List.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      return lookUp(loop, host);
    }
  }

  private static List<InetAddress> lookUp(SelectorLoop loop, String host)
      throws UnknownHostException {
    LoopFuture<List<InetAddress>> answer = loop.createFuture();
    loop.jobs().begins();
    THREADS.execute(() -> {
      long startNanos = System.nanoTime();
      try {
        List<InetAddress> addresses = List.of(InetAddress.getAllByName(host));
        tellIfSlow(loop, host, System.nanoTime() - startNanos, addresses);
        deliver(loop, answer, () -> answer.setResult(addresses));
      } catch (UnknownHostException e) {
        deliver(loop, answer, () -> answer.setException(e));
      }
    });
    try {
      return answer.await();
    } catch (UnknownHostException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("only what is set above", e);
    }
  }

  /** As asyncio, in debug mode: a slow resolver is not the program's fault, but good to know of. */
  private static void tellIfSlow(
      SelectorLoop loop, String host, long tookNanos, List<InetAddress> addresses) {
    Duration took = Duration.ofNanos(tookNanos);
    if (loop.getDebug() && took.compareTo(loop.getSlowCallbackDuration()) >= 0) {
      LOG.log(
          System.Logger.Level.INFO,
          () -> "Getting address info " + host + " took " + took.toMillis() + " ms: " + addresses);
    }
  }

  private static void deliver(SelectorLoop loop, LoopFuture<?> answer, Runnable completion) {
    loop.callSoonThreadsafeUnlessClosed(() -> {
      loop.jobs().ends();
      if (!answer.done()) {
        completion.run();
      }
    });
  }
}
