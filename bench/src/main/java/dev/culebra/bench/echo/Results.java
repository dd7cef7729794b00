// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that is known of a run, in three files of one name: a table, JSON and a chart. */
final class Results {

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'echo-'yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm'Z'").withZone(ZoneOffset.UTC);

  private final Path folder;
  private final Instant began;
  private final Map<String, String> facts = new LinkedHashMap<>();
  private final List<Outcome> outcomes = new ArrayList<>();

  /**
   * Makes results without outcomes.
   *
   * @param folder where they go
   * @param began when the run began
   */
  Results(Path folder, Instant began) {
    this.folder = folder;
    this.began = began;
    facts.put("began", MINUTE.format(began));
  }

  /** Adds what the outcomes hang on, such as the machine. */
  void addFact(String name, String value) {
    facts.put(name, value);
  }

  Map<String, String> facts() {
    return facts;
  }

  List<Outcome> outcomes() {
    return outcomes;
  }

  /** Adds the outcome of a load, and writes the files anew: what is there stays if a later load fails. */
  void add(Outcome outcome, boolean withChart) throws IOException {
    outcomes.add(outcome);
    Files.createDirectories(folder);
    Files.writeString(file("txt"), Report.of(this));
    Files.writeString(file("json"), JsonReport.of(this));
    if (withChart) {
      Files.writeString(file("svg"), Chart.of(this));
    }
  }

  /** The file of one of its forms. */
  Path file(String form) {
    return folder.resolve(NAME.format(began) + "." + form);
  }
}
