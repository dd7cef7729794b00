// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.function.ToDoubleFunction;

/** Writes results for programs. */
final class JsonReport {

  private static final double HUNDREDTHS = 100;
  private static final double THOUSANDTHS = 1000;

  private JsonReport() {}

  static String of(Results results) {
    JsonObject facts = new JsonObject();
    results.facts().forEach(facts::addProperty);
    JsonArray loads = new JsonArray();
    results.outcomes().forEach(outcome -> loads.add(load(outcome)));
    JsonArray marks = new JsonArray();
    Marks.in(results.outcomes()).forEach(met -> marks.add(mark(met)));
    JsonObject all = new JsonObject();
    all.add("facts", facts);
    all.add("loads", loads);
    all.add("marks", marks);
    return new GsonBuilder()
            .setPrettyPrinting()
            .serializeNulls()
            .disableHtmlEscaping()
            .create()
            .toJson(all)
        + "\n";
  }

  private static JsonObject load(Outcome outcome) {
    JsonObject load = new JsonObject();
    load.addProperty("load", outcome.load().toString());
    load.addProperty("kind", outcome.load().kind().toString());
    load.addProperty("connections", outcome.load().connections());
    load.addProperty("bytes", outcome.load().bytes());
    load.addProperty("client", outcome.client());
    JsonArray servers = new JsonArray();
    outcome.servers().forEach(server -> servers.add(server(outcome, server)));
    load.add("servers", servers);
    JsonArray leftOut = new JsonArray();
    outcome.leftOut().forEach(leftOut::add);
    load.add("leftOut", leftOut);
    return load;
  }

  private static JsonObject server(Outcome outcome, String name) {
    JsonObject server = new JsonObject();
    server.addProperty("name", name);
    figures(server, figure -> outcome.median(name, figure));
    server.add("cpuRatio", ratio(outcome.ratio(name, outcome.first(), Turn::cpuMicros)));
    server.add("userRatio", ratio(outcome.ratio(name, outcome.first(), Turn::userMicros)));
    JsonArray turns = new JsonArray();
    for (Turn turn : outcome.turns(name)) {
      JsonObject json = new JsonObject();
      figures(json, figure -> figure.applyAsDouble(turn));
      json.addProperty("lost", turn.lost());
      turns.add(json);
    }
    server.add("turns", turns);
    return server;
  }

  private static void figures(JsonObject json, ToDoubleFunction<ToDoubleFunction<Turn>> value) {
    add(json, "cpuMicros", value.applyAsDouble(Turn::cpuMicros), HUNDREDTHS);
    add(json, "userMicros", value.applyAsDouble(Turn::userMicros), HUNDREDTHS);
    add(json, "requestsPerSecond", value.applyAsDouble(Turn::requestsPerSecond), 1);
    add(json, "p50Micros", value.applyAsDouble(Turn::p50Micros), HUNDREDTHS);
    add(json, "p99Micros", value.applyAsDouble(Turn::p99Micros), HUNDREDTHS);
  }

  private static JsonObject ratio(Figures.Ratio ratio) {
    JsonObject json = new JsonObject();
    add(json, "median", ratio.median(), THOUSANDTHS);
    add(json, "lowest", ratio.lowest(), THOUSANDTHS);
    add(json, "highest", ratio.highest(), THOUSANDTHS);
    return json;
  }

  private static JsonObject mark(Marks.Met met) {
    JsonObject mark = new JsonObject();
    mark.addProperty("load", met.load().toString());
    mark.addProperty("server", met.server());
    mark.addProperty("other", met.other());
    mark.addProperty("figure", met.figure());
    mark.addProperty("limit", met.limit());
    mark.add("ratio", ratio(met.ratio()));
    mark.addProperty("reached", met.reached());
    return mark;
  }

  /** JSON has no number for what is not known. */
  private static void add(JsonObject json, String name, double value, double parts) {
    json.addProperty(name, Double.isFinite(value) ? Math.round(value * parts) / parts : null);
  }
}
