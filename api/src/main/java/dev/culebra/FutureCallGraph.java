// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import java.util.List;

/**
 * Tells where a future or task is, and who waits for it (asyncio's FutureCallGraph). Get one from {@link
 * Asyncio#captureCallGraph(LoopFuture)}.
 *
 * @param future the future or task
 * @param callStack where a task's body is, the innermost frame first; empty for any other future, and for
 *     a task that has not started or is done
 * @param awaitedBy those that wait for it, and those that wait for them
 */
public record FutureCallGraph(
    LoopFuture<?> future, List<StackTraceElement> callStack, List<FutureCallGraph> awaitedBy) {}
