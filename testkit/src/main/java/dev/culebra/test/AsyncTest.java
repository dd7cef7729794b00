// SPDX-License-Identifier: Apache-2.0
package dev.culebra.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test method as a task of a loop of its own (Python's {@code IsolatedAsyncioTestCase}).
 *
 * <pre>{@code
 * @AsyncTest
 * void wakesAfterAnHour() {
 *   Asyncio.sleep(Duration.ofHours(1)); // takes microseconds
 * }
 * }</pre>
 *
 * <p>The methods {@code @BeforeEach} and {@code @AfterEach} run on the same loop, each as a task.
 * Parameters of the types {@link dev.culebra.EventLoop}, {@link TestClock} and {@link Reports} are given
 * what belongs to the test. See {@link CulebraExtension} for what fails a test, {@link WithLoop} for
 * other backends, clocks and time limits.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@SuppressWarnings("exports") // whoever uses it requires JUnit
@Test
@ExtendWith(CulebraExtension.class)
public @interface AsyncTest {}
