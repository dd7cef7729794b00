// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ResultsTest {

  @TempDir
  private Path folder;

  private static Turn turn(double cpuMicros) {
    return new Turn(cpuMicros, cpuMicros / 4, 100_000, 400, 900, 0);
  }

  /** The second server had a slow round when the first had one, too, and another when it had not. */
  private static Outcome outcome(Load load) {
    Outcome outcome = new Outcome(load, "echoload.c", List.of("nio-sockets"));
    double[] raw = {8, 16, 8};
    double[] protocol = {8.4, 17.6, 12};
    for (int round = 0; round < raw.length; round++) {
      outcome.add("raw", turn(raw[round]));
      outcome.add("epoll-protocol", turn(protocol[round]));
    }
    return outcome;
  }

  private Results results() throws IOException {
    Results results = new Results(folder, Instant.parse("2026-11-25T20:30:40Z"));
    results.addFact("commit", "0123456");
    results.add(outcome(Load.parse("50x1024")), true);
    results.add(outcome(Load.parse("unix:50x1024")), true);
    return results;
  }

  @Test
  void ratioIsTheMedianOfTheRatiosOfEachRound() {
    Outcome outcome = outcome(Load.parse("50x1024"));
    Figures.Ratio ratio = outcome.ratio("epoll-protocol", "raw", Turn::cpuMicros);

    assertEquals(12, outcome.median("epoll-protocol", Turn::cpuMicros));
    assertEquals(1.1, ratio.median(), 1e-9); // that of the medians is 1.5
    assertEquals(1.05, ratio.lowest(), 1e-9);
    assertEquals(1.5, ratio.highest(), 1e-9);
  }

  @Test
  void medianOfEvenlyManyTurnsLiesBetweenThem() {
    assertEquals(3, Figures.median(List.of(turn(9), turn(2), turn(1), turn(4)), Turn::cpuMicros));
  }

  @Test
  void tableTellsOfServersMarksAndTurns() throws IOException {
    String text = Report.of(results());

    assertTrue(text.contains("  commit       0123456\n"), text);
    assertTrue(
        text.contains("epoll-protocol        12.00    1.10    1.05 to 1.50     3.00    1.10"
            + "       100,000       400       900\n"),
        text);
    assertTrue(text.contains("not unix: nio-sockets\n"), text);
    assertTrue(
        text.lines()
            .anyMatch(
                line -> line.matches("tcp:50x1024 +epoll-protocol +to raw .*1\\.10  reached")),
        text);
    assertTrue(text.contains("\nepoll-protocol 17.60 4.40 100000 400.0 900.0\n"), text);
  }

  @Test
  void jsonHasEveryTurn() throws IOException {
    Results results = results();
    JsonObject json =
        JsonParser.parseString(Files.readString(results.file("json"))).getAsJsonObject();
    JsonObject server = json.getAsJsonArray("loads")
        .get(0)
        .getAsJsonObject()
        .getAsJsonArray("servers")
        .get(1)
        .getAsJsonObject();

    assertEquals(folder.resolve("echo-20261125-203040.json"), results.file("json"));
    assertEquals("0123456", json.getAsJsonObject("facts").get("commit").getAsString());
    assertEquals("epoll-protocol", server.get("name").getAsString());
    assertEquals(1.1, server.getAsJsonObject("cpuRatio").get("median").getAsDouble());
    assertEquals(
        17.6,
        server.getAsJsonArray("turns").get(1).getAsJsonObject().get("cpuMicros").getAsDouble());
  }

  @Test
  void chartIsWellFormedAndNamesServersAndLoads() throws Exception {
    Document svg = DocumentBuilderFactory.newDefaultNSInstance()
        .newDocumentBuilder()
        .parse(inputOf(Files.readString(results().file("svg"))));
    String text = svg.getDocumentElement().getTextContent();

    assertEquals("svg", svg.getDocumentElement().getLocalName());
    for (String part : List.of("raw", "epoll-protocol", "12.0", "TCP, 50 × 1 KiB", "Unix socket")) {
      assertTrue(text.contains(part), () -> part + " in " + text);
    }
  }

  /** Without its document type, which lies on the network. */
  private static InputSource inputOf(String svg) {
    return new InputSource(new StringReader(svg.replaceFirst("(?s)<!DOCTYPE.*?>", "")));
  }
}
