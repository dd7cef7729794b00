// SPDX-License-Identifier: Apache-2.0
/** Small programs that show one thing each, and run by their name. */
@NullMarked
package dev.culebra.examples;

import org.jspecify.annotations.NullMarked;
