// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What SIGINT does to a run, by real signals to JVMs of their own. */
@Tag("slow") // each test starts a JVM
abstract class SigintContract extends OnLoop {

  /** What a process ends with that dies of SIGINT. */
  private static final int STATUS = 130;

  @BeforeEach
  void needsKill() {
    assumeFalse(
        System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("win"),
        "no signals between processes here");
  }

  private ChildJvm start(String scenario, String... flags) throws IOException {
    return closing(ChildJvm.start(
        List.of(flags), SigintProgram.class, backend().getClass().getName(), scenario));
  }

  private void assertEnds(int status, ChildJvm child) throws Exception {
    assertEquals("", child.rest());
    assertEquals(status, child.awaitExit(patience()));
  }

  // The first

  @Test
  void theFirstCancelsTheMainTaskAndRunThrowsKeyboardInterrupt() throws Exception {
    ChildJvm child = start("caught");
    for (int i = 0; i < 2; i++) {
      child.expect("ready");
      child.signal("INT");
      child.expect("clean");
      child.expect("caught, caused by java.util.concurrent.CancellationException");
    }
    child.expect("goes on");
    assertEnds(0, child);
  }

  @Test
  void itDoesSoForARunOnAVirtualThread() throws Exception {
    ChildJvm child = start("caught on a virtual thread");
    child.expect("ready");
    child.signal("INT");
    child.expect("clean", "KeyboardInterruptException");
    assertEnds(0, child);
  }

  @Test
  void uncaughtItEndsTheProcessAsTheJvmDoesAfterATidyEnd() throws Exception {
    ChildJvm child = start("uncaught");
    child.expect("ready");
    child.signal("INT");
    child.expect("clean", "other task", "hook");
    assertEnds(STATUS, child);
  }

  @Test
  void uncaughtItIsToldToTheHandlersThatTheProgramHas() throws Exception {
    ChildJvm child = start("uncaught with handlers");
    child.expect("ready");
    child.signal("INT");
    child.expect("clean", "own: KeyboardInterruptException", "ready");
    child.signal("INT");
    child.expect("clean", "default handler: KeyboardInterruptException");
    assertEnds(STATUS, child);
  }

  @Test
  void aMainTaskThatSwallowsItReturns() throws Exception {
    ChildJvm child = start("swallowed");
    child.expect("ready");
    child.signal("INT");
    child.expect("swallowed");
    assertEnds(0, child);
  }

  @Test
  void aMainTaskThatOthersCancelAsWellIsCancelledAndNoMore() throws Exception {
    ChildJvm child = start("cancelled by others too");
    child.expect("ready");
    child.signal("INT");
    child.expect("CancellationException: true");
    assertEnds(0, child);
  }

  @Test
  void oneThatComesTooLateToCancelIsNotLost() throws Exception {
    ChildJvm child = start("too late");
    child.expect("caught, suppressed: []");
    child.expect("caught, suppressed: [java.io.IOException: planted]");
    assertEnds(0, child);
  }

  // The second, and those that are not for the run

  @Test
  void theSecondEndsTheProcessAtOnce() throws Exception {
    ChildJvm child = start("swallowed for ever");
    child.expect("ready");
    child.signal("INT");
    child.expect("swallowed", "ready");
    child.signal("INT");
    assertEnds(STATUS, child);
  }

  @Test
  void withoutHandleSigintTheFirstDoes() throws Exception {
    ChildJvm child = start("not handled");
    child.expect("ready");
    child.signal("INT");
    assertEnds(STATUS, child);
  }

  @Test
  void afterTheRunItIsTheJvmsAgain() throws Exception {
    ChildJvm child = start("after a run");
    child.expect("has run", "ready");
    child.signal("INT");
    assertEnds(STATUS, child);
  }

  @Test
  void theProgramsOwnHandlerStays() throws Exception {
    ChildJvm child = start("own handler");
    child.expect("ready");
    child.signal("INT");
    child.expect("own handler", "still in place: true");
    assertEnds(0, child);
  }

  @Test
  void aHandlerThatTheProgramSetsDuringTheRunStaysToo() throws Exception {
    ChildJvm child = start("own handler during the run");
    child.expect("still in place: true", "ready");
    child.signal("INT");
    assertEnds(STATUS, child);
  }

  @Test
  void ofTwoRunsAtOnceTheFirstGetsIt() throws Exception {
    ChildJvm child = start("two runs at once");
    child.expect("ready");
    child.signal("INT");
    child.expect("clean", "first caught", "second ends");
    assertEnds(0, child);
  }

  // Where signals are not to be had

  @Test
  void aRunWorksWhereTheModuleForSignalsIsAbsent() throws Exception {
    ChildJvm child = start("wait", "--limit-modules", "java.base");
    child.expect("ready");
    child.signal("INT");
    assertEnds(STATUS, child);
  }

  @Test
  void aRunWorksWhereTheJvmLeavesSignalsAlone() throws Exception {
    ChildJvm child = start("wait", "-Xrs");
    child.expect("ready");
    child.signal("INT");
    assertEnds(STATUS, child);
  }
}
