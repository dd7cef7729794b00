// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

/**
 * Tells what a callback runs in: a context that its caller named, or a copy of what held when it was
 * scheduled. The copy needs no object until somebody asks for it.
 */
public sealed interface Surroundings permits LoopContext, ContextMap {

  /**
   * The context that a callback is to run in.
   *
   * @param scratch the loop's own, for callbacks that did not name one
   */
  LoopContext enter(LoopContext scratch);

  /** This as a context to hand out. */
  LoopContext asContext();
}
