// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.loop;

import dev.culebra.bench.Measured;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Netty's {@code execute} on the loop, beside {@link CallSoonBenchmark}. */
public class NettyExecuteBenchmark extends Measured {

  /** A loop that the benchmark's thread runs. */
  @State(Scope.Thread)
  public static class NettyLoop {

    @Param({"nio", "epoll"})
    public String transport = "nio";

    @SuppressWarnings("NullAway.Init") // JMH calls open() first
    ManualIoEventLoop loop;

    @Setup(Level.Trial)
    public void open() {
      IoHandlerFactory io =
          transport.equals("nio") ? NioIoHandler.newFactory() : EpollIoHandler.newFactory();
      loop = new ManualIoEventLoop(Thread.currentThread(), io);
    }

    @TearDown(Level.Trial)
    public void close() {
      Future<?> ended = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      while (!ended.isDone()) {
        loop.runNow();
      }
    }

    long run(int atOnce) {
      boolean[] ended = new boolean[1];
      Rounds rounds = new Rounds(loop, atOnce, () -> ended[0] = true);
      loop.execute(rounds);
      while (!ended[0]) {
        loop.runNow();
      }
      return rounds.counted();
    }
  }

  /** An operation hands over a task and runs it, 100 at once. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long many(NettyLoop state) {
    return state.run(Rounds.MANY);
  }

  /** An operation hands over a task and runs it, one at a time. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long chain(NettyLoop state) {
    return state.run(1);
  }
}
