// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Runs a C compiler on small programs, in a folder of the test's. */
final class CCompiler {

  private static final long LIMIT_SECONDS = 30;

  private final Path folder;

  CCompiler(Path folder) {
    this.folder = folder;
  }

  record Result(int exitCode, String output) {}

  /** Skips the test, and says so, where a compiler is not present. */
  static void assume(String name) {
    boolean present = Stream.of(
            System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    assume(present, "there is no " + name + " on the PATH");
  }

  static void assume(boolean condition, String otherwise) {
    if (!condition) {
      System.out.println("native-headers: skipped: " + otherwise);
    }
    Assumptions.assumeTrue(condition, otherwise);
  }

  /** C that compiles only if the facts are true. */
  static String staticAsserts(Map<String, Long> facts) {
    StringBuilder program = new StringBuilder();
    facts.forEach((expression, value) ->
        program.append("_Static_assert((long long)(%1$s) == %2$dLL, \"%1$s is not %2$d\");\n"
            .formatted(expression, value)));
    return program.toString();
  }

  Result compile(String compiler, String program, String... arguments)
      throws IOException, InterruptedException {
    Path source = Files.writeString(folder.resolve("probe.c"), program);
    List<String> command = new ArrayList<>(List.of(compiler, "-std=gnu11", source.toString()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  Result run(List<String> command) throws IOException, InterruptedException {
    Path output = folder.resolve("output.txt");
    Process process = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    try {
      assertTrue(
          process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), () -> command + " did not end in time");
    } finally {
      process.destroyForcibly();
    }
    return new Result(process.exitValue(), Files.readString(output));
  }
}
