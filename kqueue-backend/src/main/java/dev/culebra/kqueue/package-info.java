// SPDX-License-Identifier: Apache-2.0
/** The macOS backend, which needs {@code --enable-native-access=dev.culebra.posix}. */
@NullMarked
package dev.culebra.kqueue;

import org.jspecify.annotations.NullMarked;
