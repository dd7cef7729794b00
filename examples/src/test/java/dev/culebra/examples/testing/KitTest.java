// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.LoopPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The test kit's extension passes good tests and fails those that leave something behind, on every
 * backend. It stands here because this is the first module in the build that has them all.
 */
class KitTest {

  static Stream<String> backends() {
    return LoopPolicy.available().entrySet().stream()
        .filter(each -> each.getValue().available())
        .map(Map.Entry::getKey);
  }

  @AfterEach
  void takeAway() throws IOException {
    LoopPolicy.set(null);
    KitCases.keptFuture = null;
    KitCases.release.countDown();
    if (KitCases.leakedSocket != null) {
      KitCases.leakedSocket.close();
      KitCases.leakedSocket = null;
    }
  }

  // ---- what passes

  @ParameterizedTest
  @MethodSource("backends")
  void testsThatLeaveNothingPass(String backend) {
    assertAll(TestExecutionResult.Status.SUCCESSFUL, 7, backend, KitCases.Passing.class);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void lifecycleMethodsRunOnTheSameLoop(String backend) {
    assertAll(TestExecutionResult.Status.SUCCESSFUL, 1, backend, KitCases.Lifecycle.class);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void settingsAreTheNearestOnes(String backend) {
    assertAll(TestExecutionResult.Status.SUCCESSFUL, 8, backend, KitCases.Settings.class);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void whatCannotRunIsSkipped(String backend) {
    assertAll(TestExecutionResult.Status.ABORTED, 2, backend, KitCases.Skipped.class);
  }

  // ---- what fails

  @Test
  void aFailureIsTheTestsOwn() {
    assertEquals("planted", failureOf("fails").getMessage());
  }

  @Test
  void aLeakDoesNotHideTheFailure() {
    Throwable failure = failureOf("failsAndLeavesATimer");
    assertEquals("planted", failure.getMessage());
    String suppressed = Arrays.toString(failure.getSuppressed());
    assertTrue(suppressed.contains("a timer: "), suppressed);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aTaskThatIsLeftFailsTheTest(String backend) {
    assertFails(backend, "leavesATask", "a task that is not done: Task[forgotten");
  }

  @Test
  void aTaskThatIsLeftAndFailsIsToldOnce() {
    String message = failureOf("leavesATaskThatDoesNotEndQuietly").getMessage();
    assertEquals(2, message.lines().count(), message);
  }

  @Test
  void aTaskThatIsNeverIdleIsFoundAsWell() {
    assertFails("nio", "leavesABusyTask", "a task that is not done: Task[busy");
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aTimerThatIsLeftFailsTheTest(String backend) {
    assertFails(backend, "leavesATimer", "a timer: TimerHandle[when=PT1H");
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aServerThatIsLeftFailsTheTest(String backend) {
    assertFails(backend, "leavesAServer", "1 open connections or servers");
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aDescriptorThatIsLeftFailsTheTest(String backend) {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "there is no /proc here");
    assertFails(backend, "leavesASocket", "a descriptor: ");
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aReportThatIsLeftFailsTheTest(String backend) {
    Throwable failure = assertFails(backend, "leavesAReport", "a report: Exception in callback");
    assertEquals("planted", failure.getSuppressed()[0].getMessage());
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aFailureThatNobodyLooksAtFailsTheTest(String backend) {
    assertFails(
        backend,
        "leavesAFailureThatNobodyLooksAt",
        "a report: Future exception was never retrieved: java.io.IOException: planted");
  }

  @Test
  void aReportThatIsMissingFailsTheTest() {
    assertFails("nio", "missesAReport", "missing: a report of 'what nobody reports'");
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aTestThatTakesTooLongFailsAndTellsWhatItWaitsFor(String backend) {
    String message = failureOf(backend, "waitsForAClockThatNobodyMoves").getMessage();
    assertTrue(message.contains("did not end within the 50 ms"), message);
    assertTrue(message.contains("TestClock[MANUAL, PT0S]"), message);
    assertTrue(message.contains("WAITING"), message);
    assertTrue(message.contains("Sleep[Task-"), message);
  }

  @Test
  void aTestThatNeverReturnsIsGivenUp() {
    KitCases.release = new CountDownLatch(1);
    String message = failureOf("neverReturns").getMessage();
    assertTrue(message.contains("its loop does not answer"), message);
  }

  // ---- running

  private static void assertAll(
      TestExecutionResult.Status status, int count, String backend, Class<?> cases) {
    Map<String, TestExecutionResult> results = run(backend, DiscoverySelectors.selectClass(cases));
    assertEquals(count, results.size(), results::toString);
    Map<String, TestExecutionResult> others = new TreeMap<>(results);
    others.values().removeIf(each -> each.getStatus() == status);
    assertEquals(Map.of(), others);
  }

  private static Throwable assertFails(String backend, String method, String partOfMessage) {
    Throwable failure = failureOf(backend, method);
    assertTrue(failure.getMessage().contains(partOfMessage), failure::toString);
    return failure;
  }

  private static Throwable failureOf(String method) {
    return failureOf("nio", method);
  }

  private static Throwable failureOf(String backend, String method) {
    Map<String, TestExecutionResult> results = run(backend, selector(method));
    assertEquals(1, results.size(), results::toString);
    TestExecutionResult result = results.values().iterator().next();
    assertEquals(TestExecutionResult.Status.FAILED, result.getStatus());
    return result.getThrowable().orElseThrow();
  }

  /** Parameters and all. */
  private static DiscoverySelector selector(String name) {
    return Arrays.stream(KitCases.Failing.class.getDeclaredMethods())
        .filter(each -> each.getName().equals(name))
        .map(each -> DiscoverySelectors.selectMethod(KitCases.Failing.class, each))
        .collect(Collectors.collectingAndThen(Collectors.toList(), List::getFirst));
  }

  private static Map<String, TestExecutionResult> run(String backend, DiscoverySelector what) {
    LoopPolicy.set(LoopPolicy.forBackend(backend));
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(what).build();
    Map<String, TestExecutionResult> results = new TreeMap<>();
    TestExecutionListener collecting = new TestExecutionListener() {
      @Override
      public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest()) {
          results.put(test.getUniqueId(), result);
        }
      }
    };
    LauncherFactory.create().execute(request, collecting);
    return results;
  }
}
