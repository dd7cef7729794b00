// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.LoopFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Does something when a future is done, and tells the call graph for whom. */
record OnBehalf<T extends @Nullable Object>(
    @Nullable LoopFuture<?> awaiter, Consumer<? super LoopFuture<T>> action)
    implements Consumer<LoopFuture<T>>, AwaitedBy {

  @Override
  public void accept(LoopFuture<T> done) {
    action.accept(done);
  }
}
