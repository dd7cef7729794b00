// SPDX-License-Identifier: Apache-2.0
/** The one loop, on the SPI alone: ready queue, timers, futures, tasks and how their threads run. */
@NullMarked
package dev.culebra.internal.loop;

import org.jspecify.annotations.NullMarked;
