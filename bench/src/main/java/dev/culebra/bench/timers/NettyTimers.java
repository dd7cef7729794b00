// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.timers;

import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Netty's {@code EventLoop.schedule}, on the loop. It is a loop that its caller's thread runs, so that no
 * operation has to be handed over to another thread.
 */
final class NettyTimers implements Timers {

  private final ManualIoEventLoop loop =
      new ManualIoEventLoop(Thread.currentThread(), NioIoHandler.newFactory());
  private final Future<?>[] futures;
  private int expired;
  private final Runnable action = this::expired;

  NettyTimers(int slots) {
    futures = new Future<?>[slots];
  }

  private void expired() {
    expired++;
  }

  @Override
  public void schedule(int slot, Delay delay) {
    futures[slot] = loop.schedule(action, delay.nanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void cancel(int slot) {
    futures[slot].cancel(false);
  }

  @Override
  public void run(int times, Runnable step) {
    for (int i = 0; i < times; i++) {
      step.run();
      loop.runNow();
    }
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // that they expire is counted
  public void expire(int count) {
    int until = expired + count;
    for (int i = 0; i < count; i++) {
      loop.schedule(action, 0, TimeUnit.NANOSECONDS);
    }
    while (until - expired > 0) {
      loop.runNow();
    }
  }

  @Override
  public void close() {
    Future<?> ended = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    while (!ended.isDone()) {
      loop.runNow();
    }
  }
}
