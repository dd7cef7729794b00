// SPDX-License-Identifier: Apache-2.0
/** The Linux backend, which needs {@code --enable-native-access=dev.culebra.posix}. */
@NullMarked
package dev.culebra.epoll;

import org.jspecify.annotations.NullMarked;
