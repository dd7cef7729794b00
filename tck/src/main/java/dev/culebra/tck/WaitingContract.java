// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.Poller;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How a poll waits, and what ends it: rules 6 and 7. */
abstract class WaitingContract extends SpiContract {

  /** Long enough for a wait that is cut short to be told from one that is not. */
  private static final long WAIT_NANOS = 20_000_000;

  @Rule(6)
  @Test
  void zeroDoesNotWait() throws Exception {
    long startNanos = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      assertEquals(0, poll(0).size());
    }
    assertTrue(System.nanoTime() - startNanos < patienceNanos());
  }

  @Rule(6)
  @Test
  void noTimeoutIsOverEarly() throws Exception {
    long[] timeoutsNanos = {
      1, 999, 1_000, 1_001, 400_000, 999_999, 1_000_000, 1_000_001, 1_500_000, 1_999_999, 7_900_000
    };
    for (int i = 0; i < 3; i++) {
      for (long timeoutNanos : timeoutsNanos) {
        assertWaits(timeoutNanos);
      }
    }
  }

  @Rule(6)
  @Test
  void aVirtualThreadsTimeoutIsNotOverEarly() throws Exception {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread virtual = Thread.ofVirtual().start(() -> {
      try {
        assertWaits(1_500_000);
        assertWaits(999_999);
      } catch (Throwable e) {
        failure.set(e);
      }
    });
    virtual.join();
    rethrow(failure);
  }

  @Rule(6)
  @Test
  void anInterestThatIsNotMetDoesNotShortenATimeout() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), 0, "a");
    connection.peer().send((byte) 1);
    assertWaits(WAIT_NANOS);
  }

  @Rule(6)
  @Test
  void aNegativeTimeoutWaitsWithoutLimit() throws Exception {
    for (long timeoutNanos : new long[] {-1, Long.MIN_VALUE}) {
      Aside aside = pollAside(timeoutNanos);
      assertWaitsUntilWoken(aside);
    }
  }

  @Rule(6)
  @Test
  void aHugeTimeoutDoesNotOverflow() throws Exception {
    for (long timeoutNanos : new long[] {Long.MAX_VALUE, Long.MAX_VALUE / 2, 1L << 53}) {
      Aside aside = pollAside(timeoutNanos);
      assertWaitsUntilWoken(aside);
    }
  }

  @Rule(6)
  @Test
  void anInterruptIsNotSwallowed() throws Exception {
    for (long timeoutNanos : new long[] {0, WAIT_NANOS}) {
      Thread.currentThread().interrupt();
      poll(timeoutNanos);
      assertTrue(Thread.interrupted(), () -> "before a poll for ns " + timeoutNanos);
    }
    for (int i = 0; i < 20; i++) {
      Aside aside = pollAside(-1);
      LockSupport.parkNanos(i * 5_000L); // sooner and later
      aside.thread().interrupt();
      poller().wakeup();
      aside.end();
      assertTrue(aside.isInterrupted(), "during a poll");
      poll(0); // takes the wake-up if the interrupt was first
    }
  }

  @Rule(7)
  @Test
  void aWakeupEndsThePollUnderWay() throws Exception {
    for (int i = 0; i < 200; i++) {
      Aside aside = pollAside(-1);
      LockSupport.parkNanos(i * 500L); // sooner and later
      poller().wakeup();
      assertEquals(0, aside.end().size());
    }
  }

  @Rule(7)
  @Test
  void aWakeupBeforeAPollEndsIt() throws Exception {
    for (int i = 0; i < 20; i++) {
      poller().wakeup();
      assertEndsAtOnce();
    }
  }

  @Rule(7)
  @Test
  void aWakeupSurvivesOtherCalls() throws Exception {
    Connection connection = connection();
    ListenerSocket listener = listener();
    poller().register(connection.socket(), READ, "a");
    poller().register(listener, READ, "b");
    poll(0);
    poller().wakeup();
    poller().deregister(connection.socket());
    connection.socket().close();
    listener.close();
    stream().close();
    assertEndsAtOnce();
    assertWaits(WAIT_NANOS);
  }

  @Rule(7)
  @Test
  void manyWakeupsCountAsOne() throws Exception {
    for (int i = 0; i < 1000; i++) {
      poller().wakeup();
    }
    assertEndsAtOnce();
    assertWaits(WAIT_NANOS);
  }

  @Rule(7)
  @Test
  void manyThreadsWakeupsCountAsOne() throws Exception {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    List<Thread> wakers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      wakers.add(start(failure, () -> {
        for (int k = 0; k < 1000; k++) {
          poller().wakeup();
        }
      }));
    }
    while (wakers.stream().anyMatch(Thread::isAlive)) {
      poll(1_000_000);
    }
    for (Thread waker : wakers) {
      waker.join();
    }
    rethrow(failure);
    poll(0);
    assertWaits(WAIT_NANOS);
  }

  @Rule(7)
  @Test
  void aWakeupHidesNoReadiness() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), READ, "a");
    connection.peer().send((byte) 1);
    for (int i = 0; i < 20; i++) {
      poller().wakeup();
      await("a", READ);
    }
    assertEquals(1, connection.socket().read(ByteBuffer.allocate(2)));
  }

  @Rule(7)
  @Test
  void readinessSwallowsNoWakeupThatComesAfterIt() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), READ, "a");
    connection.peer().send((byte) 1);
    await("a", READ);
    poller().wakeup();
    poller().modify(connection.socket(), 0);
    assertEndsAtOnce();
    assertWaits(WAIT_NANOS);
  }

  @Rule(7)
  @Test
  void aWakeupAfterCloseDoesNothing() throws Exception {
    poller().close();
    poller().wakeup();
    Pipe[] pipes = openPipes();
    for (int i = 0; i < 10; i++) {
      poller().wakeup();
    }
    assertEmpty(pipes);
  }

  /** The hazard: a descriptor that close has freed, and that is something else by now. */
  @Rule(7)
  @Test
  void wakeupsRaceWithCloseAndHitNothingElse() throws Exception {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    for (int i = 0; i < 20; i++) {
      Poller victim = closing(backend().openPoller());
      AtomicBoolean over = new AtomicBoolean();
      CountDownLatch started = new CountDownLatch(3);
      List<Thread> wakers = new ArrayList<>();
      for (int k = 0; k < 3; k++) {
        wakers.add(start(failure, () -> {
          victim.wakeup();
          started.countDown();
          while (!over.get()) {
            victim.wakeup();
          }
          victim.wakeup();
        }));
      }
      started.await();
      victim.close();
      Pipe[] pipes = openPipes();
      over.set(true);
      for (Thread waker : wakers) {
        waker.join();
      }
      assertEmpty(pipes);
      for (Pipe pipe : pipes) {
        pipe.sink().close();
        pipe.source().close();
      }
    }
    rethrow(failure);
  }

  /** Polls with all the patience there is, and fails if it was needed. */
  private void assertEndsAtOnce() throws Exception {
    long startNanos = System.nanoTime();
    assertEquals(0, poll(patienceNanos()).size());
    long elapsedNanos = System.nanoTime() - startNanos;
    assertTrue(elapsedNanos < patienceNanos(), () -> "not woken for ns " + elapsedNanos);
  }

  private void assertWaitsUntilWoken(Aside aside) throws Exception {
    aside.thread().join(2); // so that one that returns by itself has
    assertTrue(aside.thread().isAlive(), "the poll ended by itself");
    poller().wakeup();
    assertEquals(0, aside.end().size());
  }

  private Pipe[] openPipes() throws Exception {
    Pipe[] pipes = new Pipe[4];
    for (int i = 0; i < pipes.length; i++) {
      Pipe pipe = Pipe.open();
      closing(pipe.source());
      closing(pipe.sink());
      pipe.source().configureBlocking(false);
      pipes[i] = pipe;
    }
    return pipes;
  }

  private static void assertEmpty(Pipe[] pipes) throws Exception {
    for (Pipe pipe : pipes) {
      assertEquals(0, pipe.source().read(ByteBuffer.allocate(8)), "bytes in a foreign pipe");
    }
  }

  private static Thread start(AtomicReference<@Nullable Throwable> failure, Runnable body) {
    Thread thread = new Thread(() -> {
      try {
        body.run();
      } catch (Throwable e) {
        failure.compareAndSet(null, e);
      }
    });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void rethrow(AtomicReference<@Nullable Throwable> failure) {
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new AssertionError("in another thread", thrown);
    }
  }
}
