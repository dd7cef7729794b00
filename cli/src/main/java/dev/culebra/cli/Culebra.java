// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.BackendUnavailableException;
import dev.culebra.KeyboardInterruptException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs a command: what {@code ./culebra} starts. */
@Command(
    name = "culebra",
    description =
        "An asyncio-style event loop for the JVM, with backends that are swapped in at run time.",
    mixinStandardHelpOptions = true,
    versionProvider = Culebra.Version.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Culebra implements Runnable {

  private static final List<Class<?>> COMMANDS = List.of(
      DemoCommand.class,
      InfoCommand.class,
      EchoCommand.class,
      LoadCommand.class,
      BenchCommand.class,
      ExampleCommand.class);

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /**
   * Runs the command that the arguments name, and ends the JVM with its exit code.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    System.exit(commandLine(args).execute(args));
  }

  /**
   * With the command alone that the arguments begin with, or with all: picocli reads by reflection what
   * each is like, and that of all of them takes longer than {@code culebra info}.
   */
  static CommandLine commandLine(String... args) {
    CommandLine culebra = new CommandLine(new Culebra());
    List<Class<?>> named = COMMANDS.stream()
        .filter(command -> args.length > 0 && nameOf(command).equals(args[0]))
        .toList();
    for (Class<?> command : named.isEmpty() ? COMMANDS : named) {
      culebra.addSubcommand(command);
    }
    return culebra
        .registerConverter(EchoMode.class, EchoMode::named)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(Culebra::explainUsage)
        .setExecutionExceptionHandler(Culebra::explainFailure);
  }

  @Override
  public void run() {
    throw Failure.usage("name a command: " + commands() + " (culebra --help tells more)");
  }

  private static String nameOf(Class<?> command) {
    return command.getAnnotation(Command.class).name();
  }

  private String commands() {
    return String.join(", ", spec.subcommands().keySet());
  }

  private static int explainUsage(ParameterException e, String... args) {
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    String message = spec.userObject() instanceof Culebra root
            && e instanceof UnmatchedArgumentException unmatched
            && !unmatched.isUnknownOption()
        ? "there is no command '" + unmatched.getUnmatched().get(0) + "'; there are "
            + root.commands()
        : messageOf(e);
    tell(e.getCommandLine(), message.replaceFirst("^Error: ", ""));
    return Failure.EXIT_USAGE;
  }

  private static int explainFailure(Exception e, CommandLine command, ParseResult parsed)
      throws Exception {
    if (e instanceof Failure failure) {
      tell(command, messageOf(failure));
      return failure.exitCode();
    }
    if (e instanceof KeyboardInterruptException) {
      return Failure.EXIT_INTERRUPTED; // whoever pressed Ctrl+C knows
    }
    if (e instanceof BackendUnavailableException || e instanceof IOException) {
      tell(command, messageOf(e));
      return Failure.EXIT_FAILED;
    }
    throw e; // a bug: picocli prints the stack trace, and the exit code is 1
  }

  private static String messageOf(Exception e) {
    String message = e.getMessage();
    return message != null ? message : e.toString();
  }

  /** Says on stderr, in one line, what is wrong with a command. */
  private static void tell(CommandLine command, String message) {
    String line =
        command.getCommandSpec().qualifiedName() + ": " + message.strip().replaceAll("\\s+", " ");
    command.getErr().println(line);
    command.getErr().flush();
  }

  /** Tells the version that the build gave to the module. */
  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
      return new String[] {"Culebra " + version()};
    }

    static String version() {
      Module module = Culebra.class.getModule();
      return (module.isNamed()
              ? module.getDescriptor().rawVersion()
              : Optional.ofNullable(Culebra.class.getPackage().getImplementationVersion()))
          .orElse("(not packaged)");
    }
  }
}
