// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Makes a method a scenario: the same program in Python, which must log the same lines. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface InPython {

  /** Its statements. */
  String value();

  /** The first version of Python that does what Culebra does. */
  String since() default "3.11";

  /** Whether it makes its loops itself; else it is the body of a task on a loop. */
  boolean outside() default false;
}
