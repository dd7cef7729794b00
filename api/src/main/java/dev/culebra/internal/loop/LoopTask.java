// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Awaitable;
import dev.culebra.Task;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Runs a body as a virtual thread, one step after another: a step lasts until the body next waits.
 *
 * <p>States, and who moves a task on:
 *
 * <pre>
 *   NEW      in the ready queue for its first step      the loop: RUNNING, or DONE if cancelled before
 *   RUNNING  its thread has the turn, or is blocked     itself: WAITING (parkOn), DONE (body ended)
 *            somewhere outside the loop
 *   WAITING  parked on a Waitable                       whoever completes that: WOKEN (wake)
 *   WOKEN    in the ready queue for its next step       the loop: gives it the turn; itself: RUNNING
 *   DONE
 * </pre>
 *
 * <p>All of it is touched only by whoever has the turn, so plain fields will do.
 */
public final class LoopTask<T extends @Nullable Object> extends Promise<T>
    implements Task<T>, Ready {

  private enum Step {
    NEW,
    RUNNING,
    WAITING,
    WOKEN,
    DONE
  }

  /** Waits for nothing: the task is woken as it parks, and so cannot be cancelled in its wait. */
  private static final Waitable ONE_ITERATION = (task, message) -> {
    throw new AssertionError("a woken task does not wait");
  };

  /** Set by the loop to give this task's thread the turn; taken by {@link TaskThreads#park}. */
  boolean hasTurn;

  /** The task that started this one eagerly and waits for the end of its first step. */
  @Nullable LoopTask<?> starter;

  /** What the body runs in: this task's own context, or one that it has entered. */
  LoopContext context;

  private final LoopContext ownContext;
  private final Awaitable<T> body;
  private String name;
  private @Nullable Thread thread;
  private Step step = Step.NEW;
  private @Nullable Waitable waitingOn;

  private int cancelRequests;

  /** A cancellation is to be thrown when the body next runs. */
  private boolean mustCancel;

  /** That cancellation has ended a wait, and so cannot be withdrawn any more. */
  private boolean waitEnded;

  private @Nullable String cancelMessage;

  /** A cancellation has ended the wait: what it said stands, whatever later ones say. */
  private boolean toldInWait;

  /** This task was interrupted where it blocked outside the loop, because it is being cancelled. */
  private boolean interruptSent;

  LoopTask(SelectorLoop loop, Awaitable<T> body, String name, LoopContext context) {
    super(loop);
    this.body = body;
    this.name = name;
    this.ownContext = context;
    this.context = context;
  }

  /** The task that the calling thread runs, on the loop that it must be on; null in a callback. */
  public static @Nullable LoopTask<?> current() {
    SelectorLoop.runningLoop();
    return Scope.current().task;
  }

  /** The task that the calling thread runs, which must be one of a loop. */
  static LoopTask<?> requireCurrent(SelectorLoop loop) {
    Scope scope = Scope.current();
    LoopTask<?> task = scope.task;
    if (task == null) {
      throw new IllegalStateException(
          scope.loop == null
              ? "await outside a task: call it from a task, such as the body given to Asyncio.run"
              : "await in a callback: a callback must not wait; make a task of it by createTask");
    }
    if (task.loop != loop) {
      throw new IllegalStateException("task " + task.name + " awaits a future of another loop;"
          + " have that loop complete a future of this one, by callSoonThreadsafe");
    }
    return task;
  }

  // ---- steps

  /** The loop's side of a step: gives this task the turn. */
  @Override
  public void run() {
    if (step != Step.NEW) {
      loop.threads.resume(this, requireThread());
    } else if (mustCancel) {
      step = Step.DONE;
      loop.tasks.forget(this);
      cancelNow(cancelMessage);
    } else {
      loop.threads.start(this, newThread());
    }
  }

  /** The first step at once, within the callback or step that makes this task. */
  void startEagerly() {
    starter = Scope.current().task;
    Thread started = newThread();
    if (loop.debugging.on) {
      loop.debugging.startEagerly(this, started);
    } else {
      loop.threads.startEagerly(this, started);
    }
  }

  private Thread newThread() {
    step = Step.RUNNING;
    Thread started = loop.threads.newThread(name, this::runThread);
    thread = started;
    if (loop.debugging.on) {
      loop.debugging.stepRunsOn(started);
    }
    return started;
  }

  private void runThread() {
    try {
      new Scope(loop, this, Thread.currentThread()).run(this::runBody);
    } finally {
      loop.threads.finished(this);
    }
  }

  // whatever the body throws is this task's failure
  private void runBody() {
    // Cancelled by a task that came back from outside the loop and had its turn before this one.
    if (mustCancel) {
      finish();
      cancelNow(cancelMessage);
      return;
    }
    try {
      T result = body.await();
      takeBackDeliveredInterrupt();
      finish();
      if (mustCancel) {
        cancelNow(cancelMessage);
      } else {
        succeed(result);
      }
    } catch (CancellationException e) {
      finish();
      cancelNow(e.getMessage());
    } catch (Throwable t) {
      finish();
      if (interruptSent && isInterruption(t)) {
        cancelNow(cancelMessage);
      } else {
        fail(t);
        if (Failures.isFatal(t)) {
          loop.fail(t);
        }
      }
    }
  }

  private void finish() {
    step = Step.DONE;
    loop.endStep();
    loop.tasks.forget(this);
  }

  /**
   * Parks this task, which the calling thread runs, until it is woken.
   *
   * @param waitable what will wake it, which knows of it already
   * @throws CancellationException if this task was cancelled
   */
  public void parkOn(Waitable waitable) {
    loop.checkOpen();
    takeBackDeliveredInterrupt();
    step = Step.WAITING;
    waitingOn = waitable;
    if (waitable == ONE_ITERATION) {
      wake();
    } else if (mustCancel) {
      cancelWait();
    }
    loop.endStep();
    loop.threads.park(this);
    if (loop.debugging.on) {
      loop.debugging.goesOn(this);
    }
    waitingOn = null;
    toldInWait = false;
    step = Step.RUNNING;
    if (mustCancel) {
      mustCancel = false;
      waitEnded = false;
      throw new CancellationException(cancelMessage);
    }
  }

  /** Parks this task for one iteration of the loop. */
  void yieldToLoop() {
    parkOn(ONE_ITERATION);
  }

  /** Has the loop give this task its next step. A no-op unless it waits. */
  public void wake() {
    if (step == Step.WAITING) {
      step = Step.WOKEN;
      loop.enqueue(this);
    }
  }

  /** Whether it has the turn; if the loop has it, whether this is blocked somewhere outside the loop. */
  boolean isRunning() {
    return step == Step.RUNNING;
  }

  Thread requireThread() {
    return Objects.requireNonNull(thread, "a task has a thread once it has started");
  }

  // ---- cancellation

  @Override
  public boolean cancel(@Nullable String message) {
    loop.checkThread();
    if (done()) {
      return false;
    }
    LoopTask<?> task = this;
    int left = loop.tasks.size(); // tasks that wait for each other in a circle have no end
    while (task.passesCancellationOn() && left-- > 0) {
      task = (LoopTask<?>) Objects.requireNonNull(task.waitingOn);
    }
    return task.cancelHere(message);
  }

  /** Takes note of a request if this task waits for another, which is to be cancelled in its place. */
  private boolean passesCancellationOn() {
    if (step != Step.WAITING || !(waitingOn instanceof LoopTask<?> other) || other.done()) {
      return false;
    }
    cancelRequests++;
    return true;
  }

  private boolean cancelHere(@Nullable String message) {
    cancelRequests++;
    if (!toldInWait) {
      cancelMessage = message;
    }
    mustCancel = true;
    if (step == Step.WAITING) {
      cancelWait();
    } else if (step == Step.RUNNING && Scope.current().task != this) {
      interruptSent = true;
      requireThread().interrupt();
    }
    return true;
  }

  /** Ends the wait: what is waited for is cancelled and wakes this task, or this task is woken. */
  private void cancelWait() {
    Waitable waited = Objects.requireNonNull(waitingOn);
    if (waited.cancelWait(this, cancelMessage)) {
      mustCancel = false;
    } else if (!waited.wakesSoon()) {
      waitEnded = true;
      wake();
    }
    toldInWait = step == Step.WOKEN;
  }

  @Override
  public int cancelling() {
    return cancelRequests;
  }

  @Override
  public int uncancel() {
    if (cancelRequests > 0 && --cancelRequests == 0 && !waitEnded) {
      mustCancel = false;
      if (interruptSent && Scope.current().task == this) {
        interruptSent = false;
        Thread.interrupted(); // or what this task blocks on next would end by it
      }
    }
    return cancelRequests;
  }

  /** Whether what this task's body threw means that it is being cancelled. */
  boolean isCancellation(Throwable thrown) {
    return thrown instanceof CancellationException || (interruptSent && isInterruption(thrown));
  }

  /**
   * An interrupt that {@link #cancel} sent either still stands, and the cancellation is yet to be
   * delivered, or was thrown as an InterruptedException, which was the delivery.
   */
  private void takeBackDeliveredInterrupt() {
    if (interruptSent) {
      interruptSent = false;
      if (!Thread.interrupted()) {
        mustCancel = false;
      }
    }
  }

  private static boolean isInterruption(Throwable t) {
    return t instanceof InterruptedException
        || t instanceof ClosedByInterruptException
        || t instanceof InterruptedIOException
        || (t instanceof SocketException && "Closed by interrupt".equals(t.getMessage()));
  }

  /** Somebody interrupted the thread of this parked task: that is a request to cancel it. */
  void interrupted() {
    loop.callSoonOutOfTurn(() -> cancel("interrupted"));
  }

  /** Ends this task because its loop is closed: a CancellationException is thrown where it waits. */
  void unwind() {
    cancelMessage = "the loop was closed";
    mustCancel = true;
    if (step == Step.RUNNING) {
      interruptSent = true;
      requireThread().interrupt();
    } else {
      run();
    }
  }

  // ---- where it is

  /** The thread of this task's body; null before it has started. */
  @Nullable Thread thread() {
    return thread;
  }

  /** What this task is parked on; null if it is not, or is about to go on. */
  @Nullable Waitable waitingOn() {
    return step == Step.WAITING ? waitingOn : null;
  }

  @Override
  public List<StackTraceElement> getStack() {
    Thread running = thread;
    return running == null || done() ? List.of() : Stacks.of(running);
  }

  // ---- names

  @Override
  public String getName() {
    return name;
  }

  @Override
  public LoopContext getContext() {
    return ownContext;
  }

  @Override
  String what() {
    return "Task";
  }

  @Override
  public void setName(String newName) {
    name = Objects.requireNonNull(newName, "name");
    if (thread != null) {
      thread.setName(newName);
    }
  }

  @Override
  public void setResult(T result) {
    throw new UnsupportedOperationException("a task's result is what its body returns");
  }

  @Override
  public void setException(Throwable exception) {
    throw new UnsupportedOperationException("a task's failure is what its body throws");
  }

  @Override
  public String toString() {
    return "Task["
        + name
        + ", "
        + (done() ? describeState() : step)
        + Stacks.place(", created at ", origin())
        + "]";
  }
}
