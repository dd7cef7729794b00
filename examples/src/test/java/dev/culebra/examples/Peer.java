// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program of others that a test talks to. It ends with the test. */
final class Peer implements AutoCloseable {

  private static final long LIMIT_SECONDS = 20;

  private final Process process;

  private Peer(Process process) {
    this.process = process;
  }

  /** Skips the test where a program is not installed. */
  static void assumeInstalled(String program) {
    boolean installed = Stream.of(
            System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    if (!installed) {
      System.out.println("SKIPPED: " + program + " is not installed");
    }
    assumeTrue(installed, () -> program + " is not installed");
  }

  /** Starts a program, which is to be installed. */
  static Peer start(String... command) throws IOException {
    assumeInstalled(command[0]);
    return new Peer(
        new ProcessBuilder(List.of(command)).redirectErrorStream(true).start());
  }

  /** Gives it this as its standard input, and the end of it. */
  Peer feed(byte... input) throws IOException {
    try (var in = process.getOutputStream()) {
      in.write(input);
    }
    return this;
  }

  /** What it prints until it ends, which is to be in order. For a thread that is no loop's. */
  byte[] output() throws IOException, InterruptedException {
    byte[] output = process.getInputStream().readAllBytes();
    assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "it does not end");
    assertEquals(0, process.exitValue(), () -> new String(output, StandardCharsets.UTF_8));
    return output;
  }

  /**
   * Reads its output up to a line that says something, such as that it listens: the file of a socket
   * is there before.
   */
  void awaitLine(String part) throws IOException {
    StringBuilder before = new StringBuilder();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (!line.toString(StandardCharsets.UTF_8).contains(part)) {
      before.append(line.toString(StandardCharsets.UTF_8));
      line.reset();
      int next;
      do {
        next = process.getInputStream().read();
        assertTrue(next >= 0, () -> "'" + part + "' is not in: " + before);
        line.write(next);
      } while (next != '\n');
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
