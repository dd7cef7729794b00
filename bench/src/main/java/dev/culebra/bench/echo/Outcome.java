// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** What one load came to: the turns of each server, in the order of the servers and of the rounds. */
final class Outcome {

  private final Load load;
  private final String client;
  private final List<String> leftOut;
  private final Map<String, List<Turn>> turns = new LinkedHashMap<>();

  /**
   * Makes one without turns.
   *
   * @param load the load
   * @param client what loads the servers
   * @param leftOut those that do not serve this kind
   */
  Outcome(Load load, String client, List<String> leftOut) {
    this.load = load;
    this.client = client;
    this.leftOut = leftOut;
  }

  void add(String server, Turn turn) {
    turns.computeIfAbsent(server, name -> new ArrayList<>()).add(turn);
  }

  Load load() {
    return load;
  }

  String client() {
    return client;
  }

  List<String> leftOut() {
    return leftOut;
  }

  Set<String> servers() {
    return turns.keySet();
  }

  /** The server that the others are compared with. */
  String first() {
    return turns.keySet().iterator().next();
  }

  List<Turn> turns(String server) {
    return Objects.requireNonNull(turns.get(server), server);
  }

  int rounds() {
    return turns(first()).size();
  }

  double median(String server, ToDoubleFunction<Turn> figure) {
    return Figures.median(turns(server), figure);
  }

  Figures.Ratio ratio(String server, String other, ToDoubleFunction<Turn> figure) {
    return Figures.ratio(turns(server), turns(other), figure);
  }

  long lost() {
    return turns.values().stream().flatMap(List::stream).mapToLong(Turn::lost).sum();
  }
}
