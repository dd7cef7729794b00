// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.TaskMode;
import dev.culebra.spi.AnyThread;
import dev.culebra.spi.Poller;
import dev.culebra.spi.ReadySink;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Carries the loop and its tasks, all of them virtual threads, on one platform thread.
 *
 * <p>The carrier takes continuations from a queue and runs each until its thread parks; it runs no
 * user code itself. The loop is a virtual thread too, for this reason: a callback may ask for a lock
 * (a logger's, a pool's) that a parked task holds. On the bare carrier it would wait for a thread that
 * only this carrier can run, for ever. As a virtual thread it parks, the holder runs, the loop goes on.
 *
 * <p>{@link #execute} is the scheduler of those virtual threads. The JVM calls it from every thread that
 * unparks one: the loop, its tasks, foreign threads, the JVM's own timers. It may run while its caller
 * is pinned, so it takes no lock; it never runs the continuation itself; and once the loop is closed it
 * hands what still comes to {@link OrphanThreads}, so that nothing is ever left parked.
 *
 * <p>What the carrier does when no continuation is left:
 *
 * <pre>
 *   the loop has asked for a wait    it polls for the loop, on this platform thread
 *   the loop itself is blocked       it parks until a continuation comes
 * </pre>
 *
 * <p>It returns when the loop has ended its run. Continuations that are left then wait for the next run,
 * or for the close.
 */
final class CarriedTasks implements TaskThreads {

  private static final int CHUNK = 1024;

  private final SelectorLoop loop;
  private final boolean waitsOnLoopThread;
  private final VirtualThreadFactory factory;
  private final Continuations continuations = new Continuations(CHUNK, OrphanThreads::execute);

  private @Nullable Thread carrier;
  private @Nullable Thread loopThread;
  private boolean loopEnded = true;
  private final EagerStarts eagerStarts = new EagerStarts();
  private final CarrierPoll carrierPoll = new CarrierPoll();

  CarriedTasks(SelectorLoop loop, boolean waitsOnLoopThread, VirtualThreadFactory factory) {
    this.loop = loop;
    this.waitsOnLoopThread = waitsOnLoopThread;
    this.factory = factory;
  }

  @Override
  public TaskMode mode() {
    return TaskMode.CARRIED;
  }

  // ---- the carrier

  @Override
  public boolean selectsOnCarrier() {
    return !waitsOnLoopThread;
  }

  @Override
  public void runLoop(Runnable body) {
    JdkPoller.start();
    loopEnded = false;
    Thread thread = newThread("culebra-loop", () -> {
      try {
        body.run();
      } finally {
        loopEnded = true;
      }
    });
    loopThread = thread;
    thread.start();
    carry();
  }

  private void carry() {
    carrier = Thread.currentThread();
    while (!loopEnded) {
      Runnable continuation = eagerStarts.next();
      if (continuation == null) {
        continuation = continuations.poll();
      }
      if (continuation != null) {
        carrierPoll.somethingRan = true;
        continuation.run();
        loop.interrupts.watchAgainIfTold();
      } else if (carrierPoll.requested) {
        carrierPoll.run();
        LockSupport.unpark(loopThread);
      } else {
        loop.interrupts.watchAgainIfTold();
        if (continuations.await()) {
          loop.interrupts.cleared();
        }
      }
    }
  }

  @AnyThread
  private void execute(Runnable continuation) {
    if (!eagerStarts.takes(continuation)) {
      continuations.add(continuation);
      loop.incoming.wakePoll();
      continuations.handOverIfClosed();
    }
  }

  // ---- turns

  @Override
  public Thread newThread(String name, Runnable body) {
    return factory.newThread(this::execute, name, body);
  }

  @Override
  public void start(LoopTask<?> task, Thread thread) {
    thread.start();
  }

  @Override
  public void startEagerly(LoopTask<?> task, Thread thread) {
    eagerStarts.start(thread);
  }

  @Override
  public void resume(LoopTask<?> task, Thread thread) {
    task.hasTurn = true;
    LockSupport.unpark(thread);
  }

  @Override
  @SuppressWarnings("ThreadPriorityCheck") // a yield to our own queue, whose order is known
  public void yieldToTasks() {
    Thread.yield();
  }

  @Override
  public boolean hasRunnable() {
    return continuations.mayHaveWork();
  }

  @Override
  public void park(LoopTask<?> task) {
    while (!task.hasTurn) {
      LockSupport.park(task);
      if (Thread.interrupted()) {
        task.interrupted();
      }
    }
    task.hasTurn = false;
  }

  @Override
  public void finished(LoopTask<?> task) {}

  /**
   * Has the carrier run a new thread next, and after it the thread that started it, before all that is
   * queued. Both continuations come by way of {@link #execute}, like all others; they are known by the
   * thread that brings them:
   *
   * <pre>
   *   the starter calls start()     execute() runs on the starter's thread: the new one's
   *   the starter yields            execute() runs on the bare carrier: the starter's
   * </pre>
   *
   * <p>Only these two threads can find themselves named here, so other callers of {@link #execute} may
   * read the fields as stale as they like.
   */
  private final class EagerStarts {

    /** What to run before the queue: new threads, each followed by its starter. */
    private final ArrayDeque<Runnable> first = new ArrayDeque<>();

    private @Nullable Thread starter;
    private @Nullable Runnable started;
    private boolean starterYields;

    @SuppressWarnings("ThreadPriorityCheck") // a yield to our own queue, whose order is known
    void start(Thread thread) {
      starter = Thread.currentThread();
      thread.start();
      starter = null;
      starterYields = true;
      Thread.yield();
      Runnable notRun = started;
      if (notRun != null) { // pinned, as in a static initializer: it starts when others do
        starterYields = false;
        started = null;
        continuations.add(notRun);
      }
    }

    @AnyThread
    boolean takes(Runnable continuation) {
      Thread caller = Thread.currentThread();
      if (caller == starter) {
        started = continuation;
        return true;
      }
      Runnable next = starterYields && caller == carrier ? started : null;
      if (next != null) {
        starterYields = false;
        started = null;
        first.addFirst(continuation);
        first.addFirst(next);
        return true;
      }
      return false;
    }

    @Nullable Runnable next() {
      return first.poll();
    }
  }

  // ---- waiting

  @Override
  public int poll(Poller poller, long timeoutNanos, ReadySink sink) throws IOException {
    if (waitsOnLoopThread || timeoutNanos == 0) {
      return poller.poll(timeoutNanos, sink);
    }
    return carrierPoll.request(poller, timeoutNanos, sink);
  }

  /** A wait that the loop asks its carrier for, because the poller would park a virtual thread. */
  private final class CarrierPoll {

    boolean requested;

    /** A task has run since the request and may have scheduled something: do not wait any more. */
    boolean somethingRan;

    private @Nullable Poller poller;
    private long timeoutNanos;
    private @Nullable ReadySink sink;
    private int count;
    private @Nullable Throwable failure;

    int request(Poller newPoller, long newTimeoutNanos, ReadySink newSink) throws IOException {
      poller = newPoller;
      timeoutNanos = newTimeoutNanos;
      sink = newSink;
      failure = null;
      somethingRan = false;
      requested = true;
      while (requested) {
        LockSupport.park(this);
        Thread.interrupted();
      }
      if (failure != null) {
        throw Rethrow.<IOException>sneaky(failure);
      }
      return count;
    }

    // whatever the poller throws is the loop's to deal with
    void run() {
      try {
        count = Objects.requireNonNull(poller)
            .poll(somethingRan ? 0 : timeoutNanos, Objects.requireNonNull(sink));
      } catch (Throwable t) {
        failure = t;
      }
      loop.incoming.pollEnded();
      requested = false;
    }
  }

  // ---- the end

  /** Leaves the continuations that wait, and those that still come, to other threads. */
  @Override
  public void close() {
    continuations.close();
  }
}
