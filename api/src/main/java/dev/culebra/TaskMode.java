// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

/**
 * Tells how the tasks of a loop get to run. The choice is made once, when the first loop is made: {@code
 * -Dculebra.tasks} says {@code carried}, {@code baton}, or {@code auto}, the default, which is carried where
 * the JVM allows it.
 */
public enum TaskMode {

  /**
   * The loop's own thread carries its tasks. A switch costs some 100 ns, and a task that blocks
   * outside the loop does not stop it. Needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}, or
   * {@code =dev.culebra} on the module path.
   */
  CARRIED,

  /**
   * Tasks are ordinary virtual threads, and they and the loop pass a baton: exactly one of them runs.
   * Needs no flag; slower, and a task that blocks outside the loop stops the loop with it.
   */
  BATON
}
