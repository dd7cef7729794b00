// SPDX-License-Identifier: Apache-2.0
/** Measures what an idle connection costs in memory: a server in a JVM of its own, and its clients here. */
@NullMarked
package dev.culebra.cli.memory;

import org.jspecify.annotations.NullMarked;
