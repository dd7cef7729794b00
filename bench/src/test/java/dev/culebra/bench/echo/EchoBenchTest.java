// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class EchoBenchTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir
  private Path folder;

  private int run(String... options) {
    CommandLine command = EchoBench.commandLine();
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(err));
    return command.execute(options);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rounds 0            | --rounds takes a number from 1.0 to 1000.0, not 0.0",
        "--seconds 0           | --seconds takes a number from 0.1 to 600.0, not 0.0",
        "--suite some          | Invalid value for option '--suite'",
        "--load many           | --load takes [KIND:]CONNECTIONSxBYTES",
        "--servers nio-threads | --servers nio-threads: there is no 'nio-threads'",
        "--fast                | Unknown option: '--fast'"
      })
  void wrongUseIsToldInOneLine(String options, String message) {
    assertEquals(2, run(options.split(" ")), err::toString);
    assertTrue(err.toString().startsWith("culebra bench echo: " + message), err::toString);
    assertEquals(1, err.toString().lines().count(), err::toString);
  }

  @Test
  void loadThatNoneOfTheServersCanTakeIsToldBeforeAnyIsStarted() {
    assertEquals(1, run("--servers", "selector", "--load", "tls:1x1"));
    assertEquals(
        "culebra bench echo: the load tls:1x1 cannot be made: none of these servers can take it",
        err.toString().strip());
  }

  @Test
  void serversTakeTurnsAndAreEnded() throws IOException {
    Path checkout = Path.of("..").toAbsolutePath().normalize();
    Assumptions.assumeTrue(
        new Tools(checkout, folder, "").compile("echoload") == null, "needs Linux and cc");
    System.setProperty("culebra.root", checkout.toString());

    int exit = run(
        "--servers=selector,vthreads",
        "--load=4x1024",
        "--rounds=2",
        "--seconds=0.2",
        "--warmup=0",
        "--out=" + folder);

    assertEquals(0, exit, err::toString);
    assertEquals(
        List.of("selector", "vthreads", "selector", "vthreads"),
        err.toString()
            .lines()
            .filter(line -> line.contains(" round "))
            .map(EchoBenchTest::server)
            .toList());
    assertTrue(
        out.toString().lines().anyMatch(line -> line.matches("selector +[0-9.]+ +1\\.00 .*")),
        out::toString);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          3,
          files
              .filter(file -> file.toString().matches(".*/echo-[0-9-]+\\.(txt|json|svg)"))
              .count());
    }
    assertEquals(List.of(), ProcessHandle.current().children().toList());
  }

  private static String server(String progress) {
    return progress.replaceFirst(".* round \\d+ ([a-z]+): .*", "$1");
  }
}
