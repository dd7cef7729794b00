// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The checkout, and the compiler and the interpreter that are or are not on this machine. */
final class Tools {

  private static final long LIMIT_SECONDS = 60;

  private final Path root;
  private final Path scratch;
  private final String python;
  private final Map<String, String> compiled = new HashMap<>();
  private final Map<String, String> modules = new HashMap<>();

  /**
   * Makes them known.
   *
   * @param root the checkout
   * @param scratch a folder for what is compiled, which goes away afterwards
   * @param python what to run Python servers with
   */
  Tools(Path root, Path scratch, String python) {
    this.root = root;
    this.scratch = scratch;
    this.python = python;
  }

  Path root() {
    return root;
  }

  Path scratch() {
    return scratch;
  }

  String python() {
    return python;
  }

  Path source(String name) {
    return root.resolve("bench/src/main").resolve(name);
  }

  Path program(String name) {
    return scratch.resolve(name);
  }

  /** Compiles a C program, once, and says why it cannot be; null if it could. */
  @Nullable String compile(String name) {
    String reason = compiled.computeIfAbsent(name, this::tryToCompile);
    return reason.isEmpty() ? null : reason;
  }

  private String tryToCompile(String name) {
    if (!System.getProperty("os.name").equals("Linux")) {
      return "it needs Linux";
    }
    try {
      Output cc = run(
          "cc",
          "-O2",
          "-o",
          program(name).toString(),
          source("c/" + name + ".c").toString());
      return cc.exitCode == 0 ? "" : "cc fails: " + cc.lastLine();
    } catch (IOException e) {
      return "there is no C compiler (cc)";
    }
  }

  /** Says why Python does not have a module; null if it has it. */
  @Nullable String lacks(String module) {
    String answer = modules.computeIfAbsent(module, this::askPython);
    return answer.startsWith("has ") ? null : answer;
  }

  /** The version of Python and of a module of its own. */
  String pythonVersion(String module) {
    return Objects.requireNonNull(modules.get(module), module).replaceFirst("^has ", "");
  }

  private String askPython(String module) {
    String program =
        "import platform, " + module + " as m; print('has Python', platform.python_version(),"
            + " '" + module + "', getattr(m, '__version__', ''))";
    try {
      Output answer = run(python, "-c", program);
      return answer.exitCode == 0 ? answer.lastLine() : python + ": " + answer.lastLine();
    } catch (IOException e) {
      return "there is no " + python + " (--python names another)";
    }
  }

  private record Output(int exitCode, String text) {

    String lastLine() {
      return text.strip().lines().reduce("", (first, second) -> second).strip();
    }
  }

  /** Runs something that is soon over, and gives both its outputs. */
  private static Output run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(command[0] + " does not end");
      }
      return new Output(process.exitValue(), text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** The command of {@code ./culebra}, whose process becomes the JVM. */
  List<String> culebra(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(root.resolve("culebra").toString());
    command.addAll(List.of(arguments));
    return command;
  }

  /** What a program says on its standard output; nothing if it fails or is not there. */
  static String ask(String... command) {
    try {
      Output output = run(command);
      return output.exitCode == 0 ? output.text.strip() : "";
    } catch (IOException e) {
      return "";
    }
  }
}
