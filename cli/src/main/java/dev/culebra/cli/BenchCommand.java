// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.cli.memory.MemoryBench;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Measures what a load does not show. */
@Command(
    name = "bench",
    description =
        "Measures what a load does not show. bench/README.md tells of the other benchmarks.",
    subcommands = {BenchCommand.Memory.class, BenchCommand.Echo.class},
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "BENCHMARK")
final class BenchCommand implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public void run() {
    throw Failure.usage(
        "name a benchmark: " + String.join(", ", spec.subcommands().keySet()));
  }

  /** What an idle connection costs in memory. */
  @Command(
      name = "memory",
      description = "Tells what each idle connection costs an echo server in memory, on each "
          + "backend, by protocol and by streams.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  static final class Memory implements Callable<Integer> {

    private static final int MAX_CONNECTIONS = 1_000_000;

    @Option(
        names = "--connections",
        paramLabel = "C",
        description = "How many connections to open (default: ${DEFAULT-VALUE}).")
    private int connections = 10_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
      if (connections < 1 || connections > MAX_CONNECTIONS) {
        throw Failure.usage(
            "--connections takes a number from 1 to " + MAX_CONNECTIONS + ", not " + connections);
      }
      new MemoryBench(spec.commandLine().getOut(), connections).run();
      return 0;
    }
  }

  /** Stands for the benchmark of the module bench, which the script {@code culebra} runs. */
  @Command(
      name = "echo",
      description = "Compares echo servers, Culebra's and others', by what a request costs them. "
          + "From a checkout only: it builds the others.")
  static final class Echo implements Callable<Integer> {

    @Unmatched
    @SuppressWarnings("UnusedVariable") // picocli puts there what is for the benchmark
    private List<String> options = new ArrayList<>();

    @Override
    public Integer call() {
      throw Failure.failed("the servers to compare with are built from a checkout of Culebra: "
          + "run ./culebra bench echo there");
    }
  }
}
