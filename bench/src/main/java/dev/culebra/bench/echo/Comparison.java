// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Loads servers in turn, round after round.
 *
 * <p>For each load its servers are started anew, so that none has been compiled for another load, and loaded once
 * before the first round, so that none is measured cold.
 */
final class Comparison {

  /**
   * How long and how often.
   *
   * @param rounds how many turns each server has
   * @param warmupSeconds of load before each measured part; before the first rounds it is longer
   * @param measuredSeconds of the measured part
   */
  record Pace(int rounds, double warmupSeconds, double measuredSeconds) {

    /** What a JVM takes until its code is compiled, and on a busy machine until it answers at all. */
    private static final double FIRST_WARMUP_SECONDS = 3;

    private static final double START_SECONDS = 1;

    double firstWarmupSeconds() {
      return Math.max(FIRST_WARMUP_SECONDS, warmupSeconds);
    }

    /** About how long so many servers take under one load. */
    double secondsFor(long servers) {
      return servers
          * (START_SECONDS + firstWarmupSeconds() + rounds * (warmupSeconds + measuredSeconds));
    }
  }

  private final List<Contestant> contestants;
  private final Pace pace;
  private final LoadClient client;
  private final Children children;
  private final Certificate certificate;
  private final PrintWriter progress;

  Comparison(
      List<Contestant> contestants,
      Pace pace,
      LoadClient client,
      Children children,
      PrintWriter progress)
      throws IOException {
    this.contestants = contestants;
    this.pace = pace;
    this.client = client;
    this.children = children;
    this.certificate = Certificate.in(children.scratch());
    this.progress = progress;
  }

  /** Has every server that can take it under one load. */
  Outcome run(Load load) throws IOException {
    List<Contestant> able =
        contestants.stream().filter(server -> server.serves(load.kind())).toList();
    List<String> leftOut = contestants.stream()
        .filter(server -> !server.serves(load.kind()))
        .map(Contestant::name)
        .toList();
    Outcome outcome = new Outcome(load, client.name(load.kind()), leftOut);
    List<RunningServer> servers = new ArrayList<>();
    progress.printf("  %s: %d servers start and warm up%n", load, able.size());
    progress.flush();
    try {
      for (Contestant contestant : able) {
        servers.add(RunningServer.start(contestant, load.kind(), site(contestant), children));
      }
      for (RunningServer server : servers) {
        client.run(server, load, 0, pace.firstWarmupSeconds());
      }
      for (int round = 1; round <= pace.rounds(); round++) {
        for (RunningServer server : servers) {
          Turn turn = client.run(server, load, pace.warmupSeconds(), pace.measuredSeconds());
          outcome.add(server.name(), turn);
          tell(load, round, server, turn);
        }
      }
    } finally {
      for (RunningServer server : servers) {
        server.close();
      }
    }
    return outcome;
  }

  private Site site(Contestant contestant) {
    Path socket = children.scratch().resolve(contestant.name() + ".sock");
    return new Site(socket, certificate.file(), certificate.key());
  }

  private void tell(Load load, int round, RunningServer server, Turn turn) {
    progress.printf(
        Locale.ROOT,
        "  %s round %d %s: %.2f µs, %,.0f requests/s%n",
        load,
        round,
        server.name(),
        turn.cpuMicros(),
        turn.requestsPerSecond());
    progress.flush();
  }

  /** Says in minutes about how long all of them take. */
  static long minutes(List<Contestant> contestants, List<Load> loads, Pace pace) {
    double seconds = loads.stream()
        .mapToDouble(load -> pace.secondsFor(
            contestants.stream().filter(server -> server.serves(load.kind())).count()))
        .sum();
    return Math.max(1, Math.round(seconds / TimeUnit.MINUTES.toSeconds(1)));
  }
}
