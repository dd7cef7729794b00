// SPDX-License-Identifier: Apache-2.0
/**
 * Locks, events, conditions, semaphores, barriers and queues for the tasks of one loop: what asyncio has
 * in {@code asyncio.locks} and {@code asyncio.queues}.
 *
 * <p>A method that waits parks the calling task and gives the loop to others. Whoever waits first is
 * served first, and nobody overtakes. To wait no longer than some time, wrap the call in a time limit;
 * to stop waiting, cancel the task: a task that is cancelled after it was woken passes its wake-up on.
 *
 * <p>Tasks of one loop run one at a time, so what they share between two waits needs no lock. These are
 * for what must stay as it is <em>across</em> a wait. Between threads, or between loops, use {@code
 * java.util.concurrent}.
 *
 * <p><b>Threading</b>: nothing here is thread-safe. From another thread, go by way of {@link
 * dev.culebra.EventLoop#callSoonThreadsafe}. An object belongs to the loop on which a task first had to
 * wait for it, and a wait on another loop is an {@link IllegalStateException}. A call that need not wait
 * needs no task, and may be made before the loop runs.
 */
@NullMarked
package dev.culebra.sync;

import org.jspecify.annotations.NullMarked;
