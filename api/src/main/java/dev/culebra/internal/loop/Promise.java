// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Context;
import dev.culebra.EventLoop;
import dev.culebra.InvalidStateException;
import dev.culebra.LoopFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Holds a result that comes later, and those who wait for it: tasks and callbacks. */
public class Promise<T extends @Nullable Object> implements LoopFuture<T>, Waitable {

  private enum State {
    PENDING,
    SUCCEEDED,
    FAILED,
    CANCELLED
  }

  final SelectorLoop loop;
  private State state = State.PENDING;

  /** The result, the failure in an {@link Unretrieved}, or the cancellation's message. */
  private @Nullable Object outcome;

  /** Where this was made, if that was in debug mode. */
  private final @Nullable List<StackTraceElement> origin;

  /** Null, a {@link LoopTask}, a {@link DoneCallback}, or an {@link ArrayList} of those. */
  private @Nullable Object waiters;

  public Promise(SelectorLoop loop) {
    this.loop = loop;
    this.origin = loop.debugging.on ? Stacks.origin() : null;
  }

  private record DoneCallback(Consumer<?> consumer, Surroundings surroundings) {}

  /** Calls a done callback; has a name for when that is slow or fails. */
  private record DoneCall<F>(Consumer<? super F> consumer, F future) implements Runnable {

    @Override
    public void run() {
      consumer.accept(future);
    }

    @Override
    public String toString() {
      return consumer + "(" + future + ")";
    }
  }

  @Override
  public T await() throws Exception {
    if (state == State.PENDING) {
      LoopTask<?> task = LoopTask.requireCurrent(loop);
      if (task == this) {
        throw new IllegalStateException(
            "Task cannot await on itself: " + this + "; return the result, or await another task");
      }
      addWaiter(task);
      task.parkOn(this);
    }
    return result();
  }

  @Override
  @SuppressWarnings({"unchecked", "NullAway"}) // the outcome of a success is a T, maybe null
  public T result() throws Exception {
    return switch (state) {
      case SUCCEEDED -> (T) outcome;
      case FAILED -> throw Rethrow.sneaky(retrieveFailure());
      case CANCELLED -> throw cancellation();
      case PENDING -> throw notDone();
    };
  }

  @Override
  public @Nullable Throwable exception() {
    return switch (state) {
      case SUCCEEDED -> null;
      case FAILED -> retrieveFailure();
      case CANCELLED -> throw cancellation();
      case PENDING -> throw notDone();
    };
  }

  private Throwable retrieveFailure() {
    return ((Unretrieved) Objects.requireNonNull(outcome)).retrieve();
  }

  @Override
  public final boolean done() {
    return state != State.PENDING;
  }

  @Override
  public final boolean cancelled() {
    return state == State.CANCELLED;
  }

  @Override
  public void setResult(T result) {
    loop.checkThread();
    complete(State.SUCCEEDED, result);
  }

  @Override
  public void setException(Throwable exception) {
    loop.checkThread();
    complete(State.FAILED, Objects.requireNonNull(exception, "exception"));
  }

  @Override
  public boolean cancel(@Nullable String message) {
    loop.checkThread();
    if (done()) {
      return false;
    }
    complete(State.CANCELLED, message);
    return true;
  }

  @Override
  public boolean cancelWait(LoopTask<?> task, @Nullable String message) {
    if (cancel(message)) {
      return true;
    }
    if (waiters instanceof List<?> list) {
      list.remove(task);
    } else if (task == waiters) {
      waiters = null;
    }
    return false;
  }

  @Override
  public void addDoneCallback(Consumer<? super LoopFuture<T>> callback, @Nullable Context context) {
    loop.checkThread();
    DoneCallback waiter = new DoneCallback(
        Objects.requireNonNull(callback, "callback: there is nothing to call"),
        LoopContext.orCaptured(context));
    if (done()) {
      schedule(waiter);
    } else {
      addWaiter(waiter);
    }
  }

  @Override
  public int removeDoneCallback(Consumer<? super LoopFuture<T>> callback) {
    loop.checkThread();
    if (waiters instanceof List<?> list) {
      int before = list.size();
      list.removeIf(waiter -> calls(waiter, callback));
      return before - list.size();
    }
    if (calls(waiters, callback)) {
      waiters = null;
      return 1;
    }
    return 0;
  }

  private static boolean calls(@Nullable Object waiter, Consumer<?> callback) {
    return waiter instanceof DoneCallback done && done.consumer.equals(callback);
  }

  @Override
  public CompletableFuture<T> toCompletableFuture() {
    return MirrorFuture.of(this);
  }

  @Override
  public EventLoop getLoop() {
    return loop;
  }

  @Override
  public String toString() {
    return "LoopFuture[" + describeState() + Stacks.place(", created at ", origin) + "]";
  }

  /** Where this was made; null unless debug mode was on. */
  final @Nullable List<StackTraceElement> origin() {
    return origin;
  }

  /** Who waits for this: tasks, and the futures and tasks that its callbacks serve. */
  final List<LoopFuture<?>> awaitedBy() {
    List<LoopFuture<?>> all = new ArrayList<>();
    if (waiters instanceof List<?> list) {
      list.forEach(waiter -> addAwaiter(waiter, all));
    } else if (waiters != null) {
      addAwaiter(waiters, all);
    }
    return all;
  }

  private static void addAwaiter(Object waiter, List<LoopFuture<?>> all) {
    LoopFuture<?> awaiter = null;
    if (waiter instanceof LoopTask<?> task) {
      awaiter = task;
    } else if (waiter instanceof DoneCallback done && done.consumer instanceof AwaitedBy edge) {
      awaiter = edge.awaiter();
    }
    if (awaiter != null) {
      all.add(awaiter);
    }
  }

  /** What this is, for messages. */
  String what() {
    return "Future";
  }

  final String describeState() {
    return switch (state) {
      case PENDING -> "pending";
      case SUCCEEDED -> "result=" + outcome;
      case FAILED -> "exception=" + outcome;
      case CANCELLED -> "cancelled";
    };
  }

  /** Completes a task by what its body did; a plain future's {@code set…} methods do it themselves. */
  final void succeed(T result) {
    complete(State.SUCCEEDED, result);
  }

  final void fail(Throwable exception) {
    complete(State.FAILED, exception);
  }

  final void cancelNow(@Nullable String message) {
    complete(State.CANCELLED, message);
  }

  private void complete(State newState, @Nullable Object newOutcome) {
    if (done()) {
      throw new InvalidStateException("this future is done already (" + describeState()
          + "); check done() before you complete it");
    }
    state = newState;
    outcome = newState == State.FAILED
        ? Unretrieved.watch(this, (Throwable) Objects.requireNonNull(newOutcome))
        : newOutcome;
    Object waiting = waiters;
    waiters = null;
    if (waiting instanceof List<?> list) {
      for (Object waiter : list) {
        schedule(waiter);
      }
    } else if (waiting != null) {
      schedule(waiting);
    }
  }

  @SuppressWarnings("unchecked") // addDoneCallback saw to the type
  private void schedule(Object waiter) {
    if (waiter instanceof LoopTask<?> task) {
      task.wake();
    } else {
      DoneCallback callback = (DoneCallback) waiter;
      Consumer<? super LoopFuture<T>> consumer =
          (Consumer<? super LoopFuture<T>>) callback.consumer;
      loop.enqueue(new Callback(loop, new DoneCall<>(consumer, this), callback.surroundings));
    }
  }

  @SuppressWarnings("unchecked")
  private void addWaiter(Object waiter) {
    if (waiters == null) {
      waiters = waiter;
    } else if (waiters instanceof List<?> list) {
      ((List<Object>) list).add(waiter);
    } else {
      List<Object> list = new ArrayList<>(4);
      list.add(waiters);
      list.add(waiter);
      waiters = list;
    }
  }

  private CancellationException cancellation() {
    return new CancellationException((String) outcome);
  }

  private static InvalidStateException notDone() {
    return new InvalidStateException(
        "this future is not done; await() it in a task, or use addDoneCallback");
  }
}
