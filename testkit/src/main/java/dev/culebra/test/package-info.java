// SPDX-License-Identifier: Apache-2.0
/**
 * Tests code that runs on a loop, without waiting for time to pass.
 *
 * <ul>
 *   <li>{@link dev.culebra.test.AsyncTest} runs a JUnit test as a task of a loop of its own, and fails
 *       it if it leaves something behind.
 *   <li>{@link dev.culebra.test.WithLoop} says which loop that is.
 *   <li>{@link dev.culebra.test.TestClock} is that loop's clock: it moves on when nothing else is left
 *       to do, or when the test says so. It serves without JUnit, too.
 *   <li>{@link dev.culebra.test.Reports} has what the loop told its exception handler.
 * </ul>
 */
@NullMarked
package dev.culebra.test;

import org.jspecify.annotations.NullMarked;
