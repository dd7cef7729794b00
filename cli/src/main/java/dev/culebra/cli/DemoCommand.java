// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.cli.demo.Demo;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows the same server on each backend, under load. */
@Command(
    name = "demo",
    description =
        "Runs the same HTTP server on each backend, under load, and tells what a request costs. "
            + "Takes less than a minute.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    try (Demo demo = new Demo(spec.commandLine().getOut(), Demo.Pace.DEFAULT)) {
      demo.run();
    }
    return 0;
  }
}
