// SPDX-License-Identifier: Apache-2.0
/** Timers, ours and those of others, each used as its own threads use it. */
@NullMarked
package dev.culebra.bench.timers;

import org.jspecify.annotations.NullMarked;
