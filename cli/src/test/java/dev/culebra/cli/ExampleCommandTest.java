// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExampleCommandTest {

  @Test
  void listsEachWithALine() {
    CommandRun run = CommandRun.of("example");

    assertEquals(0, run.exitCode());
    assertTrue(run.out().startsWith("01  hello             Runs a body without a result.\n"));
    assertTrue(run.out().contains("\n    echo-server       Sends back what it is sent.\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "result"})
  void runsOneByNumberOrName(String name) throws Exception {
    try (ChildJvm culebra = ChildJvm.culebra("example", name)) {
      assertEquals("running", culebra.readLine());
      assertEquals("done!", culebra.readLine());
      assertEquals("", culebra.errors());
      assertEquals(0, culebra.awaitExit());
    }
  }

  @Test
  void givesItArgumentsAndTheBackend() throws Exception {
    try (ChildJvm culebra = ChildJvm.culebra("example", "19", "0", "--backend", "nio")) {
      assertTrue(culebra.readPort() > 0);
      culebra.signal("INT");
      assertEquals("", culebra.errors());
      assertEquals(Failure.EXIT_INTERRUPTED, culebra.awaitExit());
    }
  }

  @Test
  void aBackendThatThereIsNotIsAFailure() throws Exception {
    try (ChildJvm culebra = ChildJvm.culebra("example", "hello", "--backend", "tulip")) {
      assertTrue(culebra.errors().startsWith("culebra example: there is no backend"));
      assertEquals(Failure.EXIT_FAILED, culebra.awaitExit());
    }
  }
}
