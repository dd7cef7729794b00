// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.spi.LoopThread;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;

/** Queues what any thread brings to one. */
final class Inbox<E> extends MpscUnboundedVarHandleArrayQueue<E> {

  Inbox(int chunk) {
    super(chunk);
  }

  /**
   * Whether an element is here or about to be: the last look before a sleep.
   *
   * <p>{@link #isEmpty} will not do there. Where a chunk ends, {@code offer} makes the producers' index
   * odd, links a new chunk, and makes the index even again by a store that a later load may overtake.
   * {@code isEmpty()} takes an odd index for the even one below it, so that for a moment:
   *
   * <pre>
   *   receiver                              another thread
   *                                         index = odd
   *                                         index = even, still in this processor's store buffer
   *   raise the flag                        look at the flag: down
   *   isEmpty(): true, index is odd
   *   sleep
   * </pre>
   *
   * <p>The index becomes odd by a compare-and-set, which nothing overtakes. So an odd index counts here.
   */
  @LoopThread
  boolean mayHaveWork() {
    return lvProducerIndex() != lvConsumerIndex();
  }
}
