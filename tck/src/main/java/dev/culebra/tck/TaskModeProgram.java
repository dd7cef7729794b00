// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import dev.culebra.Asyncio;

/** Asks twice for a mode of tasks that there is not, then for one that there is. */
final class TaskModeProgram {

  private static final String PROPERTY = "culebra.tasks";

  private TaskModeProgram() {}

  /** Takes the name of a backend's class. */
  public static void main(String[] arguments) throws Exception {
    SigintProgram.useBackend(arguments[0]);
    String given = System.getProperty(PROPERTY, "auto");
    System.setProperty(PROPERTY, "nonsense");
    for (int i = 0; i < 2; i++) {
      try {
        Asyncio.run(() -> System.out.println("runs in spite of it"));
      } catch (Throwable t) {
        System.out.println(t);
      }
    }
    System.setProperty(PROPERTY, given);
    Asyncio.run(() -> System.out.println("runs"));
  }
}
