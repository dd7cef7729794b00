// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

/** Tells {@link Asyncio#wait(java.util.Collection, java.time.Duration, ReturnWhen)} when to return. */
public enum ReturnWhen {
  /** When all futures are done, however they ended. */
  ALL_COMPLETED,

  /** When any future is done, or was cancelled. */
  FIRST_COMPLETED,

  /** When any future has failed; a cancelled one has not. If none fails, when all are done. */
  FIRST_EXCEPTION
}
