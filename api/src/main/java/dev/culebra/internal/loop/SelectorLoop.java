// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Awaitable;
import dev.culebra.Context;
import dev.culebra.EventLoop;
import dev.culebra.Handle;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.TaskMode;
import dev.culebra.TaskOptions;
import dev.culebra.TimerHandle;
import dev.culebra.spi.AnyThread;
import dev.culebra.spi.Backend;
import dev.culebra.spi.LoopThread;
import dev.culebra.spi.Poller;
import dev.culebra.spi.ReadySink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Schedules callbacks and tasks, and waits for what a backend polls: asyncio's {@code BaseEventLoop},
 * written once, on the SPI alone. {@link #runOnce} is one iteration.
 *
 * <p>A callback that comes from another thread while the loop is closed:
 *
 * <pre>
 *   callSoonThreadsafe()                  close()
 *   closed? throw                         closed = true
 *   incoming.add(callback)                incoming.clear()
 *
 *   it saw closed      throws, and the callback never runs
 *   it did not         returns, and the callback is dropped: the loop has made its last iteration
 * </pre>
 */
@LoopThread
public abstract class SelectorLoop extends LoopSettings {

  /** While callbacks keep each other busy, sockets are looked at this often, not in each iteration. */
  private static final long POLL_INTERVAL_NANOS = 50_000;

  final LoopTime loopTime;
  final TimerHeap timers = new TimerHeap();
  final LiveTasks tasks;
  final TaskThreads threads;
  final Incoming incoming;
  final OutsideWaits outsideWaits;
  final Interrupts interrupts = new Interrupts();
  final Debugging debugging;
  final Set<Runnable> resources = new LinkedHashSet<>();

  /** Failures that nobody has looked at; null unless a test wants to know. */
  @Nullable Set<Unretrieved> unretrieved;

  private final LoopClock clock;
  private final long settleNanos;
  private final JobsOutside jobs;
  private final String backendName;
  private final Poller poller;
  private final ReadySink sink = Watch::handOut;

  private final ArrayDeque<Ready> ready = new ArrayDeque<>();
  private final List<Flushable> unflushed = new ArrayList<>();

  /** For callbacks whose scheduler named no context: each finds a copy of what held then. */
  private final LoopContext scratchContext = new LoopContext(ContextMap.EMPTY);

  /** What the callback under way runs in. */
  LoopContext callbackContext = scratchContext;

  private long lastPollNanos;
  private boolean stopping;
  private @Nullable Throwable failure;
  private volatile boolean running;
  private volatile boolean closed;

  @SuppressWarnings("this-escape") // what gets this loop here only keeps it
  protected SelectorLoop(Backend backend, LoopClock clock) {
    Backends.requireAvailable(backend);
    this.tasks = new LiveTasks(this);
    this.debugging = new Debugging(this);
    this.outsideWaits = new OutsideWaits(this);
    this.clock = clock;
    this.jobs = new JobsOutside(clock);
    this.settleNanos = clock.settleNanos();
    this.loopTime = new LoopTime(clock);
    this.lastPollNanos = loopTime.now();
    this.backendName = backend.name();
    this.threads = TaskModes.newThreads(this, backend.waitsOnVirtualThreads());
    try {
      this.poller = backend.openPoller();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a poller of the backend " + backendName, e);
    }
    this.incoming = new Incoming(poller);
  }

  /** The loop that the calling code runs on, as callback or task. */
  public static SelectorLoop runningLoop() {
    SelectorLoop loop = Scope.current().loop;
    if (loop == null) {
      throw new IllegalStateException(
          "no running event loop: call this from a task or a callback, as within Asyncio.run");
    }
    return loop;
  }

  /** The one implementation there is. */
  public static SelectorLoop of(EventLoop loop) {
    if (Objects.requireNonNull(loop, "loop") instanceof SelectorLoop made) {
      return made;
    }
    throw new IllegalArgumentException(
        "only loops that LoopPolicy.newEventLoop() made will do, not " + loop);
  }

  /** The task that the calling code runs in. */
  public final LoopTask<?> requireTask() {
    return LoopTask.requireCurrent(this);
  }

  // ---- one iteration

  /** One iteration, asyncio's {@code _run_once}; cancelled timers have left the heap already. */
  private void runOnce() throws IOException {
    letUnblockedTasksRun();
    takeIncoming();
    poll(pollTimeoutNanos());
    takeIncoming();
    takeDueTimers();
    runReady();
  }

  /** Tasks that blocked outside the loop and can go on have come by without being resumed. */
  private void letUnblockedTasksRun() {
    if (threads.hasRunnable()) {
      if (debugging.on) {
        debugging.yieldToTasks();
      } else {
        threads.yieldToTasks();
      }
    }
    endStep(); // for those that ran while the loop waited, too
  }

  private void takeIncoming() {
    incoming.drainTo(ready);
  }

  /** How long to wait: not at all if something is ready, else until the next timer; -1 for ever. */
  private long pollTimeoutNanos() {
    if (!ready.isEmpty() || stopping) {
      return 0;
    }
    return timers.isEmpty() ? -1 : Math.max(0, timers.earliestNanos() - loopTime.now());
  }

  private void poll(long timeoutNanos) throws IOException {
    if (timeoutNanos == 0) {
      if (ready.isEmpty() || settleNanos >= 0 || isPollDue()) {
        poller.poll(0, sink);
        lastPollNanos = loopTime.now();
      }
      return;
    }
    if (debugging.on && timeoutNanos < 0) {
      debugging.waits();
    }
    long leftNanos = settleNanos < 0 ? timeoutNanos : settle();
    incoming.pollBegins();
    try {
      boolean workCame = leftNanos == 0 || incoming.mayHaveWork() || threads.hasRunnable();
      threads.poll(poller, workCame ? 0 : clock.waitNanos(leftNanos), sink);
    } finally {
      incoming.pollEnded();
    }
    lastPollNanos = loopTime.now();
  }

  private boolean isPollDue() {
    return loopTime.now() - lastPollNanos >= POLL_INTERVAL_NANOS;
  }

  /** Looks for what is to be done before a clock moves on; says how long to wait then. */
  private long settle() throws IOException {
    threads.poll(poller, resources.isEmpty() ? 0 : settleNanos, sink);
    return pollTimeoutNanos();
  }

  private void takeDueTimers() {
    if (!timers.isEmpty()) {
      long now = loopTime.now();
      for (Deadline next; (next = timers.pollDue(now)) != null; ) {
        next.due();
      }
    }
  }

  /**
   * Runs what was ready when this was called; what that adds waits for the next iteration. Tasks that
   * follow each other get the turn together, and have given it back before the next callback runs.
   */
  private void runReady() {
    boolean tasksHaveTurn = false;
    for (int left = ready.size(); left > 0; left--) {
      Ready next = ready.remove();
      boolean isTask = next instanceof LoopTask;
      if (tasksHaveTurn && !isTask) {
        threads.yieldToTasks();
        endStep();
      }
      if (debugging.on) {
        debugging.run(next);
        tasksHaveTurn = false;
      } else {
        next.run();
        tasksHaveTurn = isTask;
      }
      if (!tasksHaveTurn) {
        endStep();
      }
    }
    if (tasksHaveTurn) {
      threads.yieldToTasks();
      endStep();
    }
  }

  // ---- for what runs on this loop

  /** The callback that starts now runs in this. */
  final void enter(Surroundings surroundings) {
    callbackContext = surroundings.enter(scratchContext);
  }

  /** The scratch context is the next callback's, too, and so is never set anything in. */
  final LoopContext callbackContextToSet() {
    if (callbackContext == scratchContext) {
      callbackContext = scratchContext.copy();
    }
    return callbackContext;
  }

  /** Adds an entry to the ready queue. */
  public final void enqueue(Ready entry) {
    if (!closed) {
      ready.add(entry);
    }
  }

  /** Has output sent when the callback or step under way ends. */
  public final void flushAtEndOfStep(Flushable output) {
    unflushed.add(output);
  }

  /** A callback or a task's step has ended: what it wrote leaves now. */
  final void endStep() {
    if (!unflushed.isEmpty()) {
      for (int i = 0; i < unflushed.size(); i++) {
        unflushed.get(i).flush();
      }
      unflushed.clear();
    }
  }

  public final LoopClock clock() {
    return clock;
  }

  public final Poller poller() {
    return poller;
  }

  /** Has something closed with the loop, unless it is {@link #release}d before. */
  public final void own(Runnable closer) {
    resources.add(closer);
  }

  public final void release(Runnable closer) {
    resources.remove(closer);
  }

  /** Parks the calling task for a time. */
  public final void sleep(Duration duration) {
    checkOpen();
    Sleep.sleep(requireTask(), duration);
  }

  /** Schedules a callback that nobody will cancel. */
  public final void callSoonUnlessClosed(Runnable callback) {
    enqueue(new Callback(this, callback, LoopContext.capture()));
  }

  @AnyThread
  public final void callSoonThreadsafeUnlessClosed(Runnable callback) {
    if (!closed) {
      addFromAnyThread(new Callback(this, callback, LoopContext.capture()));
    }
  }

  /**
   * For a thread of this loop's that does not have the turn: a parked task that was interrupted, or the
   * loop itself when it has already decided how long to wait.
   */
  @AnyThread
  final void callSoonOutOfTurn(Runnable callback) {
    if (!closed) {
      incoming.add(new Callback(this, callback, ContextMap.EMPTY));
    }
  }

  /** The tasks that are not done. */
  public final List<Task<?>> liveTasks() {
    return tasks.list();
  }

  @Override
  final void fail(Throwable fatal) {
    if (failure == null) {
      failure = fatal;
    }
    stopping = true;
  }

  // ---- life

  private void runOnItsThreads(Runnable body) {
    interrupts.during(threads.selectsOnCarrier(), () -> threads.runLoop(body));
  }

  @Override
  public final void runForever() {
    checkMayRun();
    runOnItsThreads(this::runUntilStopped);
    Throwable broken = failure;
    if (broken != null) {
      failure = null;
      throw Rethrow.<RuntimeException>sneaky(broken);
    }
  }

  private void checkMayRun() {
    checkOpen();
    if (running) {
      throw new IllegalStateException("This event loop is already running");
    }
    if (Scope.current().loop != null) {
      throw new IllegalStateException(
          "Cannot run the event loop while another loop is running: await in a task instead");
    }
  }

  private void runUntilStopped() {
    new Scope(this, null, Thread.currentThread()).run(() -> {
      debugging.runStarts();
      running = true;
      try {
        endStep(); // what was written between two runs
        do {
          runOnce();
        } while (!stopping);
      } catch (IOException e) {
        breakDown(new UncheckedIOException("the poller of " + backendName + " broke", e));
      } catch (RuntimeException | Error e) {
        breakDown(e);
      } finally {
        stopping = false;
        running = false;
        debugging.runEnds();
      }
    });
  }

  /** The poller, or the loop itself, is broken: whatever hangs on it must not wait in silence. */
  private void breakDown(Throwable broken) {
    fail(broken);
    closeResources();
  }

  @Override
  public final <T extends @Nullable Object> T runUntilComplete(Awaitable<T> awaitable)
      throws Exception {
    checkMayRun();
    LoopFuture<T> future = ensureFuture(awaitable);
    Stopper stopper = new Stopper(this);
    future.addDoneCallback(stopper);
    try {
      runForever();
    } catch (Throwable t) {
      if (future.done()) {
        Futures.failureOf(future); // told by what is thrown, if that is it
      }
      throw t;
    } finally {
      future.removeDoneCallback(stopper);
      stopper.runIsOver = true;
    }
    if (!future.done()) {
      throw new IllegalStateException("Event loop stopped before Future completed.");
    }
    return future.result();
  }

  /** Stops the one run that it is for: a fatal error may have ended that before it is called. */
  private static final class Stopper implements Consumer<LoopFuture<?>> {

    private final SelectorLoop loop;
    boolean runIsOver;

    Stopper(SelectorLoop loop) {
      this.loop = loop;
    }

    @Override
    public void accept(LoopFuture<?> done) {
      if (!runIsOver) {
        loop.stop();
      }
    }
  }

  /** A future of this loop as it is; anything else as a new task. */
  public final <T extends @Nullable Object> LoopFuture<T> ensureFuture(Awaitable<T> awaitable) {
    if (awaitable instanceof LoopFuture<T> future) {
      if (future.getLoop() != this) {
        throw new IllegalArgumentException("the future belongs to a different loop: " + future);
      }
      return future;
    }
    return createTask(awaitable);
  }

  @Override
  public final void stop() {
    checkThread();
    stopping = true;
  }

  @Override
  public final boolean isRunning() {
    return running;
  }

  @Override
  public final boolean isClosed() {
    return closed;
  }

  @Override
  public final void close() {
    if (running) {
      throw new IllegalStateException("Cannot close a running event loop; stop() it first");
    }
    if (closed) {
      return;
    }
    closed = true;
    if (!tasks.isEmpty()) {
      runOnItsThreads(this::unwindTasks);
    }
    threads.close();
    ready.clear();
    incoming.clear();
    timers.clear();
    unflushed.clear();
    closeResources();
    poller.close();
    outsideWaits.end();
    defaultExecutor.close();
  }

  private void unwindTasks() {
    new Scope(this, null, Thread.currentThread()).run(tasks::unwind);
  }

  private void closeResources() {
    List<Runnable> closers = List.copyOf(resources);
    resources.clear();
    closers.forEach(Runnable::run);
  }

  @AnyThread
  protected final void checkOpen() {
    if (closed) {
      throw new IllegalStateException("Event loop is closed; make another one");
    }
  }

  // ---- scheduling

  @Override
  public final Handle callSoon(Runnable callback, @Nullable Context context) {
    checkOpen();
    checkThread();
    Callback handle = newCallback(callback, context);
    ready.add(handle);
    return handle;
  }

  @Override
  public final Handle callSoonThreadsafe(Runnable callback, @Nullable Context context) {
    Callback handle = newCallback(callback, context);
    checkOpen();
    addFromAnyThread(handle);
    return handle;
  }

  /** On the loop itself it goes behind what is queued there, as asyncio has one queue for both. */
  @AnyThread
  private void addFromAnyThread(Callback handle) {
    if (isCurrent()) {
      takeIncoming();
      ready.add(handle);
    } else {
      incoming.add(handle);
    }
  }

  private Callback newCallback(Runnable callback, @Nullable Context context) {
    return new Callback(this, toRun(callback), LoopContext.orCaptured(context));
  }

  /** A callback that is run for each readiness of a source. */
  public final RepeatingCallback newRepeatingCallback(Runnable callback) {
    return new RepeatingCallback(this, toRun(callback));
  }

  private Runnable toRun(Runnable callback) {
    Objects.requireNonNull(callback, "callback: there is nothing to run");
    return debugging.on ? new TracedAction(callback, Stacks.origin()) : callback;
  }

  @Override
  public final TimerHandle callLater(Duration delay, Runnable callback, @Nullable Context context) {
    return schedule(loopTime.deadlineAfter(delay), callback, context);
  }

  @Override
  public final TimerHandle callAt(Duration when, Runnable callback, @Nullable Context context) {
    return schedule(loopTime.deadlineAt(when), callback, context);
  }

  private TimerHandle schedule(long deadlineNanos, Runnable callback, @Nullable Context context) {
    checkOpen();
    checkThread();
    ScheduledCallback handle = new ScheduledCallback(
        this, deadlineNanos, toRun(callback), LoopContext.orCaptured(context));
    timers.add(handle);
    return handle;
  }

  @Override
  public final Duration time() {
    return loopTime.sinceOrigin(loopTime.now());
  }

  @Override
  public final <T extends @Nullable Object> LoopFuture<T> createFuture() {
    return new Promise<>(this);
  }

  @Override
  public final <T extends @Nullable Object> Task<T> createTask(
      Awaitable<T> body, TaskOptions options) {
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(options, "options");
    checkOpen();
    checkThread();
    return Objects.requireNonNull(
        getTaskFactory().newTask(this, body, options),
        "the task factory has made no task; have it return what TaskFactory.DEFAULT makes");
  }

  /** Makes a task, whatever factory is set. */
  public final <T extends @Nullable Object> Task<T> newTask(
      Awaitable<T> body, TaskOptions options) {
    checkOpen();
    return tasks.make(body, options);
  }

  // ---- debugging

  @Override
  final Debugging debugging() {
    return debugging;
  }

  @Override
  public final void checkThread() {
    if (debugging.on) {
      if (!mayCall()) {
        throw new IllegalStateException(Debugging.WRONG_THREAD);
      }
    } else {
      assert mayCall() : Debugging.WRONG_THREAD;
    }
  }

  private boolean mayCall() {
    return !running || isCurrent();
  }

  /** Whether the calling thread runs a callback or a task of this loop. */
  @AnyThread
  public final boolean isCurrent() {
    return Scope.current().loop == this;
  }

  /** What other threads do for this loop and will come back with. */
  public final JobsOutside jobs() {
    return jobs;
  }

  /** Whether nothing is left that could wake a task, but for other threads that nobody knows of. */
  final boolean nothingIsToCome() {
    return ready.isEmpty()
        && !incoming.mayHaveWork()
        && timers.isEmpty()
        && resources.isEmpty()
        && !jobs.any()
        && !threads.hasRunnable();
  }

  // ---- what it runs on

  @Override
  public final String backend() {
    return backendName;
  }

  @Override
  public final TaskMode taskMode() {
    return threads.mode();
  }

  @Override
  public String toString() {
    return "EventLoop["
        + backendName
        + ", "
        + threads.mode()
        + (closed ? ", closed" : running ? ", running" : "")
        + "]";
  }
}
