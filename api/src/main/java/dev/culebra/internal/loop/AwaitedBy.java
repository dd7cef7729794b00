// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.LoopFuture;
import org.jspecify.annotations.Nullable;

/**
 * Tells on whose behalf a done callback waits. A callback of {@link LoopFuture#addDoneCallback} that
 * implements this is an edge of the call graph: asyncio's {@code future_add_to_awaited_by}.
 */
interface AwaitedBy {

  /** The future or task that is waiting; null if none is any more. */
  @Nullable LoopFuture<?> awaiter();
}
