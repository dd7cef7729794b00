// SPDX-License-Identifier: Apache-2.0
/** What makes no system calls: callbacks, tasks, futures and locks, ours and those of others. */
@NullMarked
package dev.culebra.bench.loop;

import org.jspecify.annotations.NullMarked;
