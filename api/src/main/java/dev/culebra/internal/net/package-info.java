// SPDX-License-Identifier: Apache-2.0
/** Transports, servers and streams: all of it once, on the SPI's sockets and the loop. */
@NullMarked
package dev.culebra.internal.net;

import org.jspecify.annotations.NullMarked;
