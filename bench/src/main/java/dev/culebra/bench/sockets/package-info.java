// SPDX-License-Identifier: Apache-2.0
/** Both ends of a connection on one loop, in each of the ways of writing them. */
@NullMarked
package dev.culebra.bench.sockets;

import org.jspecify.annotations.NullMarked;
