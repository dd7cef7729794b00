// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.sleep;
import static dev.culebra.PosixSignal.SIGCONT;
import static dev.culebra.PosixSignal.SIGINT;
import static dev.culebra.PosixSignal.SIGURG;
import static dev.culebra.PosixSignal.SIGUSR1;
import static dev.culebra.PosixSignal.SIGWINCH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.culebra.ContextVar;
import dev.culebra.EventLoop;
import dev.culebra.PosixSignal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Callbacks for signals. */
abstract class SignalContract extends OnLoop {

  private final List<Object> ran = new ArrayList<>();

  @BeforeEach
  void needsSignals() {
    assumeFalse(
        System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("win"),
        "few signals here");
  }

  // ---- sun.misc.Signal, of which javac would warn

  private static Object signal(PosixSignal signal) throws ReflectiveOperationException {
    return Class.forName("sun.misc.Signal")
        .getConstructor(String.class)
        .newInstance(signal.name().substring(3));
  }

  /** Has this process get a signal. */
  static void raiseSignal(PosixSignal signal) throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Signal");
    type.getMethod("raise", type).invoke(null, signal(signal));
  }

  private static Object install(PosixSignal signal, Object handler)
      throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Signal");
    return type.getMethod("handle", type, Class.forName("sun.misc.SignalHandler"))
        .invoke(null, signal(signal), handler);
  }

  private static Object ignoring() throws ReflectiveOperationException {
    return Class.forName("sun.misc.SignalHandler").getField("SIG_IGN").get(null);
  }

  /** What handles a signal now. */
  private static Object handlerOf(PosixSignal signal) throws ReflectiveOperationException {
    Object handler = install(signal, ignoring());
    install(signal, handler);
    return handler;
  }

  // Handling

  @Test
  void aSignalRunsItsCallbackOnTheLoop() throws Exception {
    run(() -> {
      loop.addSignalHandler(SIGUSR1, () -> ran.add(dev.culebra.Asyncio.getRunningLoop()));
      raiseSignal(SIGUSR1);
      assertEquals(List.of(), ran, "never within what runs now");
      await("the callback", () -> !ran.isEmpty());
      raiseSignal(SIGUSR1);
      await("the next", () -> ran.size() == 2);
    });
    assertEquals(List.of(loop, loop), ran);
  }

  @Test
  void aSignalWakesALoopThatWaits() throws Exception {
    ScriptedBackend backend = onBackend(new ScriptedBackend(backend()));
    loop.addSignalHandler(SIGUSR1, loop::stop);
    thread(() -> {
      backend.awaitEndlessWait(patience().toNanos());
      raiseSignal(SIGUSR1);
    });
    loop.runForever();
  }

  @Test
  void severalSignalsBeforeOneWakeUpAreAllDelivered() throws Exception {
    for (PosixSignal signal : List.of(SIGUSR1, SIGCONT, SIGWINCH, SIGURG)) {
      loop.addSignalHandler(signal, () -> ran.add(signal));
    }
    run(() -> {
      raiseSignal(SIGWINCH);
      raiseSignal(SIGUSR1);
      raiseSignal(SIGCONT);
      raiseSignal(SIGURG);
      await("all", () -> ran.size() == 4);
    });
    assertTrue(ran.containsAll(List.of(SIGUSR1, SIGCONT, SIGWINCH, SIGURG)), ran.toString());
  }

  @Test
  void whatIsAddedLaterTakesThePlaceOfWhatWasThere() throws Exception {
    run(() -> {
      loop.addSignalHandler(SIGUSR1, () -> ran.add("first"));
      loop.addSignalHandler(SIGUSR1, () -> ran.add("second"));
      raiseSignal(SIGUSR1);
      await("a callback", () -> !ran.isEmpty());
      settle();
      assertEquals(List.of("second"), ran);
    });
  }

  @Test
  void itRunsInTheContextThatItWasAddedIn() throws Exception {
    ContextVar<String> variable = ContextVar.of("request");
    run(() -> {
      variable.set("as added");
      loop.addSignalHandler(SIGUSR1, () -> {
        ran.add(variable.get());
        variable.set("by the callback");
      });
      variable.set("later");
      raiseSignal(SIGUSR1);
      await("a callback", () -> ran.size() == 1);
      raiseSignal(SIGUSR1);
      await("another", () -> ran.size() == 2);
      assertEquals("later", variable.get());
    });
    assertEquals(List.of("as added", "as added"), ran);
  }

  @Test
  void aCallbackThatThrowsIsReportedAndStays() throws Exception {
    run(() -> {
      loop.addSignalHandler(SIGUSR1, () -> {
        ran.add("ran");
        throw new IllegalStateException("planted");
      });
      raiseSignal(SIGUSR1);
      await("a callback", () -> ran.size() == 1);
      reports.take("Exception in callback");
      raiseSignal(SIGUSR1);
      await("another", () -> ran.size() == 2);
      reports.take("Exception in callback");
    });
  }

  @Test
  void eachLoopThatAsksIsTold() throws Exception {
    EventLoop other = newLoop(backend());
    other.addSignalHandler(SIGUSR1, () -> {
      ran.add("other");
      other.stop();
    });
    loop.addSignalHandler(SIGUSR1, () -> ran.add("this"));
    run(() -> {
      raiseSignal(SIGUSR1);
      await("this one", () -> ran.size() == 1);
    });
    other.runForever();
    assertEquals(List.of("this", "other"), ran);
    other.close();
    run(() -> {
      raiseSignal(SIGUSR1);
      await("this one still", () -> ran.size() == 3);
    });
  }

  // Giving back

  @Test
  void whoHadTheSignalHasItBackAfterTheRemoval() throws Exception {
    Object before = handlerOf(SIGUSR1);
    loop.addSignalHandler(SIGUSR1, () -> ran.add("ran"));
    assertNotSame(before, handlerOf(SIGUSR1));
    assertTrue(loop.removeSignalHandler(SIGUSR1));
    assertSame(before, handlerOf(SIGUSR1));
    assertFalse(loop.removeSignalHandler(SIGUSR1));
    assertFalse(loop.removeSignalHandler(SIGCONT));
  }

  @Test
  void whoHadTheSignalHasItBackAfterTheCloseOfTheLastLoop() throws Exception {
    Object before = handlerOf(SIGUSR1);
    EventLoop other = newLoop(backend());
    loop.addSignalHandler(SIGUSR1, () -> {});
    other.addSignalHandler(SIGUSR1, () -> {});
    loop.addSignalHandler(SIGCONT, () -> {});
    loop.close();
    assertNotSame(before, handlerOf(SIGUSR1));
    other.close();
    assertSame(before, handlerOf(SIGUSR1));
  }

  @Test
  void whoHasTakenTheSignalSinceKeepsIt() throws Exception {
    Object before = handlerOf(SIGUSR1);
    loop.addSignalHandler(SIGUSR1, () -> ran.add("ran"));
    Object ours = install(SIGUSR1, ignoring());
    try {
      loop.removeSignalHandler(SIGUSR1);
      assertSame(ignoring(), handlerOf(SIGUSR1));
      assertNotSame(before, ours);
    } finally {
      install(SIGUSR1, before);
    }
  }

  @Test
  void aSignalWhoseCallbackIsRemovedMeanwhileRunsNothing() throws Exception {
    run(() -> {
      loop.addSignalHandler(SIGUSR1, () -> ran.add("removed"));
      loop.addSignalHandler(SIGCONT, () -> ran.add("CONT"));
      raiseSignal(SIGUSR1);
      raiseSignal(SIGCONT);
      long startNanos = System.nanoTime();
      while (System.nanoTime() - startNanos < 2_000_000) {
        Thread.onSpinWait(); // both are queued by now
      }
      loop.removeSignalHandler(SIGUSR1);
      await("the other", () -> ran.contains("CONT"));
      sleep(Duration.ofMillis(2));
    });
    assertEquals(List.of("CONT"), ran);
  }

  @Tag("slow")
  @Test
  void aHandlerForSigintTakesThePlaceOfTheRunsAndGivesItBack() throws Exception {
    try (ChildJvm child = ChildJvm.start(
        List.of(), SigintProgram.class, backend().getClass().getName(), "handler of the loop")) {
      child.expect("ready");
      child.signal("INT");
      child.expect("callback", "ready");
      child.signal("INT");
      child.expect("clean", "caught", "left in place", "ready");
      child.signal("INT");
      child.expect("clean", "caught");
      assertEquals("", child.rest());
      assertEquals(0, child.awaitExit(patience()));
    }
  }

  // Bad input

  @Test
  void signalsThatNobodyCanHandleAreRefused() {
    for (PosixSignal signal : List.of(
        PosixSignal.SIGKILL,
        PosixSignal.SIGSTOP,
        PosixSignal.SIGSEGV,
        PosixSignal.SIGQUIT,
        PosixSignal.SIGFPE,
        PosixSignal.SIGILL,
        PosixSignal.SIGUSR2,
        PosixSignal.SIGPIPE)) {
      IllegalArgumentException e = assertThrows(
          IllegalArgumentException.class, () -> loop.addSignalHandler(signal, () -> {}));
      assertTrue(nonNull(e.getMessage()).contains(signal.name()), e.getMessage());
      assertFalse(loop.removeSignalHandler(signal));
    }
    assertThrows(NullPointerException.class, () -> loop.addSignalHandler(none(), () -> {}));
    assertThrows(NullPointerException.class, () -> loop.addSignalHandler(SIGINT, none()));
    loop.close();
    assertThrows(IllegalStateException.class, () -> loop.addSignalHandler(SIGUSR1, () -> {}));
  }
}
