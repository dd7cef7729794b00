// SPDX-License-Identifier: Apache-2.0
/** The portable backend, which runs wherever the JDK does. */
@NullMarked
package dev.culebra.nio;

import org.jspecify.annotations.NullMarked;
