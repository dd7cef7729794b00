// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.demo;

import dev.culebra.Asyncio;
import dev.culebra.LoopPolicy;
import dev.culebra.cli.Place;
import dev.culebra.cli.load.ClosedLoop;
import dev.culebra.cli.load.CpuTime;
import dev.culebra.cli.load.LoadResult;
import dev.culebra.spi.Availability;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs one HTTP server on each backend, and beside them one on the JDK's virtual threads, and loads them in turn. */
public final class Demo implements AutoCloseable {

  private static final int CONNECTIONS = 50;
  private static final Duration FETCH_LIMIT = Duration.ofSeconds(10);
  private static final String VIRTUAL_THREADS = "virtual threads";

  /**
   * How long it all takes.
   *
   * @param rounds how often each server has its turn
   * @param warmup how long each is loaded at first
   * @param settling how long before each turn
   * @param turn how long a turn is measured
   */
  public record Pace(int rounds, Duration warmup, Duration settling, Duration turn) {

    /** For people who watch: under a minute. */
    public static final Pace DEFAULT =
        new Pace(3, Duration.ofSeconds(3), Duration.ofMillis(500), Duration.ofSeconds(3));
  }

  private final PrintWriter out;
  private final Pace pace;
  private final List<ServerProcess> servers = new ArrayList<>();

  /**
   * Makes a demo.
   *
   * @param out gets its progress and its table
   * @param pace how long it takes
   */
  public Demo(PrintWriter out, Pace pace) {
    this.out = out;
    this.pace = pace;
  }

  /** Shows it all. */
  public void run() throws Exception {
    say("One HTTP server, written once, on every backend that works here, and the");
    say("same on the JDK's blocking sockets and virtual threads, each in its own JVM.");
    say("");
    startServers();
    for (ServerProcess server : servers) {
      say("  %-16s %s says \"%s\"", server.name(), uri(server), fetch(server));
    }
    say("");
    say("Loading them in turn over %d keep-alive connections, requests per second:", CONNECTIONS);
    say("");
    List<Measurements> measured = load();
    say("");
    print(measured);
  }

  private void startServers() throws IOException {
    for (Map.Entry<String, Availability> backend : LoopPolicy.available().entrySet()) {
      String name = backend.getKey();
      if (backend.getValue().available()) {
        servers.add(
            ServerProcess.start(name, List.of("-Dculebra.backend=" + name), ServerMain.STREAMS));
      } else {
        say("  %-16s not here: %s", name, wrapped(backend.getValue().reason()));
      }
    }
    servers.add(ServerProcess.start(VIRTUAL_THREADS, List.of(), ServerMain.VIRTUAL_THREADS));
  }

  /** In lines of at most 80 columns, below each other. */
  private static String wrapped(String reason) {
    return reason.replaceAll("(.{1,51})(?: |$)", "$1\n" + " ".repeat(29)).strip();
  }

  private static URI uri(ServerProcess server) {
    return URI.create("http://127.0.0.1:" + server.port() + "/");
  }

  /** Fetches the page as any client would. */
  private static String fetch(ServerProcess server) throws IOException, InterruptedException {
    try (HttpClient client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpResponse<String> response = client.send(
          HttpRequest.newBuilder(uri(server)).timeout(FETCH_LIMIT).build(),
          HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200 || !response.body().equals(HelloRequest.GREETING)) {
        throw new IOException(
            server.name() + " answered " + response.statusCode() + " \"" + response.body() + "\"");
      }
      return response.body();
    }
  }

  private List<Measurements> load() throws Exception {
    List<Measurements> all =
        servers.stream().map(server -> new Measurements(server.name())).toList();
    out.printf("  %-14s", "");
    servers.forEach(server -> out.printf("%16s", server.name()));
    say("");
    out.printf("  %-14s", "warm-up");
    for (ServerProcess server : servers) {
      show(load(server, Duration.ZERO, pace.warmup(), new ClosedLoop.Watcher() {}));
    }
    say("");
    for (int round = 1; round <= pace.rounds(); round++) {
      out.printf("  %-14s", "round " + round + " of " + pace.rounds());
      for (int i = 0; i < servers.size(); i++) {
        CpuTime cpu = new CpuTime(servers.get(i).handle());
        LoadResult result = load(servers.get(i), pace.settling(), pace.turn(), cpu);
        all.get(i).add(result, cpu.microsForEach(result));
        show(result);
      }
      say("");
    }
    return all;
  }

  private static LoadResult load(
      ServerProcess server, Duration warmup, Duration measured, ClosedLoop.Watcher watcher)
      throws Exception {
    return Asyncio.run(() -> ClosedLoop.run(
        new Place.Tcp("127.0.0.1", server.port()),
        CONNECTIONS,
        connection -> new GetDialogue(server.port()),
        warmup,
        measured,
        watcher));
  }

  private void show(LoadResult result) {
    out.printf(Locale.ROOT, "%,16.0f", result.requestsPerSecond());
    out.flush();
  }

  private void print(List<Measurements> measured) {
    String micros = System.out.charset().newEncoder().canEncode('µ') ? "µs" : "us";
    double scale = measured.get(measured.size() - 1).cpuMicros();
    say("  %-16s %12s %9s %9s %12s %10s", "", "requests/s", "p50", "p99", "CPU/request", "ratio");
    for (Measurements server : measured) {
      say(
          "  %-16s %,12.0f %6.2f ms %6.2f ms %9.1f %s %10.2f",
          server.name(),
          server.requestsPerSecond(),
          server.p50Millis(),
          server.p99Millis(),
          server.cpuMicros(),
          micros,
          server.cpuMicros() / scale);
    }
    say("");
    say("CPU/request is the server's user and system time, ratio what that is of the");
    say(
        "virtual threads'. It is the steadier figure: the load shares this machine's %d",
        processors());
    say("processors with the servers. Medians of %d rounds.", pace.rounds());
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  private void say(String format, Object... args) {
    out.printf(Locale.ROOT, format + "%n", args);
    out.flush();
  }

  @Override
  public void close() {
    servers.forEach(ServerProcess::close);
  }
}
