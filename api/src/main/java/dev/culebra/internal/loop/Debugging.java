// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Is a loop's debug mode: finds callbacks and task steps that are slow, and tasks that wait for ever.
 *
 * <p>The loop tells it of each step. A {@link Watchdog} looks at it from a thread of its own: once half
 * of what is allowed is over it takes the stack of the step under way, so that a slow step can be told
 * together with where it was. A stack costs tens of microseconds, and steps that long are rare.
 *
 * <p>While debug mode is off all this costs the loop a look at {@link #on}.
 */
final class Debugging {

  static final String WRONG_THREAD =
      "Non-thread-safe operation invoked on an event loop other than the current one;"
          + " use callSoonThreadsafe to have it done on the loop";

  private static final String PROPERTY = "culebra.debug";
  private static final Duration DEFAULT_SLOW = Duration.ofMillis(100);

  /** Without an event for this many times what makes a step slow, a loop is looked at more closely. */
  private static final int IDLE_FACTOR = 10;

  boolean on = Boolean.getBoolean(PROPERTY);

  private final SelectorLoop loop;
  private volatile long slowNanos = DEFAULT_SLOW.toNanos();
  private boolean watched;

  private volatile @Nullable Step step;

  /** What callbacks run on. */
  private @Nullable Thread loopThread;

  /** Since when the loop has waited with nothing to end the wait by itself; 0 while it does not. */
  private volatile long idleSinceNanos;

  /** Only the report of a wait has run since that wait. */
  private boolean idleReported;

  /** What tasks waited on when that was last told. */
  private Set<Waitable> toldOf = Set.of();

  Debugging(SelectorLoop loop) {
    this.loop = loop;
  }

  /** A callback, or a task between two waits. */
  private static final class Step {

    @Nullable Object subject;

    final @Nullable Step outer;
    final long startNanos = System.nanoTime();
    volatile @Nullable Thread thread;
    volatile @Nullable Sample sample;

    Step(@Nullable Object subject, @Nullable Thread thread, @Nullable Step outer) {
      this.subject = subject;
      this.thread = thread;
      this.outer = outer;
    }
  }

  private record Sample(List<StackTraceElement> stack, long afterNanos) {}

  // ---- settings

  void set(boolean value) {
    on = value;
    if (loop.isRunning()) {
      update();
    }
  }

  void setSlow(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          "slowCallbackDuration must be zero or more, not " + duration);
    }
    slowNanos = LoopTime.toNanos(duration);
    Watchdog.lookNow();
  }

  Duration slow() {
    return Duration.ofNanos(slowNanos);
  }

  boolean isSlow(long nanos) {
    return nanos >= slowNanos;
  }

  // ---- what the loop tells

  /** Called on the thread that callbacks run on. */
  void runStarts() {
    loopThread = Thread.currentThread();
    update();
  }

  private void update() {
    if (on && !watched) {
      watched = true;
      Watchdog.watch(this);
    } else if (!on) {
      runEnds();
    }
  }

  void runEnds() {
    if (watched) {
      watched = false;
      Watchdog.leave(this);
      step = null;
      idleSinceNanos = 0;
    }
  }

  /** Runs one entry of the ready queue, to the end of its step if it is a task. */
  void run(Ready entry) {
    boolean isTask = entry instanceof LoopTask;
    begin(subjectOf(entry), isTask ? ((LoopTask<?>) entry).thread() : loopThread);
    entry.run();
    if (isTask) {
      loop.threads.yieldToTasks();
    }
    end();
  }

  /** Lets tasks run that come back from outside the loop; which ones they are nobody knows. */
  void yieldToTasks() {
    begin(null, null);
    loop.threads.yieldToTasks();
    end();
  }

  /** Runs the first step of a task within another step. */
  void startEagerly(LoopTask<?> task, Thread thread) {
    begin(task, thread);
    loop.threads.startEagerly(task, thread);
    end();
  }

  /** The step under way has got a thread of its own: its task starts. */
  void stepRunsOn(Thread thread) {
    Step current = step;
    if (current != null && current.subject instanceof LoopTask) {
      current.thread = thread;
    }
  }

  /**
   * A task goes on in the step under way, which nobody may have given it: while its stack is taken it
   * can miss its turn, and then comes by like those that had blocked outside the loop.
   */
  void goesOn(LoopTask<?> task) {
    Step current = step;
    if (current != null && current.subject == null) {
      current.subject = task;
    }
  }

  private static Object subjectOf(Ready entry) {
    if (entry instanceof Callback callback) {
      return callback.subject();
    }
    return entry instanceof ScheduledCallback timer ? timer.subject() : entry;
  }

  private void begin(@Nullable Object subject, @Nullable Thread thread) {
    idleSinceNanos = 0;
    idleReported = false;
    step = new Step(subject, thread, step);
  }

  private void end() {
    Step ended = step;
    if (ended == null) {
      return; // debug mode was switched off in this step
    }
    step = ended.outer;
    long tookNanos = System.nanoTime() - ended.startNanos;
    if (on && isSlow(tookNanos)) {
      tellSlow(ended, tookNanos);
    }
  }

  private static void tellSlow(Step slow, long tookNanos) {
    StringBuilder text = new StringBuilder("Executing ")
        .append(
            slow.subject == null
                ? "tasks that came back from outside the loop"
                : Failures.describe(slow.subject));
    text.append(originOf(slow.subject)).append(" took ").append(seconds(tookNanos));
    Sample sample = slow.sample;
    if (sample != null && !sample.stack.isEmpty()) {
      text.append("; after ").append(seconds(sample.afterNanos)).append(" it was");
      text.append(Stacks.lines(sample.stack));
    }
    Failures.log(System.Logger.Level.WARNING, text.toString(), null);
  }

  /** A task says itself where it was made. */
  private static String originOf(@Nullable Object subject) {
    return subject instanceof Runnable action && !(subject instanceof Ready)
        ? Stacks.place(" created at ", TracedAction.originOf(action))
        : "";
  }

  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
  }

  // ---- tasks that wait for ever

  /** The loop starts to wait, with no timer to end it. */
  void waits() {
    idleSinceNanos = idleReported ? 0 : System.nanoTime();
  }

  /** On the loop: tells of the tasks that nothing will wake, if that is how it is. */
  private void reportIdle() {
    idleReported = true;
    if (loop.nothingIsToCome()) {
      List<LoopTask<?>> waiting = loop.tasks.waitingOnFutures();
      Set<Waitable> waits = Set.copyOf(
          waiting.stream().map(task -> Objects.requireNonNull(task.waitingOn())).toList());
      if (!toldOf.containsAll(waits)) {
        toldOf = waits;
        tellOf(waiting);
      }
    }
  }

  private static void tellOf(List<LoopTask<?>> waiting) {
    StringBuilder text = new StringBuilder()
        .append(waiting.size())
        .append(waiting.size() == 1 ? " task waits" : " tasks wait")
        .append(" for ever, unless another thread uses callSoonThreadsafe:"
            + " there is no callback, timer, socket or executor job left to wake a task");
    for (LoopTask<?> task : waiting) {
      text.append(System.lineSeparator())
          .append(Failures.describe(task))
          .append(" waits on ")
          .append(Failures.describe(Objects.requireNonNull(task.waitingOn())))
          .append(Stacks.lines(task.getStack()));
    }
    Failures.log(System.Logger.Level.WARNING, text.toString(), null);
  }

  // ---- what the watchdog sees

  /**
   * Takes the stack of a step that may become slow, and has the loop look after itself if it has waited
   * for long. Called by the watchdog. A step that ends at this very moment may have its task suspended
   * for some microseconds, and run a little later than its turn.
   *
   * @return after how many nanoseconds to look again
   */
  long look(long nowNanos) {
    long limitNanos = slowNanos;
    Step current = step;
    long idle = idleSinceNanos;
    if (current != null) {
      Thread thread = current.thread;
      long afterNanos = nowNanos - current.startNanos;
      if (thread != null && current.sample == null && afterNanos >= limitNanos / 2) {
        List<StackTraceElement> stack = Stacks.of(thread);
        if (step == current) {
          current.sample = new Sample(stack, afterNanos);
        }
      }
    } else if (idle != 0 && (nowNanos - idle) / IDLE_FACTOR >= limitNanos) {
      idleSinceNanos = 0;
      loop.callSoonThreadsafeUnlessClosed(this::reportIdle);
    }
    return limitNanos / 4;
  }
}
