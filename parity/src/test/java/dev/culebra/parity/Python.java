// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs the machine's python3, or the interpreter that {@code -Dculebra.python} names. */
record Python(String command) {

  /** Why nothing is compared. */
  static final String NONE =
      "no python3 of 3.11 or later is on the PATH, and -Dculebra.python names none";

  private static final long LIMIT_SECONDS = 60;

  /** The interpreter, if it is there and not older than 3.11. */
  static Optional<Python> find() {
    Python python = new Python(System.getProperty("culebra.python", "python3"));
    try {
      python.run(List.of("-c", "import sys; sys.exit(sys.version_info < (3, 11))"));
      return Optional.of(python);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Runs a script from this package's resources. */
  List<String> run(String script, String... arguments) throws IOException {
    Path file = Files.createTempFile("culebra", ".py");
    try (InputStream in = Python.class.getResourceAsStream(script)) {
      Files.write(file, in.readAllBytes());
      List<String> command = new ArrayList<>(List.of(file.toString()));
      command.addAll(List.of(arguments));
      return run(command);
    } finally {
      Files.delete(file);
    }
  }

  private List<String> run(List<String> arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(arguments);
    Path errors = Files.createTempFile("python", ".err");
    Path output = Files.createTempFile("python", ".out");
    Process process = new ProcessBuilder(all)
        .redirectOutput(output.toFile())
        .redirectError(errors.toFile())
        .start();
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(String.join(" ", all) + ": " + Files.readString(errors));
      }
      String complaints = Files.readString(errors);
      if (!complaints.isEmpty()) {
        System.out.println(complaints);
      }
      return Files.readAllLines(output, StandardCharsets.UTF_8);
    } catch (InterruptedException e) {
      throw new IOException("interrupted while Python ran", e);
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(errors);
      Files.deleteIfExists(output);
    }
  }
}
