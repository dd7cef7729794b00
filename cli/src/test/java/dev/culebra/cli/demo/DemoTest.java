// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.LoopPolicy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DemoTest {

  private static final Demo.Pace QUICK =
      new Demo.Pace(1, Duration.ofMillis(50), Duration.ofMillis(10), Duration.ofMillis(100));

  @Test
  void endsInATableAndLeavesNoProcess() throws Exception {
    StringWriter out = new StringWriter();
    List<ProcessHandle> before = ProcessHandle.current().children().toList();

    try (Demo demo = new Demo(new PrintWriter(out), QUICK)) {
      demo.run();
    }

    List<String> lines = out.toString().lines().toList();
    assertTrue(lines.stream().allMatch(line -> line.length() <= 80), out.toString());
    List<String> table = lines.subList(
        lines.indexOf(
            lines.stream().filter(line -> line.contains("ratio")).findFirst().orElseThrow()),
        lines.size());
    Stream<String> backends = LoopPolicy.available().entrySet().stream()
        .filter(each -> each.getValue().available())
        .map(each -> each.getKey());
    Stream.concat(backends, Stream.of("virtual threads"))
        .forEach(name -> assertTrue(
            table.stream().anyMatch(line -> line.startsWith("  " + name + " ")), out.toString()));
    ProcessHandle.current()
        .children()
        .filter(child -> !before.contains(child))
        .forEach(child -> child.onExit().join());
    assertEquals(
        before,
        ProcessHandle.current().children().filter(ProcessHandle::isAlive).toList());
  }
}
