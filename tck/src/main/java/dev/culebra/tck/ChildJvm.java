// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program in a JVM of its own, with the class path and the flags of this one. */
final class ChildJvm {

  private ChildJvm() {}

  /** What the program prints, on either stream; fails if it does not end in order. */
  static String run(Class<?> program, Duration patience, String... arguments)
      throws IOException, InterruptedException {
    String classPath = System.getProperty("java.class.path", "");
    assumeTrue(!classPath.isEmpty(), "runs on the module path: no class path to hand on");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-ea"));
    command.addAll(List.of("-cp", classPath, program.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS), "it does not end");
      assertFalse(process.exitValue() != 0, () -> "exit code not 0: " + output);
      return output;
    } finally {
      process.destroyForcibly();
    }
  }

  /** The flags that decide how the loop works; not, for one, agents. */
  private static List<String> flags() {
    List<String> flags = new ArrayList<>();
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (flag.startsWith("--add-opens")
          || flag.startsWith("--enable-native-access")
          || flag.startsWith("-Dculebra.")) {
        flags.add(flag);
      }
    }
    return flags;
  }
}
