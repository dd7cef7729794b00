// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.test.internal.Signals;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command of the launcher in a JVM of its own, with this test's class path and task mode. */
final class ChildJvm implements AutoCloseable {

  private static final long LIMIT_SECONDS = 20;

  private final Process process;
  private final BufferedReader out;
  private final BufferedReader err;

  private ChildJvm(List<String> command) throws IOException {
    process = new ProcessBuilder(command).start();
    out = process.inputReader(StandardCharsets.UTF_8);
    err = process.errorReader(StandardCharsets.UTF_8);
  }

  static ChildJvm culebra(String... args) throws IOException {
    List<String> command = new ArrayList<>(Signals.sigintAsUsual());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    String mode = System.getProperty("culebra.tasks", "carried");
    command.add("-Dculebra.tasks=" + mode);
    if (mode.equals("carried")) {
      command.addAll(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED"));
    }
    command.addAll(List.of(
        "--enable-native-access=ALL-UNNAMED",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "--class-path",
        System.getProperty("java.class.path"),
        Culebra.class.getName()));
    command.addAll(List.of(args));
    return new ChildJvm(command);
  }

  /** The next line of its standard output, null at the end. */
  String readLine() throws IOException {
    return out.readLine();
  }

  /** The port at the end of its next line. */
  int readPort() throws IOException {
    String line = readLine();
    if (line == null) {
      throw new IOException("it ended: " + errors());
    }
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }

  /** All that it wrote to its standard error, once it is at its end. */
  String errors() throws IOException {
    return err.readAllAsString();
  }

  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
        .inheritIO()
        .start()
        .waitFor();
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
