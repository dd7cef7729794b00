// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Another program at the other end, which is ended after some seconds, whatever it does. */
final class Peer implements AutoCloseable {

  private static final long LIMIT_SECONDS = 20;

  private final Process process;
  private final BufferedReader output;

  private Peer(Process process) {
    this.process = process;
    output = process.inputReader(StandardCharsets.UTF_8);
    Thread.ofVirtual().start(() -> {
      try {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        throw new AssertionError("nobody interrupts it", e);
      }
    });
  }

  /** Starts it; what it says on its standard error is read with its output. */
  static Peer start(String... command) throws IOException {
    return new Peer(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** Whether there is such a program; says so if not, since the test will be skipped. */
  static boolean isInstalled(String program) {
    boolean installed = Arrays.stream(
            System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    if (!installed) {
      System.out.println("skipped: no " + program + " here");
    }
    return installed;
  }

  void send(String text) throws IOException {
    process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** The next line of its output, null at the end. */
  String readLine() throws IOException {
    return output.readLine();
  }

  /** Reads its output up to a line that must come. */
  void skipTo(String expected) throws IOException {
    StringBuilder before = new StringBuilder();
    String line = readLine();
    while (line != null && !line.equals(expected)) {
      before.append(line).append('\n');
      line = readLine();
    }
    if (line == null) {
      throw new AssertionError("'" + expected + "' is not in: " + before);
    }
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    process.onExit().join();
    output.close();
  }
}
