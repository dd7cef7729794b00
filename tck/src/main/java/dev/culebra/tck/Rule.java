// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Tells which rules of {@link dev.culebra.spi} a test proves. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Rule {

  /**
   * The rules.
   *
   * @return their numbers in the list of {@link dev.culebra.spi}
   */
  int[] value();
}
