// SPDX-License-Identifier: Apache-2.0
/**
 * JMH benchmarks of Culebra's API beside what the JDK, Netty and Agrona have for the same, in a package for
 * each part: {@code timers}, {@code loop}, {@code sockets}.
 */
@NullMarked
package dev.culebra.bench;

import org.jspecify.annotations.NullMarked;
