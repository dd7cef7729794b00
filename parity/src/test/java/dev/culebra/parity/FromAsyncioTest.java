// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** docs/from-asyncio.md names all of asyncio, and nothing of Culebra that does not exist. */
class FromAsyncioTest {

  /** What Pythons before 3.14 do not tell of. */
  private static final List<String> LATER = List.of(
      "eager_task_factory",
      "create_eager_task_factory",
      "EventLoop",
      "QueueShutDown",
      "Queue.shutdown",
      "Server.close_clients",
      "Server.abort_clients",
      "FutureCallGraph",
      "FutureCallGraph.future",
      "FutureCallGraph.call_stack",
      "FutureCallGraph.awaited_by",
      "FrameCallGraphEntry",
      "FrameCallGraphEntry.frame",
      "capture_call_graph",
      "format_call_graph",
      "print_call_graph",
      "future_add_to_awaited_by",
      "future_discard_from_awaited_by");

  private static List<NameTable.Row> rows;

  @BeforeAll
  static void readTheDocument() throws IOException {
    rows = NameTable.read();
  }

  @Test
  void everyNameOfAsyncioHasARow() throws IOException {
    Optional<Python> python = Python.find();
    if (python.isEmpty()) {
      System.out.println("names are not compared: " + Python.NONE);
    }
    assumeTrue(python.isPresent(), Python.NONE);
    List<String> lines = new ArrayList<>(python.get().run("names.py"));
    assertTrue(lines.contains("gather"), () -> String.join("\n", lines));
    lines.addAll(LATER);

    Set<String> named = new HashSet<>();
    rows.forEach(row -> named.addAll(row.asyncioNames()));
    List<String> missing = lines.stream()
        .filter(line -> Arrays.stream(line.split(" ")).noneMatch(named::contains))
        .map(line -> line.replaceFirst(" .*", ""))
        .distinct()
        .toList();

    assertEquals(List.of(), missing, "names of asyncio without a row in docs/from-asyncio.md");
  }

  @Test
  void noNameHasTwoRows() {
    Set<String> seen = new HashSet<>();
    List<String> twice = rows.stream()
        .flatMap(row -> row.asyncioNames().stream())
        .filter(name -> !seen.add(name))
        .toList();

    assertEquals(List.of(), twice);
  }

  @Test
  void everyNameOfCulebraExists() {
    List<String> missing = rows.stream()
        .filter(NameTable.Row::isThere)
        .flatMap(row -> row.javaNames().stream())
        .filter(name -> !JavaName.exists(name))
        .toList();

    assertEquals(List.of(), missing, "names in docs/from-asyncio.md that Culebra does not have");
  }

  @Test
  void whatIsPlannedIsNotThereYet() {
    List<String> there = rows.stream()
        .filter(NameTable.Row::isPlanned)
        .flatMap(row -> row.javaNames().stream())
        .filter(JavaName::exists)
        .toList();

    assertEquals(List.of(), there, "docs/from-asyncio.md calls planned what exists");
  }

  @Test
  void everyRowSaysWhatItIs() {
    List<String> unclear = rows.stream()
        .filter(row -> !row.isThere() && !row.isPlanned() && !row.isNone())
        .map(NameTable.Row::toString)
        .toList();

    assertEquals(List.of(), unclear);
    assertTrue(rows.size() > 200, "rows: " + rows.size());
  }
}
