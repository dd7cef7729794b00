// SPDX-License-Identifier: Apache-2.0
package dev.culebra.sync;

import dev.culebra.spi.LoopThread;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CancellationException;

/**
 * Has a fixed number of tasks wait for each other, again and again (asyncio's Barrier).
 *
 * <p>To wait until some tasks have <em>ended</em>, gather them instead.
 *
 * <p>States, and what moves the barrier on:
 *
 * <pre>
 *   filling     tasks come and wait        the last one comes: draining; reset: resetting
 *   draining    those tasks leave,         the last one leaves: filling
 *               newcomers wait outside
 *   resetting   those tasks leave with     the last one leaves: filling
 *               BrokenBarrierException,
 *               newcomers wait outside
 *   broken      everybody gets             reset: filling, or resetting while tasks are still to leave
 *               BrokenBarrierException
 * </pre>
 *
 * <p>{@link #abort} breaks it in any state. A task that is cancelled while it waits leaves the barrier,
 * which goes on filling.
 *
 * <p><b>Threading</b>: not thread-safe; it belongs to the loop on which a task first waited at it.
 */
@LoopThread
public final class AsyncBarrier {

  private enum State {
    FILLING("filling"),
    DRAINING("draining"),
    RESETTING("resetting"),
    BROKEN("broken");

    final String label;

    State(String label) {
      this.label = label;
    }
  }

  private final int parties;
  private final LoopBinding binding = new LoopBinding();

  /** Signalled at every change of the state, which only the holder of its lock may change. */
  private final AsyncCondition condition = new AsyncCondition();

  private State state = State.FILLING;

  /** How many tasks have come, and not left yet. */
  private int count;

  /**
   * Makes a barrier.
   *
   * @param parties how many tasks are to wait for each other
   * @throws IllegalArgumentException if it is less than 1
   */
  public AsyncBarrier(int parties) {
    if (parties < 1) {
      throw new IllegalArgumentException("parties must be > 0, but is " + parties);
    }
    this.parties = parties;
  }

  /**
   * Tells where a task came in, for the length of a try block; what {@link #enter} returns.
   *
   * @param index from 0 for the first to come to {@code parties - 1} for the last, each once
   */
  public record Position(int index) implements AutoCloseable {

    /** Does nothing: whoever has passed a barrier has left it. */
    @Override
    public void close() {}
  }

  /**
   * Waits until as many tasks wait as there are parties (asyncio's {@code wait}). While those of the
   * round before are still leaving, it waits for that first.
   *
   * @return from 0 for the first to come to {@code parties - 1} for the last, each once
   * @throws BrokenBarrierException if the barrier is broken, or is reset or aborted while this task waits
   * @throws CancellationException if the calling task is cancelled while it waits
   * @throws IllegalStateException if the caller is not a task, or is one of another loop than the tasks
   *     that waited before
   */
  public int await() throws BrokenBarrierException {
    binding.bind(this);
    condition.acquire();
    try {
      awaitAdmission();
      int index = count++;
      try {
        if (index + 1 == parties) {
          change(State.DRAINING);
        } else {
          awaitOthers();
        }
        return index;
      } finally {
        count--;
        leave();
      }
    } finally {
      condition.release();
    }
  }

  /**
   * Waits as {@link #await} does, for try-with-resources (asyncio's {@code async with barrier as
   * position}).
   *
   * @return where this task came in
   * @throws BrokenBarrierException if the barrier is broken, or is reset or aborted while this task waits
   * @throws CancellationException if the calling task is cancelled while it waits
   * @throws IllegalStateException if the caller is not a task of the loop that this barrier belongs to
   */
  public Position enter() throws BrokenBarrierException {
    return new Position(await());
  }

  private void awaitAdmission() throws BrokenBarrierException {
    condition.awaitFor(() -> state != State.DRAINING && state != State.RESETTING);
    if (state == State.BROKEN) {
      throw new BrokenBarrierException("Barrier aborted: reset() makes it usable again");
    }
  }

  private void awaitOthers() throws BrokenBarrierException {
    condition.awaitFor(() -> state != State.FILLING);
    if (state != State.DRAINING) {
      throw new BrokenBarrierException("Abort or reset of barrier while this task waited at it");
    }
  }

  /** The last one out lets those in that wait outside. */
  private void leave() {
    if (count == 0) {
      change(state == State.BROKEN ? State.BROKEN : State.FILLING);
    }
  }

  private void change(State next) {
    state = next;
    condition.signalAll();
  }

  /**
   * Makes this barrier as new; tasks that wait at it get a {@link BrokenBarrierException}. It may have
   * to wait for tasks that are just passing.
   *
   * @throws CancellationException if the calling task is cancelled while it waits; nothing is reset then
   * @throws IllegalStateException if it has to wait and the caller is not a task of the loop that this
   *     barrier belongs to
   */
  public void reset() {
    condition.acquire();
    try {
      change(count > 0 ? State.RESETTING : State.FILLING);
    } finally {
      condition.release();
    }
  }

  /**
   * Breaks this barrier: tasks that wait at it, and all that come, get a {@link BrokenBarrierException},
   * until {@link #reset}. It may have to wait for tasks that are just passing.
   *
   * @throws CancellationException if the calling task is cancelled while it waits; nothing is broken then
   * @throws IllegalStateException if it has to wait and the caller is not a task of the loop that this
   *     barrier belongs to
   */
  public void abort() {
    condition.acquire();
    try {
      change(State.BROKEN);
    } finally {
      condition.release();
    }
  }

  /**
   * How many tasks wait for each other.
   *
   * @return what the barrier was made with
   */
  public int parties() {
    return parties;
  }

  /**
   * How many tasks wait for others to come (asyncio's {@code n_waiting}).
   *
   * @return the count, 0 unless the barrier is filling
   */
  public int nWaiting() {
    return state == State.FILLING ? count : 0;
  }

  /**
   * Tells whether this barrier is broken.
   *
   * @return whether {@link #abort} was called, and {@link #reset} not since
   */
  public boolean broken() {
    return state == State.BROKEN;
  }

  /** Describes its state and how many wait. */
  @Override
  public String toString() {
    return "AsyncBarrier["
        + state.label
        + (broken() ? "" : ", waiters:" + nWaiting() + "/" + parties)
        + "]";
  }
}
