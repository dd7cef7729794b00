// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.Asyncio;
import dev.culebra.cli.load.ClosedLoop;
import dev.culebra.cli.load.CpuTime;
import dev.culebra.cli.load.DatagramLoad;
import dev.culebra.cli.load.EchoDialogue;
import dev.culebra.cli.load.LoadResult;
import dev.culebra.net.TlsOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Loads an echo server and tells how it did. */
@Command(
    name = "load",
    description = "Loads an echo server: each connection keeps one message in flight, "
        + "and every byte that comes back is checked.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class LoadCommand implements Callable<Integer> {

  private static final int MAX_CONNECTIONS = 100_000;
  private static final int MAX_SIZE_BYTES = 64 * 1024 * 1024;
  private static final double MAX_SECONDS = 3600;
  private static final double MAX_TIMEOUT_SECONDS = 60;

  /** What UDP has room for over IPv4. */
  private static final int MAX_DATAGRAM_BYTES = 65_507;

  @ArgGroup(multiplicity = "1")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Endpoint endpoint;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "Where the server is (default: ${DEFAULT-VALUE}).")
  private String host = "127.0.0.1";

  @Option(
      names = "--connections",
      paramLabel = "C",
      required = true,
      description = "How many connections.")
  private int connections;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      required = true,
      description = "How long a message is.")
  private int sizeBytes;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      required = true,
      description = "How long to measure.")
  private double seconds;

  @Option(
      names = "--warmup",
      paramLabel = "S",
      description = "How long to load the server before that (default: ${DEFAULT-VALUE}).")
  private double warmupSeconds = 2;

  @Option(
      names = "--udp",
      description = "Send datagrams: --connections says from how many sockets. Those that do not "
          + "come back are counted.")
  private boolean udp;

  @Option(
      names = "--timeout",
      paramLabel = "S",
      description = "With --udp, how long until a datagram counts as lost and the next one is "
          + "sent (default: 1).")
  private @Nullable Double timeoutSeconds;

  @Option(
      names = "--tls",
      description = "Encrypt. The server's certificate must be for HOST, and signed by an "
          + "authority that the JDK knows, or --cacert names.")
  private boolean tls;

  @Option(
      names = "--cacert",
      paramLabel = "FILE",
      description = "The certificates to trust, as PEM, such as the one that echo makes.")
  private @Nullable Path authorities;

  @Option(
      names = "--insecure",
      description = "Take whatever certificate the server shows: for measuring only.")
  private boolean insecure;

  @Option(
      names = "--cpu-of",
      paramLabel = "PID",
      description = "Also tell what CPU time each request cost this process, the server's if it "
          + "runs here: user and system, and user alone.")
  private @Nullable Long serverPid;

  @Option(names = "--json", description = "For programs.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (!tls && (authorities != null || insecure)) {
      throw Failure.usage((insecure ? "--insecure" : "--cacert") + " is for --tls");
    }
    if (authorities != null && insecure) {
      throw Failure.usage("--cacert and --insecure exclude each other");
    }
    if (!udp && timeoutSeconds != null) {
      throw Failure.usage("--timeout is for --udp");
    }
    if (udp) {
      loadWithDatagrams();
    } else {
      loadWithConnections();
    }
    return 0;
  }

  private void loadWithConnections() throws Exception {
    Place place = endpoint.place(host, 1, tls ? clientTls() : null);
    checkNumbers(MAX_SIZE_BYTES);
    CpuTime cpu = cpuTime();
    LoadResult result = Asyncio.run(() -> ClosedLoop.run(
        place,
        connections,
        EchoDialogue.ofSize(sizeBytes),
        duration(warmupSeconds),
        duration(seconds),
        watcher(cpu)));
    requireAnswers(result);
    tell(report(result, cpu, "connections to " + place));
  }

  private TlsOptions clientTls() {
    return insecure ? Tls.trustingAll() : Tls.ofClient(authorities);
  }

  private void loadWithDatagrams() throws Exception {
    if (tls) {
      throw Failure.usage("--udp has no TLS: leave --tls out");
    }
    int port = endpoint.udpPort(1);
    checkNumbers(MAX_DATAGRAM_BYTES);
    double timeout = timeoutSeconds == null ? 1 : timeoutSeconds;
    check("--timeout", timeout, 0.01, MAX_TIMEOUT_SECONDS);
    CpuTime cpu = cpuTime();
    DatagramLoad.Result result = Asyncio.run(() -> DatagramLoad.run(
        host,
        port,
        connections,
        EchoDialogue.ofSize(sizeBytes),
        duration(timeout),
        duration(warmupSeconds),
        duration(seconds),
        watcher(cpu)));
    if (result.wrong() == 0) {
      requireAnswers(result.answered());
    }
    LoadReport report = report(result.answered(), cpu, "sockets to " + HostPort.of(host, port));
    report.addDatagrams(result);
    tell(report);
    if (result.wrong() > 0) {
      throw Failure.failed("wrong bytes came back in "
          + String.format(Locale.ROOT, "%,d", result.wrong()) + " datagrams");
    }
  }

  private void checkNumbers(int maxSizeBytes) {
    check("--connections", connections, 1, MAX_CONNECTIONS);
    check("--size", sizeBytes, 1, maxSizeBytes);
    check("--seconds", seconds, 0.1, MAX_SECONDS);
    check("--warmup", warmupSeconds, 0, MAX_SECONDS);
  }

  private void requireAnswers(LoadResult result) {
    if (result.requests() == 0) {
      throw Failure.failed("no answer came within " + seconds + " s");
    }
  }

  private @Nullable CpuTime cpuTime() {
    if (serverPid == null) {
      return null;
    }
    ProcessHandle server = ProcessHandle.of(serverPid)
        .orElseThrow(() -> Failure.usage("--cpu-of: there is no process " + serverPid));
    if (server.info().totalCpuDuration().isEmpty()) {
      throw Failure.failed(
          "the system does not tell the CPU time of process " + serverPid + ": is it yours?");
    }
    return new CpuTime(server);
  }

  private static ClosedLoop.Watcher watcher(@Nullable CpuTime cpu) {
    return cpu == null ? new ClosedLoop.Watcher() {} : cpu;
  }

  private LoadReport report(LoadResult result, @Nullable CpuTime cpu, String where) {
    LoadReport report = new LoadReport(
        result,
        String.format(Locale.ROOT, "of %,d bytes on %,d %s", sizeBytes, connections, where));
    if (cpu != null) {
      report.addCpu(cpu.microsForEach(result), cpu.userMicrosForEach(result));
    }
    return report;
  }

  private void tell(LoadReport report) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      report.printJson(out);
    } else {
      report.print(out);
    }
  }

  private static void check(String option, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw Failure.usage(option + " takes a number from " + plain(least) + " to " + plain(most)
          + ", not " + plain(value));
    }
  }

  private static String plain(double number) {
    return number == Math.rint(number)
        ? String.format(Locale.ROOT, "%.0f", number)
        : Double.toString(number);
  }

  private static Duration duration(double seconds) {
    return Duration.ofNanos(Math.round(seconds * TimeUnit.SECONDS.toNanos(1)));
  }
}
