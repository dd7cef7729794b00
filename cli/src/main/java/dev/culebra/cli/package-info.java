// SPDX-License-Identifier: Apache-2.0
/** The commands: one class for each, which reads its options and prints, and what they share. */
@NullMarked
package dev.culebra.cli;

import org.jspecify.annotations.NullMarked;
