// SPDX-License-Identifier: Apache-2.0
/**
 * Transports and protocols for callbacks, streams for tasks, and the servers of both.
 *
 * <p>{@link dev.culebra.Asyncio#startServer} and {@link dev.culebra.Asyncio#openConnection} are where
 * to start; {@link dev.culebra.EventLoop#createServer} and {@link
 * dev.culebra.EventLoop#createConnection} are the callback level beneath.
 */
@NullMarked
package dev.culebra.net;

import org.jspecify.annotations.NullMarked;
