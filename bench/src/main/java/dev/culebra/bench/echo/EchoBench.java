// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code ./culebra bench echo}. */
@Command(
    name = "culebra bench echo",
    description = {
      "Compares echo servers, Culebra's and others', by what a request costs them: CPU time, which is "
          + "steady on a shared machine where throughput is not. They take turns, round after round.",
      "",
      "Prints a table for each load, and writes it with every single turn, as JSON and as a chart.",
      ""
    },
    footer = {
      "",
      "A server is raw (C, epoll), BACKEND-MODE as in epoll-streams, selector, vthreads, netty-nio, "
          + "netty-epoll, netty-io_uring, asyncio-MODE or uvloop-MODE. "
          + "$CULEBRA_JAVA_OPTS reaches the servers' JVMs."
    },
    usageHelpAutoWidth = true,
    sortOptions = false)
public final class EchoBench implements Callable<Integer> {

  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;
  private static final int MAX_ROUNDS = 1000;
  private static final double MAX_SECONDS = 600;

  /** What a process opens besides its connections. */
  private static final int OTHER_DESCRIPTORS = 64;

  @Option(
      names = "--suite",
      paramLabel = "NAME",
      description = "marks: the loads and servers that have marks to reach (default); full: all.")
  private Suite suite = Suite.MARKS;

  @Option(
      names = "--servers",
      paramLabel = "LIST",
      description =
          "Which servers, with commas between, in place of the suite's; the first is what the "
              + "others are compared with.")
  private @Nullable String servers;

  @Option(
      names = "--load",
      paramLabel = "LOAD",
      arity = "1..*",
      description = "Which loads, in place of the suite's: [KIND:]CONNECTIONSxBYTES as in 50x1024, "
          + "where KIND is tcp, unix, tls, accept (a connection for each request) or udp.")
  private List<String> loads = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How many turns each server has (default: ${DEFAULT-VALUE}).")
  private int rounds = 5;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long a turn is measured (default: ${DEFAULT-VALUE}).")
  private double seconds = 3;

  @Option(
      names = "--warmup",
      paramLabel = "S",
      description = "How long it is loaded before that; before the first round it is 3 s or more "
          + "(default: ${DEFAULT-VALUE}).")
  private double warmup = 1;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the results go (default: bench/results).")
  private @Nullable Path out;

  @Option(
      names = "--python",
      paramLabel = "CMD",
      description = "What asyncio and uvloop run in (default: ${DEFAULT-VALUE}).")
  private String python = "/usr/bin/python3";

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /**
   * Runs it, and ends the JVM with its exit code.
   *
   * @param args the options
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new EchoBench())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(EchoBench::explainUsage)
        .setExecutionExceptionHandler((e, command, parsed) -> {
          if (e instanceof Failure failure) {
            tell(command, failure.getMessage());
            return failure.exitCode();
          }
          if (e instanceof IOException) {
            tell(command, e.toString());
            return EXIT_FAILED;
          }
          throw e; // a bug: picocli prints the stack trace, and the exit code is 1
        });
  }

  private static int explainUsage(ParameterException e, String... args) {
    tell(e.getCommandLine(), e.getMessage());
    return EXIT_USAGE;
  }

  private static void tell(CommandLine command, @Nullable String message) {
    command.getErr().println("culebra bench echo: " + message);
    command.getErr().flush();
  }

  @Override
  public Integer call() throws IOException {
    checkNumbers();
    List<Load> all = loads.isEmpty()
        ? suite.loads()
        : loads.stream().map(Load::parse).distinct().toList();
    checkDescriptors(all);
    Path root = Path.of(System.getProperty("culebra.root", "."));
    try (Children children = new Children()) {
      run(all, new Tools(root, children.scratch(), python), children);
    }
    return 0;
  }

  private void run(List<Load> all, Tools tools, Children children) throws IOException {
    Map<String, String> leftOut = new LinkedHashMap<>();
    Contestants contestants = new Contestants(tools);
    List<Contestant> chosen =
        servers == null ? contestants.of(suite, leftOut) : contestants.named(servers);
    LoadClient client = new LoadClient(tools, children);
    List<Load> possible = possible(all, chosen, client, leftOut);
    Comparison.Pace pace = new Comparison.Pace(rounds, warmup, seconds);
    Path folder = out == null ? tools.root().resolve("bench/results") : out;
    Results results = new Results(folder, Instant.now());
    addFacts(results, tools, chosen);
    leftOut.values().stream()
        .distinct()
        .forEach(why -> results.addFact("without " + names(leftOut, why), why));
    String noChart = Chart.missing();
    if (noChart != null) {
      results.addFact("no chart", noChart);
    }

    PrintWriter progress = spec.commandLine().getErr();
    print(Report.head(results));
    progress.printf(
        Locale.ROOT, "takes about %d min%n", Comparison.minutes(chosen, possible, pace));
    Comparison comparison = new Comparison(chosen, pace, client, children, progress);
    for (Load load : possible) {
      Outcome outcome = comparison.run(load);
      results.add(outcome, noChart == null);
      print("\n" + Report.table(outcome));
    }
    print(Report.marks(results.outcomes()));
    progress.println("written to " + results.file("{txt,json" + (noChart == null ? ",svg}" : "}")));
    progress.flush();
  }

  private static String names(Map<String, String> leftOut, String why) {
    return leftOut.entrySet().stream()
        .filter(entry -> entry.getValue().equals(why))
        .map(Map.Entry::getKey)
        .collect(Collectors.joining(", "));
  }

  /** The loads that can be made, and that a server can take. */
  private List<Load> possible(
      List<Load> all, List<Contestant> chosen, LoadClient client, Map<String, String> leftOut) {
    List<Load> possible = all.stream()
        .filter(load -> {
          String missing = client.missing(load.kind());
          if (missing == null && chosen.stream().noneMatch(server -> server.serves(load.kind()))) {
            missing = "none of these servers can take it";
          }
          if (missing != null && !loads.isEmpty()) {
            throw Failure.failed("the load " + load + " cannot be made: " + missing);
          }
          if (missing != null) {
            leftOut.put(load.toString(), missing);
          }
          return missing == null;
        })
        .toList();
    if (possible.isEmpty()) {
      throw Failure.failed("there is nothing to compare: " + leftOut);
    }
    return possible;
  }

  private void addFacts(Results results, Tools tools, List<Contestant> chosen) {
    results.addFact("commit", Machine.commit(tools.root()));
    results.addFact("machine", Machine.processor());
    results.addFact("system", Machine.kernel());
    results.addFact("JDK", Machine.jdk());
    results.addFact("JVM flags", Contestants.flags());
    addVersions(results, tools, chosen);
    results.addFact(
        "turns",
        String.format(
            Locale.ROOT,
            "%d of each server, %.1f s measured after %.1f s of warm-up",
            rounds,
            seconds,
            warmup));
    results.addFact("load average", Machine.loadAverageText());
    results.addFact(
        "servers", chosen.stream().map(Contestant::name).collect(Collectors.joining(", ")));
  }

  private static void addVersions(Results results, Tools tools, List<Contestant> chosen) {
    if (has(chosen, "netty")) {
      results.addFact("Netty", Machine.nettyVersion());
    }
    for (String module : List.of("asyncio", "uvloop")) {
      if (has(chosen, module)) {
        results.addFact(
            module, tools.pythonVersion(module) + ", with " + Contestants.pythonVariables());
      }
    }
  }

  private static boolean has(List<Contestant> chosen, String family) {
    return chosen.stream().anyMatch(server -> server.name().startsWith(family + "-"));
  }

  private void print(String text) {
    PrintWriter printer = spec.commandLine().getOut();
    printer.print(text);
    printer.flush();
  }

  private void checkNumbers() {
    check("--rounds", rounds, 1, MAX_ROUNDS);
    check("--seconds", seconds, 0.1, MAX_SECONDS);
    check("--warmup", warmup, 0, MAX_SECONDS);
  }

  private static void check(String option, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw Failure.usage(
          option + " takes a number from " + least + " to " + most + ", not " + value);
    }
  }

  /** A JVM raises its own limit as far as it may, and what it starts has that limit, too. */
  private static void checkDescriptors(List<Load> loads) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      for (Load load : loads) {
        if (load.connections() + OTHER_DESCRIPTORS > system.getMaxFileDescriptorCount()) {
          throw Failure.failed(
              "the load " + load + " needs more files open than a process may have here, "
                  + system.getMaxFileDescriptorCount() + ": raise ulimit -n");
        }
      }
    }
  }
}
