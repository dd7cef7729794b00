// SPDX-License-Identifier: Apache-2.0
/** What the test kit and the TCK share. */
@NullMarked
package dev.culebra.test.internal;

import org.jspecify.annotations.NullMarked;
