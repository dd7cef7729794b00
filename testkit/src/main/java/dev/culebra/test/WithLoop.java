// SPDX-License-Identifier: Apache-2.0
package dev.culebra.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs tests as tasks, and says of what kind their loops are: on a test method, on a class for all its
 * tests, or on an annotation of your own. The one nearest to the test counts, whole.
 *
 * <p>It serves with every kind of test method: {@code @Test}, {@code @ParameterizedTest},
 * {@code @RepeatedTest}. {@link AsyncTest} is {@code @Test} with the same extension; a {@code @WithLoop}
 * beside it or on its class holds for it.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@SuppressWarnings("exports") // whoever uses it requires JUnit
@ExtendWith(CulebraExtension.class)
public @interface WithLoop {

  /**
   * The backend of the loop, by name.
   *
   * @return such as {@code "nio"}, and the test is skipped where that cannot run; by default the one of
   *     the policy in force, see {@link dev.culebra.LoopPolicy}
   */
  String backend() default "";

  /**
   * Who moves the loop's clock.
   *
   * @return by default the loop, when nothing else is left to do
   */
  TestClock.Mode clock() default TestClock.Mode.JUMPING;

  /**
   * How long the test, or one of its lifecycle methods, may take, in real time.
   *
   * @return in milliseconds; by default ten seconds
   */
  long timeoutMillis() default 10_000;

  /**
   * Whether descriptors that the test leaves open fail it. Looked at where there is {@code /proc}, and
   * only if tests do not run concurrently.
   *
   * @return by default they do; turn it off where a library keeps sockets for later
   */
  boolean checkDescriptors() default true;
}
