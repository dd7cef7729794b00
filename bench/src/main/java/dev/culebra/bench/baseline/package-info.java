// SPDX-License-Identifier: Apache-2.0
/** What Culebra is compared with: the same servers on the JDK alone, and on Netty. */
@NullMarked
package dev.culebra.bench.baseline;

import org.jspecify.annotations.NullMarked;
