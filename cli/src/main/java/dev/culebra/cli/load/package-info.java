// SPDX-License-Identifier: Apache-2.0
/** Closed-loop load: every connection keeps one request in flight, and every byte of the answers is checked. */
@NullMarked
package dev.culebra.cli.load;

import org.jspecify.annotations.NullMarked;
