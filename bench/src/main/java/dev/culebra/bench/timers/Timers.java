// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.timers;

/**
 * Sets and cancels timers. Each has a slot, so that every contender keeps what it needs to cancel one in the
 * form it has it.
 *
 * <p>All is called on one thread, which is the timers' own where they have no other.
 */
interface Timers extends AutoCloseable {

  /** Makes those of one contender. */
  static Timers of(String contender, int slots) {
    return switch (contender) {
      case "executor" -> new ExecutorTimers(slots);
      case "netty" -> new NettyTimers(slots);
      case "netty-wheel" -> new NettyWheelTimers(slots);
      case "agrona-wheel" -> new AgronaTimers(slots);
      default -> new LoopTimers(contender, slots);
    };
  }

  void schedule(int slot, Delay delay);

  /** Cancels the timer last set in a slot; a no-op if it has expired. */
  void cancel(int slot);

  /** Runs something so many times; between the times, what is due expires. */
  void run(int times, Runnable step);

  /** Sets so many timers that are due at once, and returns when all of them have expired. */
  void expire(int count);

  @Override
  void close();
}
