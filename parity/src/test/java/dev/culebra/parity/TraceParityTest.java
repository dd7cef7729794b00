// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.LoopPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Small programs, in Python on asyncio and in Java on Culebra, which must log the same lines. */
class TraceParityTest {

  static final List<Class<? extends Scenarios>> SCENARIOS = List.of(
      CallbackScenarios.class,
      FutureScenarios.class,
      TaskScenarios.class,
      CancelScenarios.class,
      GatherScenarios.class,
      WaitScenarios.class,
      TimeoutScenarios.class,
      TaskGroupScenarios.class,
      SyncScenarios.class,
      QueueScenarios.class,
      ContextScenarios.class,
      EagerScenarios.class,
      RunScenarios.class);

  private static PythonTraces traces;

  static Stream<Scenario> scenarios() {
    return SCENARIOS.stream().flatMap(Scenario::of);
  }

  static List<String> backends() {
    return LoopPolicy.available().entrySet().stream()
        .filter(backend -> backend.getValue().available())
        .map(Map.Entry::getKey)
        .toList();
  }

  @BeforeAll
  static void runAllInPython() throws Exception {
    Optional<Python> python = Python.find();
    if (python.isEmpty()) {
      System.out.println("traces are not compared: " + Python.NONE);
    } else {
      traces = PythonTraces.of(python.get(), scenarios().toList());
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void logsWhatItLogsOnAsyncio(Scenario scenario) throws Exception {
    assumeTrue(traces != null, Python.NONE);
    Optional<List<String>> expected = traces.of(scenario);
    if (expected.isEmpty()) {
      System.out.println(scenario + " is not compared: it needs Python "
          + scenario.python().since() + ", this is " + traces.version());
    }
    assumeTrue(expected.isPresent(), "it needs a later Python");

    for (String backend : backends()) {
      assertEquals(
          String.join("\n", expected.get()),
          String.join("\n", scenario.trace(backend)),
          scenario.name() + " on " + backend);
    }
  }
}
