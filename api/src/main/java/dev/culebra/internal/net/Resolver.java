// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.LoopFuture;
import dev.culebra.internal.loop.SelectorLoop;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

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

  /**
   * The addresses of a host; a literal address is taken as it is. Parks the calling task.
   *
   * @param family which addresses are wanted, null for all
   * @throws UnknownHostException if there is none
   */
  static List<InetAddress> resolve(SelectorLoop loop, String host, @Nullable ProtocolFamily family)
      throws UnknownHostException {
    List<InetAddress> all = resolve(loop, host);
    if (family == null) {
      return all;
    }
    List<InetAddress> wanted =
        all.stream().filter(address -> SocketLoop.familyOf(address) == family).toList();
    if (wanted.isEmpty()) {
      throw new UnknownHostException(host + " has no address of the family " + family);
    }
    return wanted;
  }

  /** All addresses of a host; a literal address is taken as it is. Parks the calling task. */
  static List<InetAddress> resolve(SelectorLoop loop, String host) throws UnknownHostException {
    if (host.isEmpty()) { // the JDK would take it for this machine
      throw new IllegalArgumentException("host must not be empty");
    }
    try {
      return List.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      return lookUp(loop, host, () -> List.of(InetAddress.getAllByName(host)));
    }
  }

  /** The name of an address, the address itself if it has none. Parks the calling task. */
  static String nameOf(SelectorLoop loop, InetAddress address) throws UnknownHostException {
    // a copy, for an address remembers the name that it was made from
    InetAddress nameless = InetAddress.getByAddress(address.getAddress());
    return lookUp(loop, address, nameless::getHostName);
  }

  private static <T> T lookUp(SelectorLoop loop, Object what, Callable<T> query)
      throws UnknownHostException {
    LoopFuture<T> answer = loop.createFuture();
    loop.jobs().begins();
    THREADS.execute(() -> {
      long startNanos = System.nanoTime();
      try {
        T found = query.call();
        tellIfSlow(loop, what, System.nanoTime() - startNanos, found);
        deliver(loop, answer, () -> answer.setResult(found));
      } catch (Exception e) {
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
  private static void tellIfSlow(SelectorLoop loop, Object what, long tookNanos, Object found) {
    Duration took = Duration.ofNanos(tookNanos);
    if (loop.getDebug() && took.compareTo(loop.getSlowCallbackDuration()) >= 0) {
      LOG.log(
          System.Logger.Level.INFO,
          () -> "Getting address info " + what + " took " + took.toMillis() + " ms: " + found);
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
