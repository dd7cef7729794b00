// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

/** Throws what was thrown elsewhere, as it is. */
final class Rethrow {

  private Rethrow() {}

  /** Throws {@code t}; write {@code throw Rethrow.sneaky(t)} so that the compiler sees the end. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <E extends Throwable> RuntimeException sneaky(Throwable t) throws E {
    throw (E) t;
  }
}
