// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Says how to run another class as this JVM was run. */
public final class OwnJvm {

  private OwnJvm() {}

  /**
   * A command that runs a class with the flags of this JVM.
   *
   * @param main the class, of the same module as this one
   * @param jvmFlags more flags, which win over those of this JVM
   * @param arguments what {@code main} is given
   */
  public static List<String> command(Class<?> main, List<String> jvmFlags, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!flag.startsWith("-Djdk.module.main")) { // set by the JVM itself
        command.add(flag);
      }
    }
    command.addAll(jvmFlags);
    Module module = main.getModule();
    if (module.isNamed()) {
      command.addAll(List.of("--module", module.getName() + "/" + main.getName()));
    } else {
      command.addAll(
          List.of("--class-path", System.getProperty("java.class.path"), main.getName()));
    }
    command.addAll(List.of(arguments));
    return command;
  }
}
