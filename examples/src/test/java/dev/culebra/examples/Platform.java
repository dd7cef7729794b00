// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culebra.LoopPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** What an example runs on: one of Culebra's backends, or asyncio itself. */
record Platform(String name) {

  private static final String ASYNCIO = "asyncio";
  private static final String NO_PYTHON = "there is no python3 of 3.11 or later on the path";
  private static final boolean PYTHON = findPython();

  /** The backends that work here, and asyncio, for which one task mode is as good as the other. */
  static List<Platform> all() {
    return System.getProperty("culebra.tasks", "carried").equals("carried")
        ? Stream.concat(backends().stream(), Stream.of(new Platform(ASYNCIO))).toList()
        : backends();
  }

  /** The backends that work here. */
  static List<Platform> backends() {
    return LoopPolicy.available().entrySet().stream()
        .filter(backend -> backend.getValue().available())
        .map(Map.Entry::getKey)
        .map(Platform::new)
        .toList();
  }

  private static boolean findPython() {
    try {
      String check = "import sys; sys.exit(sys.version_info < (3, 11))";
      return new ProcessBuilder("python3", "-c", check).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts an example; on asyncio its counterpart, which is named alike. */
  Program start(Class<?> example, String... arguments) throws IOException {
    if (!name.equals(ASYNCIO)) {
      return Program.example(name, example, arguments);
    }
    if (!PYTHON) {
      System.out.println("SKIPPED: " + NO_PYTHON);
    }
    Assumptions.assumeTrue(PYTHON, NO_PYTHON);
    String script =
        example.getSimpleName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    return Program.of(
        List.of("python3", Path.of("src/test/python", script + ".py").toString()));
  }

  /** Runs an example to its end, which is to be a good one, and returns what it printed. */
  List<String> run(Class<?> example) throws Exception {
    try (Program program = start(example)) {
      List<String> lines = program.readLines();
      assertEquals("", String.join("\n", program.errors()));
      assertEquals(0, program.awaitExit());
      return lines;
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
