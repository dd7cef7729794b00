// SPDX-License-Identifier: Apache-2.0
/** The macOS backend's poller; its sockets are those of {@code dev.culebra.posix}. */
@NullMarked
package dev.culebra.kqueue.internal;

import org.jspecify.annotations.NullMarked;
