// SPDX-License-Identifier: Apache-2.0
/**
 * POSIX sockets by system calls, for the backends that poll file descriptors.
 *
 * <p>Read {@link dev.culebra.posix.Link} for how a C function is bound, {@link
 * dev.culebra.posix.Libc} for the functions, {@link dev.culebra.posix.Errno} for what a failure
 * becomes, and {@link dev.culebra.posix.PosixStreamSocket} for what it is all for. {@code
 * docs/native.md} tells why.
 */
@NullMarked
package dev.culebra.posix;

import org.jspecify.annotations.NullMarked;
