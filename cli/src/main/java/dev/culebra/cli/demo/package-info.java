// SPDX-License-Identifier: Apache-2.0
/** The demo: its HTTP servers, the processes they run in, and the table at the end. */
@NullMarked
package dev.culebra.cli.demo;

import org.jspecify.annotations.NullMarked;
