// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells which futures were done when {@link Asyncio#wait} returned, each set in the order in which the
 * futures were given.
 *
 * @param <T> the type of their results
 * @param done those that have a result, a failure, or were cancelled
 * @param pending the others, which go on
 */
public record WaitResult<T extends @Nullable Object>(
    Set<LoopFuture<? extends T>> done, Set<LoopFuture<? extends T>> pending) {}
