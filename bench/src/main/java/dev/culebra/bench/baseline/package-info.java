// SPDX-License-Identifier: Apache-2.0
/** What Culebra is compared with: the same servers written on the JDK alone. */
@NullMarked
package dev.culebra.bench.baseline;

import org.jspecify.annotations.NullMarked;
