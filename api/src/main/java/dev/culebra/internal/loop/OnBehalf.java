// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.LoopFuture;
import java.util.function.Consumer;

/** Does something when a future is done, and tells the call graph for whom. */
record OnBehalf(LoopFuture<?> awaiter, Consumer<? super LoopFuture<?>> action)
    implements Consumer<LoopFuture<?>>, AwaitedBy {

  @Override
  public void accept(LoopFuture<?> done) {
    action.accept(done);
  }
}
