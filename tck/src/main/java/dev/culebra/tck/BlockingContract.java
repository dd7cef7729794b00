// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.startServer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Task;
import dev.culebra.net.Server;
import dev.culebra.net.StreamConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tasks that block outside the loop, which in carried mode goes on without them. */
@SuppressWarnings("WaitNotInLoop") // what is tested is the one wait
abstract class BlockingContract extends OnLoop {

  private static final long LONG_MILLIS = 3_600_000;

  private final List<Object> ran = new ArrayList<>();
  private ScriptedBackend backend;

  @BeforeEach
  void carriedOnly() {
    backend = onBackend(new ScriptedBackend(tck().backend()));
    assumeCarried();
  }

  /**
   * Starts a task that blocks, sees the loop go on without it and then wait without a limit, has another
   * thread unblock the task, and sees it come back and use the loop.
   */
  private void assertLoopGoesOn(Callable<?> blocking, AsideAction unblock) throws Exception {
    Task<String> blocked = loop.createTask(() -> {
      blocking.call();
      return sleep(Duration.ZERO, "back on the loop");
    });
    blocked.addDoneCallback(done -> loop.stop());
    loop.createTask(() -> {
      sleep(Duration.ofMillis(1));
      assertFalse(blocked.done());
      ran.add("meanwhile");
    });
    thread(() -> {
      awaitAside("the other task", () -> !ran.isEmpty());
      backend.awaitEndlessWait(patience().toNanos());
      unblock.run();
    });
    loop.runForever();
    assertEquals("back on the loop", blocked.result());
  }

  private interface AsideAction {
    void run() throws Exception;
  }

  @Test
  void aBlockingQueueStopsOnlyTheTask() throws Exception {
    BlockingQueue<String> queue = new LinkedBlockingQueue<>();
    assertLoopGoesOn(queue::take, () -> queue.put("x"));
  }

  @Test
  void aHandoverStopsOnlyTheTask() throws Exception {
    SynchronousQueue<String> queue = new SynchronousQueue<>();
    assertLoopGoesOn(queue::take, () -> queue.put("x"));
  }

  @Test
  void objectWaitStopsOnlyTheTask() throws Exception {
    Object monitor = new Object();
    boolean[] notified = new boolean[1];
    assertLoopGoesOn(
        () -> {
          synchronized (monitor) {
            while (!notified[0]) {
              monitor.wait();
            }
          }
          return 0;
        },
        () -> {
          synchronized (monitor) {
            notified[0] = true;
            monitor.notifyAll();
          }
        });
  }

  @Test
  void aContendedMonitorStopsOnlyTheTask() throws Exception {
    Object monitor = new Object();
    Semaphore isHeld = new Semaphore(0);
    Semaphore mayLeave = new Semaphore(0);
    thread(() -> {
      synchronized (monitor) {
        isHeld.release();
        mayLeave.acquire();
      }
    });
    isHeld.acquire();
    assertLoopGoesOn(
        () -> {
          synchronized (monitor) {
            return ran.add("in");
          }
        },
        mayLeave::release);
  }

  @Test
  void aFutureOfTheJdksStopsOnlyTheTask() throws Exception {
    CompletableFuture<String> future = new CompletableFuture<>();
    assertLoopGoesOn(future::get, () -> future.complete("x"));
  }

  @Test
  void aBlockingSocketStopsOnlyTheTask() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
        Socket accepted = listener.accept()) {
      assertLoopGoesOn(
          () -> client.getInputStream().read(), () -> accepted.getOutputStream().write(1));
    }
  }

  @Test
  void aBlockingAcceptStopsOnlyTheTask() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertLoopGoesOn(
          () -> {
            listener.accept().close();
            return 0;
          },
          () -> new Socket(listener.getInetAddress(), listener.getLocalPort()).close());
    }
  }

  /** Without the wake-up in the scheduler's execute the loop would sleep on. */
  @Test
  void aTimedParkStopsOnlyTheTaskAndEndsTheEndlessWait() throws Exception {
    ReentrantLock lock = new ReentrantLock();
    Semaphore mayUnlock = new Semaphore(0);
    Semaphore isLocked = new Semaphore(0);
    thread(() -> {
      lock.lock();
      try {
        isLocked.release();
        mayUnlock.acquire();
      } finally {
        lock.unlock();
      }
    });
    isLocked.acquire();
    Object monitor = new Object();
    run(() -> {
      List<Task<?>> blocked = List.of(
          createTask(() -> Thread.sleep(3)),
          createTask(() -> assertFalse(lock.tryLock(3, TimeUnit.MILLISECONDS))),
          createTask(() -> LockSupport.parkNanos(3_000_000)),
          createTask(() -> {
            synchronized (monitor) {
              monitor.wait(3);
            }
          }));
      for (Task<?> each : blocked) {
        each.await(); // there is no timer: each of them ends an endless wait
      }
      mayUnlock.release();
    });
    assertTrue(backend.polls.get() < 30, () -> "polls: " + backend.polls);
  }

  @Test
  void whatATaskWroteLeavesWhenItBlocks() throws Exception {
    BlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      thread(() -> {
        try (Socket accepted = listener.accept()) {
          answers.put(accepted.getInputStream().readNBytes(3));
          accepted.getInputStream().read();
        }
      });
      run(() -> {
        try (StreamConnection connection =
            dev.culebra.Asyncio.openConnection(HOST, listener.getLocalPort())) {
          connection.writer().write(new byte[] {1, 2, 3});
          assertEquals(3, answers.take().length);
        }
        settle();
      });
    }
  }

  @Test
  void aTaskThatComesBackMaySchedule() throws Exception {
    BlockingQueue<String> queue = new LinkedBlockingQueue<>();
    Task<String> task = loop.createTask(() -> {
      queue.take();
      loop.callSoon(() -> ran.add("callback"));
      loop.callLater(Duration.ofMillis(1), loop::stop);
      return queue.take();
    });
    thread(() -> {
      backend.awaitEndlessWait(patience().toNanos());
      queue.put("x");
    });
    loop.runForever();
    assertEquals(List.of("callback"), ran);
    queue.put("y");
    assertEquals("y", run(task));
  }

  @Test
  void aTaskMayUnblockAnother() throws Exception {
    SynchronousQueue<Integer> there = new SynchronousQueue<>();
    SynchronousQueue<Integer> back = new SynchronousQueue<>();
    run(() -> {
      Task<?> echo = createTask(() -> {
        for (int i = 0; i < 1000; i++) {
          back.put(there.take());
        }
      });
      for (int i = 0; i < 1000; i++) {
        there.put(i);
        assertEquals(i, back.take());
      }
      echo.await();
    });
  }

  @Test
  void aTaskThatBlocksForEverDoesNotKeepTheLoopFromStopping() throws Exception {
    BlockingQueue<String> queue = new LinkedBlockingQueue<>();
    Task<String> blocked = loop.createTask(queue::take);
    assertEquals("x", run(() -> sleep(Duration.ofMillis(1), "x")));
    assertFalse(blocked.done());
    queue.put("y"); // while the loop does not run
    assertEquals("y", run(blocked));
  }

  // Cancelling

  private void assertCancelledWhile(Callable<?> blocking) throws Exception {
    run(() -> {
      Task<String> task = createTask(() -> {
        ran.add("blocks");
        try {
          blocking.call();
        } finally {
          ran.add("clean");
        }
        return "never";
      });
      await("the task", () -> !ran.isEmpty());
      settle();
      assertTrue(task.cancel("enough"));
      assertEquals(
          "enough", assertThrows(CancellationException.class, task::await).getMessage());
      assertTrue(task.cancelled());
      assertEquals(List.of("blocks", "clean"), ran);
    });
  }

  @Test
  void aTaskInThreadSleepIsCancelled() throws Exception {
    assertCancelledWhile(() -> {
      Thread.sleep(LONG_MILLIS);
      return 0;
    });
  }

  @Test
  void aTaskInABlockingQueueIsCancelled() throws Exception {
    assertCancelledWhile(new LinkedBlockingQueue<String>()::take);
  }

  @Test
  void aTaskInObjectWaitIsCancelled() throws Exception {
    Object monitor = new Object();
    assertCancelledWhile(() -> {
      synchronized (monitor) {
        monitor.wait();
      }
      return 0;
    });
  }

  @Test
  void aTaskInABlockingSocketIsCancelled() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertCancelledWhile(listener::accept);
    }
  }

  @Test
  void aTaskInABlockingChannelIsCancelled() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        SocketChannel channel = SocketChannel.open(listener.getLocalSocketAddress())) {
      assertCancelledWhile(() -> channel.read(java.nio.ByteBuffer.allocate(1)));
    }
  }

  @Test
  void aTaskThatSwallowsTheInterruptIsNotCancelled() throws Exception {
    run(() -> {
      Task<String> task = createTask(() -> {
        try {
          Thread.sleep(LONG_MILLIS);
          return "never";
        } catch (InterruptedException e) {
          return "swallowed";
        }
      });
      settle();
      task.cancel();
      assertEquals("swallowed", task.await());
      assertEquals(1, task.cancelling());
    });
  }

  @Test
  void aTaskThatSwallowedTheInterruptWaitsAsBefore() throws Exception {
    run(() -> {
      Task<String> task = createTask(() -> {
        try {
          Thread.sleep(LONG_MILLIS);
          return "never";
        } catch (InterruptedException e) {
          return sleep(Duration.ofMillis(1), "went on");
        }
      });
      settle();
      task.cancel();
      assertEquals("went on", task.await());
    });
  }

  @Test
  void aCancellationThatCameTooLateToInterruptIsThrownAtTheNextWait() throws Exception {
    BlockingQueue<String> queue = new LinkedBlockingQueue<>();
    run(() -> {
      Task<String> task = createTask(() -> {
        ran.add(queue.take());
        return sleep(LONG, "never");
      });
      settle();
      queue.put("x"); // the task can run, but has not yet
      task.cancel("enough");
      assertThrows(CancellationException.class, task::await);
      assertTrue(task.cancelled());
      assertEquals(List.of("x"), ran, "what was taken is not lost");
    });
  }

  @Test
  void aTaskCancelledByOneThatComesBackBeforeItsFirstStepNeverRuns() throws Exception {
    BlockingQueue<Task<?>> queue = new LinkedBlockingQueue<>();
    run(() -> {
      Task<?> canceller = createTask(() -> queue.take().cancel());
      settle();
      Task<?>[] fresh = new Task<?>[1];
      loop.callSoon(() -> queue.add(fresh[0])); // then the canceller runs before the fresh one
      fresh[0] = createTask(() -> ran.add("never"));
      canceller.await();
      assertThrows(CancellationException.class, fresh[0]::await);
      assertTrue(fresh[0].cancelled());
      assertEquals(List.of(), ran);
    });
  }

  @Test
  void aFailureThatIsNoInterruptionStaysAFailure() throws Exception {
    run(() -> {
      Task<String> task = createTask(() -> {
        try {
          Thread.sleep(LONG_MILLIS);
          return "never";
        } catch (InterruptedException e) {
          throw new IOException("planted", e);
        }
      });
      settle();
      task.cancel();
      assertEquals("planted", assertThrows(IOException.class, task::await).getMessage());
      assertFalse(task.cancelled());
    });
  }

  @Test
  void serversAreServedWhileATaskBlocks() throws Exception {
    BlockingQueue<String> queue = new LinkedBlockingQueue<>();
    run(() -> {
      Task<String> blocked = createTask(queue::take);
      ConnectionLog.Pushed protocol = log();
      try (Server server = loop.createServer(() -> protocol, HOST, 0)) {
        Peer peer = peerOf(server);
        peer.send((byte) 1);
        await("the byte", () -> protocol.receivedCount() == 1);
      }
      queue.put("x");
      assertEquals("x", blocked.await());
    });
  }

  @Test
  void whatATaskWritesBetweenTwoBlockingWaitsLeaves() throws Exception {
    BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    run(() -> {
      try (Server server = startServer(
          (reader, writer) -> {
            try (writer) {
              writer.write(messages.take().getBytes(UTF_8));
              messages.take();
            }
          },
          "127.0.0.1",
          0)) {
        int port = ((InetSocketAddress) server.addresses().get(0)).getPort();
        try (StreamConnection client = openConnection("127.0.0.1", port)) {
          settle();
          loop.callLater(
              Duration.ofMillis(1), () -> Thread.ofPlatform().start(() -> messages.add("hello")));
          assertEquals("hello", new String(client.reader().readExactly(5), UTF_8));
          messages.add("end");
        }
      }
    });
  }
}
