// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.startServer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.Asyncio;
import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.net.Server;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What can go wrong where virtual threads, locks, interrupts and other threads meet. Each test says what
 * its cure is, without which it fails.
 */
abstract class HazardContract extends OnLoop {

  private static final int ROUNDS = Integer.getInteger("culebra.tck.rounds", 30_000);

  private final List<Object> ran = new ArrayList<>();

  // Locks

  /** Cure: CarriedTasks makes the loop a virtual thread (runLoop), so that a callback can park. */
  @Test
  void aCallbackWaitsForALockThatAParkedTaskHolds() throws Exception {
    ReentrantLock lock = new ReentrantLock();
    assertCallbackGets(body -> {
      lock.lock();
      try {
        return body.call();
      } finally {
        lock.unlock();
      }
    });
  }

  /** Cure: as for the lock. Holders of monitors park, too, since JDK 24. */
  @Test
  void aCallbackWaitsForAMonitorThatAParkedTaskHolds() throws Exception {
    Object monitor = new Object();
    assertCallbackGets(body -> {
      synchronized (monitor) {
        return body.call();
      }
    });
  }

  private interface Guard {
    boolean during(Callable<Boolean> body) throws Exception;
  }

  private void assertCallbackGets(Guard guard) throws Exception {
    LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
    Semaphore holds = new Semaphore(0);
    run(() -> {
      createTask(() -> guard.during(() -> {
        holds.release();
        return ran.add(queue.take());
      }));
      loop.callSoon(() -> unchecked(() -> guard.during(() -> ran.add("callback"))));
      thread(() -> {
        holds.acquire();
        LockSupport.parkNanos(2_000_000); // long enough for the callback to ask
        queue.put("task");
      });
      sleep(Duration.ZERO);
      await("the callback", () -> ran.size() == 2);
    });
    assertEquals(List.of("task", "callback"), ran);
  }

  private static void unchecked(Callable<?> body) {
    try {
      body.call();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Cure: ProtocolInput keeps the loop's input buffer from others while dataReceived looks at it. */
  @Test
  void dataIsNotOverwrittenWhileItsProtocolWaitsForALock() throws Exception {
    assumeCarried();
    ReentrantLock lock = new ReentrantLock();
    LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
    Semaphore inDataReceived = new Semaphore(0);
    ConnectionLog.Pushed slow = log(new ConnectionLog.Pushed() {
      @Override
      public void dataReceived(ByteBuffer data) throws Exception {
        inDataReceived.release();
        lock.lock();
        try {
          super.dataReceived(data);
        } finally {
          lock.unlock();
        }
      }
    });
    run(() -> {
      LoopFuture<byte[]> read = loop.createFuture();
      try (Server streams = startServer(
          (reader, writer) -> {
            lock.lock();
            try {
              queue.take(); // the other connection's data comes now
            } finally {
              lock.unlock();
            }
            read.setResult(reader.read(100));
            writer.close();
          },
          HOST,
          0)) {
        Peer peer = peerOf(streams);
        peer.send(new byte[] {9, 9, 9});
        settle();
      }
      Peer other = serve(slow).peer();
      thread(() -> {
        inDataReceived.acquire();
        LockSupport.parkNanos(1_000_000);
        queue.put("go");
      });
      other.send(new byte[] {1, 2, 3});
      assertArrayEquals(new byte[] {9, 9, 9}, read.await());
      await("data", () -> slow.receivedCount() > 0);
    });
    assertArrayEquals(new byte[] {1, 2, 3}, slow.received());
  }

  // Wake-ups

  /** Cure: SelectorLoop.poll looks for work once more after it has set its flag. */
  @Test
  void noCallbackFromAnotherThreadIsLostWhenTheLoopIsAboutToSleep() throws Exception {
    int threads = 2;
    AtomicInteger done = new AtomicInteger();
    for (int i = 0; i < threads; i++) {
      thread(() -> {
        AtomicInteger mine = new AtomicInteger();
        for (int n = 1; n <= ROUNDS / threads; n++) {
          int number = n;
          loop.callSoonThreadsafe(() -> mine.set(number));
          spinUntil(mine, number); // so that the loop has nothing left and goes to sleep
        }
        if (done.incrementAndGet() == threads) {
          loop.callSoonThreadsafe(loop::stop);
        }
      });
    }
    loop.runForever();
    assertEquals(threads, done.get());
  }

  @SuppressWarnings("ThreadPriorityCheck") // so that a machine of one core gets on
  private void spinUntil(AtomicInteger counter, int number) {
    for (int spins = 0; counter.get() < number; spins++) {
      if (spins < 100) {
        Thread.onSpinWait();
      } else if (spins < 200_000) {
        Thread.yield();
      } else {
        awaitAside("a callback", () -> counter.get() >= number);
      }
    }
  }

  /** Cure: CarriedTasks.execute wakes the poll, and the idle carrier, after it has added. */
  @Test
  void noUnparkByAnotherThreadIsLost() throws Exception {
    assumeCarried();
    LinkedTransferQueue<Integer> there = new LinkedTransferQueue<>();
    AtomicInteger taken = new AtomicInteger();
    Task<?> taker = loop.createTask(() -> {
      for (int n = 1; n <= ROUNDS; n++) {
        assertEquals(n, there.take());
        taken.set(n);
      }
    });
    thread(() -> {
      for (int n = 1; n <= ROUNDS; n++) {
        there.put(n);
        if (n % 3 == 0) {
          spinUntil(taken, n); // so that both sleep
        }
      }
    });
    run(taker);
  }

  /** Cure: as above, with several threads and tasks at once, and callbacks between. */
  @Test
  void unparksAndCallbacksFromManyThreadsAllArrive() throws Exception {
    assumeCarried();
    int pairs = 3;
    int each = ROUNDS / 10;
    AtomicInteger callbacks = new AtomicInteger();
    run(() -> {
      List<Task<?>> takers = new ArrayList<>();
      for (int i = 0; i < pairs; i++) {
        LinkedTransferQueue<Integer> queue = new LinkedTransferQueue<>();
        takers.add(createTask(() -> {
          for (int n = 0; n < each; n++) {
            assertEquals(n, queue.take());
            sleep(Duration.ZERO);
          }
        }));
        thread(() -> {
          for (int n = 0; n < each; n++) {
            queue.put(n);
            loop.callSoonThreadsafe(callbacks::incrementAndGet);
          }
        });
      }
      for (Task<?> taker : takers) {
        taker.await();
      }
      await("all callbacks", () -> callbacks.get() == pairs * each);
    });
  }

  // Interrupts

  /** Cure: Interrupts and the carrier clear the status before the loop waits again. */
  @Test
  void interruptingTheThreadThatRunsTheLoopNeitherStopsNorSpinsIt() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(backend()));
    Thread runner = Thread.currentThread();
    assertSurvivesInterrupts(backend, runner::interrupt);
    Thread.interrupted();
  }

  /** Cure: CarrierPoll.request clears the status of the loop's own thread. */
  @Test
  void interruptingTheThreadThatCallbacksRunInNeitherStopsNorSpinsIt() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(backend()));
    Thread[] callbackThread = new Thread[1];
    loop.callSoon(() -> callbackThread[0] = Thread.currentThread());
    runOnce();
    loop.callSoon(() -> callbackThread[0] = Thread.currentThread());
    assertSurvivesInterrupts(backend, () -> callbackThread[0].interrupt());
    Thread.interrupted();
  }

  private void assertSurvivesInterrupts(ScriptedBackend backend, Runnable interrupt)
      throws Exception {
    thread(() -> {
      for (int i = 0; i < 5; i++) {
        backend.awaitEndlessWait(patience().toNanos());
        interrupt.run();
        LockSupport.parkNanos(2_000_000);
      }
      backend.awaitEndlessWait(patience().toNanos());
      backend.polls.set(0);
      LockSupport.parkNanos(20_000_000); // slow: a spin would show in thousands of polls
      ran.add(backend.polls.get());
      loop.callSoonThreadsafe(loop::stop);
    });
    loop.runForever();
    assertTrue((Integer) ran.get(0) <= 2, () -> "polls while there was nothing to do: " + ran);
    assertEquals("x", run(() -> sleep(Duration.ofMillis(1), "x")));
  }

  /** Cure: CarriedTasks.awaitContinuation clears the carrier's status. */
  @Test
  void aLoopThatIsBlockedDoesNotSpinWhenItsThreadIsInterrupted() throws Exception {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    assumeTrue(threads.isThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled());
    Thread runner = Thread.currentThread();
    Semaphore blocks = new Semaphore(0);
    Semaphore mayGoOn = new Semaphore(0);
    thread(() -> {
      blocks.acquire();
      LockSupport.parkNanos(2_000_000); // until it does block
      runner.interrupt();
      LockSupport.parkNanos(5_000_000); // until it has gone back to it
      long before = threads.getThreadCpuTime(runner.threadId());
      LockSupport.parkNanos(40_000_000); // slow: a spin would show in all of it
      ran.add(threads.getThreadCpuTime(runner.threadId()) - before);
      mayGoOn.release();
    });
    loop.callSoon(() -> {
      blocks.release();
      mayGoOn.acquireUninterruptibly();
    });
    runOnce();
    Thread.interrupted();
    assertTrue((Long) ran.get(0) < 5_000_000, () -> "ns of CPU while it was blocked: " + ran);
  }

  /** Cure: the park of a task, or of the loop, clears the status and goes on to wait. */
  @Test
  void aRunWithAStandingInterruptWorks() throws Exception {
    Thread.currentThread().interrupt();
    assertEquals("x", run(() -> sleep(Duration.ofMillis(2), "x")));
    Thread.interrupted();
    run(() -> {
      loop.callSoon(() -> Thread.currentThread().interrupt());
      assertEquals("x", sleep(Duration.ofMillis(2), "x"));
      loop.callSoon(Thread::interrupted);
      sleep(Duration.ZERO);
    });
    Thread.interrupted();
  }

  /** NIO closes a channel under an interrupted thread only where that may block. */
  @Test
  void whatAnInterruptedTaskDoesWithItsConnectionDoesNotCloseIt() throws Exception {
    run(() -> {
      Streamed stream = stream();
      stream.peer().send(new byte[] {1, 2, 3});
      settle();
      Thread.currentThread().interrupt();
      assertArrayEquals(new byte[] {1, 2, 3}, stream.reader().read(10));
      stream.writer().write(new byte[] {4, 5});
      stream.writer().drain();
      stream.writer().write(new byte[20_000]);
      try (Server server = loop.createServer(this::log, HOST, 0)) {
        assertTrue(server.isServing());
      }
      assertTrue(Thread.interrupted());
      assertArrayEquals(
          new byte[] {4, 5, 0}, aside(() -> stream.peer().receive(3)).await());
      assertFalse(stream.writer().isClosing());
      stream.connection().close();
    });
  }

  // Threads that others start

  /** Cure: CarriedTasks carries whatever its tasks start, and OrphanThreads what outlives the loop. */
  @Test
  void threadsThatALibraryStartsInATaskRunAndOutliveTheLoop() throws Exception {
    LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
    CompletableFuture<String> result = new CompletableFuture<>();
    run(() -> {
      Thread.startVirtualThread(() -> {
        ran.add("started");
        try {
          String first = queue.take();
          Thread.sleep(2);
          result.complete(first + queue.take());
        } catch (Throwable t) {
          result.completeExceptionally(t);
        }
      });
      await("the library's thread", () -> !ran.isEmpty());
    });
    loop.close();
    queue.put("x");
    queue.put("y");
    assertEquals("xy", result.get());
  }

  /** Cure: as above. */
  @Test
  void anExecutorOfVirtualThreadsWorksInATask() throws Exception {
    run(() -> {
      try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
        List<String> results = new ArrayList<>();
        List<Callable<String>> bodies = List.of(
            () -> {
              Thread.sleep(2);
              return "a";
            },
            () -> "b");
        for (var each : executor.invokeAll(bodies)) {
          results.add(each.get());
        }
        assertEquals(List.of("a", "b"), results);
      }
    });
  }

  /** Cure: Scope.current compares the thread. */
  @Test
  void aThreadStartedInATaskIsNotOnTheLoop() throws Exception {
    InheritableThreadLocal<String> inherited = new InheritableThreadLocal<>();
    run(() -> {
      inherited.set("inherited");
      Thread.ofVirtual()
          .start(() -> {
            ran.add(inherited.get());
            ran.add(assertThrows(IllegalStateException.class, () -> getRunningLoop()));
            ran.add(assertThrows(IllegalStateException.class, () -> sleep(Duration.ZERO)));
          })
          .join();
    });
    assertEquals(3, ran.size());
    assertEquals("inherited", ran.get(0));
  }

  /** Cure: as above; a structured scope is what hands the binding of a ScopedValue on. */
  @Test
  void aThreadForkedInATaskIsNotOnTheLoop() throws Exception {
    run(() -> {
      Object forked =
          fork(() -> assertThrows(IllegalStateException.class, Asyncio::getRunningLoop));
      assertTrue(forked instanceof IllegalStateException);
    });
  }

  /** By reflection, since StructuredTaskScope is a preview of JDK 25's. */
  private static Object fork(Callable<Object> body) throws Exception {
    try {
      Class<?> scopes = Class.forName("java.util.concurrent.StructuredTaskScope");
      Method open = scopes.getMethod("open");
      try (AutoCloseable scope = (AutoCloseable) open.invoke(null)) {
        Object subtask = scopes.getMethod("fork", Callable.class).invoke(scope, body);
        scopes.getMethod("join").invoke(scope);
        Class<?> subtasks = Class.forName("java.util.concurrent.StructuredTaskScope$Subtask");
        return subtasks.getMethod("get").invoke(subtask);
      }
    } catch (ClassNotFoundException | NoSuchMethodException e) {
      assumeTrue(false, () -> "no such StructuredTaskScope: " + e);
      throw e;
    }
  }

  /** Cure: as above, and Interrupts, which gives that loop a carrier of its own. */
  @Test
  void aThreadStartedInATaskRunsALoopOfItsOwn() throws Exception {
    assumeCarried();
    EventLoop other = newLoop(backend());
    run(() -> {
      CompletableFuture<String> result = new CompletableFuture<>();
      Thread.startVirtualThread(() -> {
        try {
          result.complete(other.runUntilComplete(() -> {
            assertSame(other, getRunningLoop());
            return sleep(Duration.ofMillis(1), "x");
          }));
        } catch (Throwable t) {
          result.completeExceptionally(t);
        }
      });
      Task<?> meanwhile = createTask(() -> ran.add(sleep(Duration.ZERO, "meanwhile")));
      assertEquals("x", result.get());
      assertNotSame(other, getRunningLoop());
      meanwhile.await();
    });
  }

  // The JDK's poller

  /** Cure: CarriedTasks.runLoop has JdkPoller start it before there is a task. */
  @Tag("slow")
  @Test
  void theJdksSocketPollerWorksForAllThoughATaskWasTheFirstToNeedIt() throws Exception {
    assumeCarried();
    String output =
        ChildJvm.run(JdkPollerProgram.class, patience(), backend().getClass().getName());
    assertTrue(output.contains("after the loop"), output);
  }

  // Steps and runs

  /** Cure: runUntilStopped ends the step that the code between two runs was. */
  @Test
  void whatIsWrittenBetweenTwoRunsLeavesInTheNext() throws Exception {
    List<Served> served = new ArrayList<>();
    run(() -> served.add(serve()));
    served.get(0).protocol().transport().write(new byte[] {1, 2, 3});
    thread(() -> {
      try {
        assertArrayEquals(new byte[] {1, 2, 3}, served.get(0).peer().receive(3));
      } finally {
        loop.callSoonThreadsafe(loop::stop);
      }
    });
    loop.runForever();
  }
}
