// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import dev.culebra.test.internal.Signals;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program in a process of its own. */
final class Program implements AutoCloseable {

  private static final long LIMIT_SECONDS = 20;

  private final Process process;
  private final BufferedReader out;

  private Program(List<String> command) throws IOException {
    process = new ProcessBuilder(command).start();
    out = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Runs a command. */
  static Program of(List<String> command) throws IOException {
    return new Program(command);
  }

  /** Runs an example on a backend, with this test's class path and task mode. */
  static Program example(String backend, Class<?> example, String... args) throws IOException {
    String mode = System.getProperty("culebra.tasks", "carried");
    List<String> command = new ArrayList<>(List.of(
        "-Dculebra.backend=" + backend,
        "-Dculebra.tasks=" + mode,
        "--enable-native-access=ALL-UNNAMED",
        "--class-path",
        System.getProperty("java.class.path")));
    if (mode.equals("carried")) {
      command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    }
    command.add(example.getName());
    command.addAll(List.of(args));
    return java(command);
  }

  /** Runs java with just these arguments. */
  static Program java(List<String> jvmArguments) throws IOException {
    List<String> command = new ArrayList<>(Signals.sigintAsUsual());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")); // they start soonest
    command.addAll(jvmArguments);
    return new Program(command);
  }

  /** The next line of its standard output, null at the end. */
  String readLine() throws IOException {
    return out.readLine();
  }

  /** The lines of its standard output, once it is at its end. */
  List<String> readLines() {
    return out.lines().toList();
  }

  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
        .inheritIO()
        .start()
        .waitFor();
  }

  /** All that it wrote to its standard error, once it is at its end. */
  List<String> errors() throws IOException {
    return process.errorReader(StandardCharsets.UTF_8).readAllLines();
  }

  int awaitExit() throws IOException, InterruptedException {
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("it did not end within " + LIMIT_SECONDS + " s");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
