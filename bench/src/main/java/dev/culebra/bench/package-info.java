// SPDX-License-Identifier: Apache-2.0
/** JMH benchmarks, all of which go through the API and run on every backend. */
@NullMarked
package dev.culebra.bench;

import org.jspecify.annotations.NullMarked;
