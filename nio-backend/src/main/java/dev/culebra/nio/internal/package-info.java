// SPDX-License-Identifier: Apache-2.0
/** The portable backend's poller and sockets. */
@NullMarked
package dev.culebra.nio.internal;

import org.jspecify.annotations.NullMarked;
