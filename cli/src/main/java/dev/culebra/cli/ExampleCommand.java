// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.LoopPolicy;
import dev.culebra.examples.Examples;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs an example in this JVM, or lists them. */
@Command(
    name = "example",
    description = "Runs an example. Without a name it lists them.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ExampleCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "Its number or its name, such as 15 or lock.")
  private @Nullable String name;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "ARGUMENT",
      description = "What it is given, such as a port.")
  private List<String> arguments = new ArrayList<>();

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "nio, epoll or kqueue (default: the best that works here).")
  private @Nullable String backend;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (name == null) {
      list(spec.commandLine().getOut());
      return 0;
    }
    Examples.Example example;
    try {
      example = Examples.find(name);
    } catch (NoSuchElementException e) {
      throw Failure.usage(e.getMessage() + " (culebra example lists all)");
    }
    if (backend != null) {
      LoopPolicy.set(LoopPolicy.forBackend(backend));
    }
    example.run(arguments.toArray(new String[0]));
    return 0;
  }

  private static void list(PrintWriter out) {
    for (Examples.Example example : Examples.all()) {
      out.printf("%2s  %-16s  %s%n", example.number(), example.name(), example.description());
    }
    out.flush();
  }
}
