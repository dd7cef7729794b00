// SPDX-License-Identifier: Apache-2.0
/**
 * An asyncio-style event loop whose tasks are virtual threads that the loop itself carries.
 *
 * <p>Start with {@link dev.culebra.Asyncio}: its static methods have asyncio's names, in camel case.
 * Networking types are in {@link dev.culebra.net}, locks and queues for tasks in {@link
 * dev.culebra.sync}, what a backend implements in {@link dev.culebra.spi}.
 */
@NullMarked
package dev.culebra;

import org.jspecify.annotations.NullMarked;
