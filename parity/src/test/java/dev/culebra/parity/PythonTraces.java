// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Holds what the scenarios logged on asyncio: one run of Python for all of them. */
final class PythonTraces {

  private final String version;
  private final Map<String, List<String>> traces = new HashMap<>();

  private PythonTraces(List<String> output) {
    version = output.get(0).substring("#python ".length());
    List<String> trace = new ArrayList<>();
    for (String line : output) {
      if (line.startsWith("#scenario ")) {
        trace = new ArrayList<>();
        traces.put(line.substring("#scenario ".length()), trace);
      } else if (!line.isEmpty()) {
        trace.add(line);
      }
    }
  }

  static PythonTraces of(Python python, List<Scenario> scenarios) throws IOException {
    Path file = Files.createTempFile("scenarios", ".txt");
    try {
      Files.writeString(
          file, scenarios.stream().map(Scenario::source).collect(Collectors.joining("\n")));
      return new PythonTraces(python.run("traces.py", file.toString()));
    } finally {
      Files.delete(file);
    }
  }

  String version() {
    return version;
  }

  /** What a scenario logged; empty if it needs a later Python. */
  Optional<List<String>> of(Scenario scenario) {
    List<String> trace = traces.getOrDefault(scenario.name(), List.of());
    return trace.equals(List.of("#skipped")) ? Optional.empty() : Optional.of(trace);
  }
}
