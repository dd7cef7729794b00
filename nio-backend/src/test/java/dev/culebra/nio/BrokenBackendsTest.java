// SPDX-License-Identifier: Apache-2.0
package dev.culebra.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.nio.internal.NioBackend;
import dev.culebra.spi.Backend;
import dev.culebra.tck.BackendTck;
import dev.culebra.tck.Deviation;
import dev.culebra.tck.Rule;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The contract's tests find what is broken, and nothing where nothing is. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@DisabledIfSystemProperty(
    named = "culebra.tasks",
    matches = "baton",
    disabledReason = "the SPI knows no tasks: once is enough")
class BrokenBackendsTest {

  private static final int RULES = 13;

  private static volatile Backend tested = new NioBackend();
  private static volatile Duration patience = Duration.ZERO;

  /** Is run by these tests only. */
  static final class Tck extends BackendTck {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Set<Deviation> deviations() {
      return EnumSet.of(Deviation.NOT_CLOSE_ON_EXEC, Deviation.NO_EMPTY_DATAGRAM_TO_A_PEER);
    }

    @Override
    protected Duration patience() {
      return patience;
    }
  }

  @AfterEach
  void closeLeaked() {
    Broken.closeLeaked();
  }

  @ParameterizedTest
  @FieldSource({"dev.culebra.nio.Broken#ALL", "dev.culebra.nio.BrokenDatagrams#ALL"})
  void aBrokenBackendFailsATestOfTheRuleThatItBreaks(Broken broken) {
    Map<String, TestExecutionResult> results =
        run(broken.backend(), Duration.ofMillis(200), broken.rule());
    assertFalse(failed(results).isEmpty(), () -> "passed " + results.keySet());
  }

  @Test
  void anHonestBackendFailsNothing() {
    Map<String, TestExecutionResult> results = run(
        new Wrapped(), Duration.ofSeconds(10), IntStream.rangeClosed(1, RULES).toArray());
    assertEquals(Map.of(), failed(results));
    assertTrue(results.size() > 100, () -> "ran only " + results.keySet());
  }

  @Test
  void everyRuleIsBrokenByOne() {
    Set<Integer> broken = Broken.ALL.stream().map(Broken::rule).collect(Collectors.toSet());
    assertEquals(RULES, broken.size(), () -> "only rules " + new TreeSet<>(broken));
  }

  private static Map<String, TestExecutionResult> failed(Map<String, TestExecutionResult> results) {
    Map<String, TestExecutionResult> failed = new TreeMap<>(results);
    failed.values().removeIf(result -> result.getStatus() != TestExecutionResult.Status.FAILED);
    return failed;
  }

  /** Runs the tests of some rules. */
  private static Map<String, TestExecutionResult> run(
      Backend backend, Duration patience, int... rules) {
    tested = backend;
    BrokenBackendsTest.patience = patience;
    PostDiscoveryFilter ofRules =
        descriptor -> FilterResult.includedIf(provesOne(descriptor, rules));
    LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
        .selectors(DiscoverySelectors.selectClass(Tck.class))
        .filters(ofRules)
        .build();
    Map<String, TestExecutionResult> results = new TreeMap<>();
    TestExecutionListener collecting = new TestExecutionListener() {
      @Override
      public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest()) {
          results.put(test.getDisplayName(), result);
        }
      }
    };
    LauncherFactory.create().execute(request, collecting);
    return results;
  }

  private static boolean provesOne(TestDescriptor descriptor, int... rules) {
    TestSource source = descriptor.getSource().orElse(null);
    if (!(source instanceof MethodSource method)) {
      return true;
    }
    Rule rule = method.getJavaMethod().getAnnotation(Rule.class);
    return rule != null
        && Arrays.stream(rule.value())
            .anyMatch(number -> Arrays.stream(rules).anyMatch(each -> each == number));
  }
}
