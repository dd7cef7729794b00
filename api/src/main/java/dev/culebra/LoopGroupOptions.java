// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says how many loops a {@link LoopGroup} runs, and how they share a port.
 *
 * @param loops how many loops, each in a thread of its own; the default is one for each processor
 * @param loopFactory makes each loop, and may set it up; the group closes it. The default, null, has the
 *     {@link LoopPolicy} in force make them
 * @param sharePorts whether each loop listens at a server's TCP port itself (SO_REUSEPORT), so that the
 *     system shares the connections out by their addresses, at random: few connections may well be
 *     unevenly shared. Otherwise one loop accepts all and hands them over in turn, which costs a wake-up
 *     for each, and shares evenly. The default is true on Linux, false elsewhere: macOS gives all
 *     connections to the last one that listens
 */
public record LoopGroupOptions(
    int loops, @Nullable Supplier<? extends EventLoop> loopFactory, boolean sharePorts) {

  private static final int MAX_LOOPS = 1024;

  /** What holds where nothing else is said. */
  public static final LoopGroupOptions DEFAULT = new LoopGroupOptions(
      Math.min(Runtime.getRuntime().availableProcessors(), MAX_LOOPS),
      null,
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux"));

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if there would be no loop, or over 1024
   */
  public LoopGroupOptions {
    if (loops < 1 || loops > MAX_LOOPS) {
      throw new IllegalArgumentException(
          "loops must be between 1 and " + MAX_LOOPS + ", not " + loops);
    }
  }

  /**
   * These options with another number of loops.
   *
   * @param value how many, 1 to 1024
   * @return the new options
   */
  public LoopGroupOptions withLoops(int value) {
    return new LoopGroupOptions(value, loopFactory, sharePorts);
  }

  /**
   * These options with another source of the loops.
   *
   * @param value makes a new loop for each call, by {@link LoopPolicy#newEventLoop}; null means the policy
   *     in force
   * @return the new options
   */
  public LoopGroupOptions withLoopFactory(@Nullable Supplier<? extends EventLoop> value) {
    return new LoopGroupOptions(loops, value, sharePorts);
  }

  /**
   * These options with another way of sharing connections.
   *
   * @param value true to have the system share them, false to hand them over in turn
   * @return the new options
   */
  public LoopGroupOptions withSharePorts(boolean value) {
    return new LoopGroupOptions(loops, loopFactory, value);
  }
}
