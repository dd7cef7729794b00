// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.loop;

import dev.culebra.EventLoop;
import dev.culebra.LoopPolicy;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A thread that runs what other threads hand over to it. */
interface ReceiverThread {

  /** What it is handed over by. */
  Executor executor();

  void end() throws InterruptedException;

  /** Starts the thread of one contender. */
  static ReceiverThread start(String name) {
    return switch (name) {
      case "netty-nio" -> ofNetty(NioIoHandler.newFactory());
      case "netty-epoll" -> ofNetty(EpollIoHandler.newFactory());
      case "executor" -> of(Executors.newSingleThreadExecutor());
      default -> ofLoop(LoopPolicy.forBackend(name).newEventLoop());
    };
  }

  private static ReceiverThread ofLoop(EventLoop loop) {
    Thread thread = Thread.ofPlatform().start(loop::runForever);
    return new ReceiverThread() {

      @Override
      public Executor executor() {
        return loop::callSoonThreadsafe;
      }

      @Override
      public void end() throws InterruptedException {
        loop.callSoonThreadsafe(loop::stop);
        thread.join();
        loop.close();
      }
    };
  }

  private static ReceiverThread ofNetty(IoHandlerFactory io) {
    return of(new MultiThreadIoEventLoopGroup(1, io).next());
  }

  private static ReceiverThread of(ExecutorService executor) {
    return new ReceiverThread() {

      @Override
      public Executor executor() {
        return executor;
      }

      @Override
      public void end() {
        executor.shutdownNow();
      }
    };
  }
}
