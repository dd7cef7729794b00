// SPDX-License-Identifier: Apache-2.0
/**
 * Child processes: {@link dev.culebra.process.AsyncProcess} with streams for tasks, {@link
 * dev.culebra.process.SubprocessTransport} with a protocol for callbacks.
 */
@NullMarked
package dev.culebra.process;

import org.jspecify.annotations.NullMarked;
