// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.test.internal.Signals;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program in a JVM of its own, with the class path and the flags of this one, and with the
 * properties of Culebra that were set meanwhile.
 */
final class ChildJvm implements AutoCloseable {

  private final Process process;
  private final BufferedReader output;

  private ChildJvm(Process process) {
    this.process = process;
    output = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts a program that reads nothing, with more flags for its JVM. */
  static ChildJvm start(List<String> moreFlags, Class<?> program, String... arguments)
      throws IOException {
    ChildJvm child = startReading(moreFlags, program, arguments);
    child.endInput();
    return child;
  }

  /** Starts a program that reads what it is {@link #send sent}. */
  static ChildJvm startReading(List<String> moreFlags, Class<?> program, String... arguments)
      throws IOException {
    return startBehind(
        Signals.sigintAsUsual(),
        System.getProperty("java.class.path", ""),
        moreFlags,
        program,
        arguments);
  }

  /** Starts a program that reads what it is sent, by a command that begins with another one. */
  static ChildJvm startBehind(
      List<String> prefix,
      String classPath,
      List<String> moreFlags,
      Class<?> program,
      String... arguments)
      throws IOException {
    assumeTrue(!classPath.isEmpty(), "runs on the module path: no class path to hand on");
    List<String> command = new ArrayList<>(prefix);
    command.add(java());
    command.addAll(flags());
    command.addAll(moreFlags);
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-ea"));
    command.addAll(List.of("-cp", classPath, program.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new ChildJvm(process);
  }

  /** The program that is this JVM. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** What the program prints, on either stream; fails if it does not end in order. */
  static String run(Class<?> program, Duration patience, String... arguments)
      throws IOException, InterruptedException {
    try (ChildJvm child = start(List.of(), program, arguments)) {
      String rest = child.rest();
      assertEquals(0, child.awaitExit(patience), () -> "exit code of: " + rest);
      return rest;
    }
  }

  /** Writes to the program's standard input. */
  void send(String text) throws IOException {
    process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  void endInput() throws IOException {
    process.getOutputStream().close();
  }

  /** Reads the lines that the program is to print next. */
  void expect(String... lines) throws IOException {
    for (String line : lines) {
      String printed = output.readLine();
      if (!line.equals(printed)) {
        assertEquals(line, printed, () -> "followed by: " + restQuietly());
      }
    }
  }

  /** What it prints until it ends. */
  String rest() throws IOException {
    return output.readAllAsString();
  }

  private String restQuietly() {
    try {
      process.destroy();
      return rest();
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Sends a signal, such as INT. */
  void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
        .inheritIO()
        .start();
    assertEquals(0, kill.waitFor(), "kill");
  }

  int awaitExit(Duration patience) throws InterruptedException {
    assertTrue(process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS), "it does not end");
    return process.exitValue();
  }

  /** Ends the program, if it has not ended, and lets go of its pipes. */
  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    process.onExit().join();
    output.close();
  }

  /** The flags that decide how the loop works; not, for one, agents. */
  private static List<String> flags() {
    List<String> flags = new ArrayList<>();
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (flag.startsWith("--add-opens") || flag.startsWith("--enable-native-access")) {
        flags.add(flag);
      }
    }
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("culebra.")) {
        flags.add("-D" + name + "=" + System.getProperty(name));
      }
    }
    return flags;
  }
}
