// SPDX-License-Identifier: Apache-2.0
/** The Linux backend's poller; its sockets are those of {@code dev.culebra.posix}. */
@NullMarked
package dev.culebra.epoll.internal;

import org.jspecify.annotations.NullMarked;
