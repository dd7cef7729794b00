// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.loop;

import dev.culebra.bench.Measured;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/** Callbacks from other threads: {@code callSoonThreadsafe}, Netty's {@code execute}, the JDK's executor. */
public class HandOverBenchmark extends Measured {

  /** What runs the callbacks, in a thread of its own. */
  @State(Scope.Benchmark)
  public static class Receiver {

    @Param({"nio", "epoll", "netty-nio", "netty-epoll", "executor"})
    public String receiver = "nio";

    @SuppressWarnings("NullAway.Init") // JMH calls start() first
    private ReceiverThread thread;

    @SuppressWarnings("NullAway.Init")
    Executor executor;

    @Setup(Level.Trial)
    public void start() {
      thread = ReceiverThread.start(receiver);
      executor = thread.executor();
    }

    @TearDown(Level.Trial)
    public void end() throws Exception {
      thread.end();
    }
  }

  /** A thread that hands over, and waits for an answer. */
  @State(Scope.Thread)
  public static class Sender {

    private final Runnable answer = this::answer;
    private final Thread thread = Thread.currentThread();

    /** Touched on the receiver only; written, so that the callback does something. */
    @SuppressWarnings("UnusedVariable")
    private long received;

    private final Runnable callback = this::receive;

    private volatile boolean answered;

    private void receive() {
      received++;
    }

    private void answer() {
      answered = true;
      LockSupport.unpark(thread);
    }

    private void handOver(Executor receiver, int count) {
      answered = false;
      for (int i = 1; i < count; i++) {
        receiver.execute(callback);
      }
      receiver.execute(answer);
      while (!answered) {
        LockSupport.park(this);
      }
    }
  }

  /** An operation hands a callback over; it counts until the last of 10,000 has run. */
  @Benchmark
  @Threads(1)
  @OperationsPerInvocation(BATCH)
  public void oneSender(Receiver receiver, Sender sender) {
    sender.handOver(receiver.executor, BATCH);
  }

  /** The same from two threads at once: an operation of one of them goes on while the other has one, too. */
  @Benchmark
  @Threads(2)
  @OperationsPerInvocation(BATCH)
  public void twoSenders(Receiver receiver, Sender sender) {
    sender.handOver(receiver.executor, BATCH);
  }

  /** An operation is a round trip: a callback wakes the receiver that sleeps, and wakes the sender in turn. */
  @Benchmark
  @Threads(1)
  public void wakeUp(Receiver receiver, Sender sender) {
    sender.handOver(receiver.executor, 1);
  }
}
