// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.captureCallGraph;
import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Asyncio;
import dev.culebra.AwaitableAction;
import dev.culebra.ExceptionContext;
import dev.culebra.Handle;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.TaskMode;
import dev.culebra.TaskOptions;
import dev.culebra.TimerHandle;
import dev.culebra.net.AsyncDatagramSocket;
import dev.culebra.net.DatagramOptions;
import dev.culebra.net.Server;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.Transport;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Debug mode: what it finds out, and what it tells. */
abstract class DebugContract extends OnLoop {

  private static final Duration TINY = Duration.ofMillis(1);

  private final List<Object> seen = new ArrayList<>();

  /** Is known by its name where it is told of. */
  private record Named(String name, AwaitableAction body) implements Runnable {

    @Override
    public void run() {
      try {
        body.await();
      } catch (Exception e) {
        raise(e);
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private record NamedConsumer(String name) implements Consumer<Object> {

    @Override
    public void accept(Object done) {}

    @Override
    public String toString() {
      return name;
    }
  }

  private void debug(Duration slow) {
    loop.setDebug(true);
    loop.setSlowCallbackDuration(slow);
  }

  // Settings

  @Test
  void aNewLoopIsInTheModeThatTheSystemPropertySays() {
    assertEquals(Boolean.getBoolean("culebra.debug"), loop.getDebug());
    loop.setDebug(true);
    assertTrue(loop.getDebug());
    loop.setDebug(false);
    assertFalse(loop.getDebug());
  }

  @Test
  void whatIsSlowTakesATenthOfASecondUnlessSet() {
    assertEquals(Duration.ofMillis(100), loop.getSlowCallbackDuration());
    loop.setSlowCallbackDuration(Duration.ofMillis(7));
    assertEquals(Duration.ofMillis(7), loop.getSlowCallbackDuration());
    assertThrows(
        IllegalArgumentException.class, () -> loop.setSlowCallbackDuration(Duration.ofMillis(-1)));
    assertEquals(Duration.ofMillis(7), loop.getSlowCallbackDuration());
  }

  @Test
  void debugModeIsSwitchedInTheMidstOfSteps() throws Exception {
    loop.setDebug(false);
    run(() -> {
      for (int i = 0; i < 4; i++) {
        boolean on = i % 2 == 0;
        createTask(() -> loop.setDebug(on)).await();
        createTask(() -> loop.setDebug(!on), TaskOptions.DEFAULT.withEagerStart(true))
            .await();
        loop.callSoon(() -> loop.setDebug(on));
        sleep(Duration.ZERO);
        sleep(Duration.ZERO);
        assertEquals(on, loop.getDebug());
      }
    });
  }

  // Other threads

  private void assertRefusedAside(List<Executable> calls) throws Exception {
    aside(() -> {
          for (Executable call : calls) {
            String message = assertThrows(IllegalStateException.class, call).getMessage();
            assertTrue(
                message != null
                    && message.startsWith("Non-thread-safe operation")
                    && message.contains("use callSoonThreadsafe"),
                () -> "unexpected: " + message);
          }
          return 0;
        })
        .await();
  }

  @Test
  void whatBelongsOnTheLoopIsRefusedInOtherThreads() throws Exception {
    debug(LONG);
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      Task<?> task = createTask(future);
      Handle handle = loop.callSoon(() -> seen.add("handle"));
      TimerHandle timer = loop.callLater(LONG, () -> {});
      assertRefusedAside(List.of(
          () -> loop.callSoon(() -> {}),
          () -> loop.callLater(LONG, () -> {}),
          () -> loop.callAt(LONG, () -> {}),
          () -> loop.createTask(() -> "x"),
          () -> loop.stop(),
          () -> loop.setDebug(false),
          () -> future.setResult("x"),
          () -> future.setException(new IOException("x")),
          () -> future.cancel(),
          () -> future.addDoneCallback(done -> {}),
          () -> future.removeDoneCallback(done -> {}),
          () -> task.cancel(),
          () -> handle.cancel(),
          () -> timer.cancel(),
          () -> captureCallGraph(future)));
      assertFalse(future.done());
      assertEquals(0, task.cancelling());
      assertFalse(handle.cancelled());
      assertFalse(timer.cancelled());
      settle();
      assertEquals(List.of("handle"), seen);
      timer.cancel();
      future.setResult("done");
      task.await();
    });
  }

  @Test
  void connectionsAndServersAreRefusedInOtherThreadsToo() throws Exception {
    debug(LONG);
    run(() -> {
      Served served = serve();
      Transport transport = served.protocol().transport();
      Server server = loop.createServer(() -> log(), HOST, 0);
      assertRefusedAside(List.of(
          () -> transport.write(new byte[] {1}),
          () -> transport.writeEof(),
          () -> transport.pauseReading(),
          () -> transport.resumeReading(),
          () -> transport.setWriteBufferLimits(2, 1),
          () -> transport.setProtocol(served.protocol()),
          () -> transport.getOption(StandardSocketOptions.TCP_NODELAY),
          () -> transport.setOption(StandardSocketOptions.TCP_NODELAY, true),
          () -> transport.close(),
          () -> transport.abort(),
          () -> server.startServing(),
          () -> server.closeClients(),
          () -> server.abortClients(),
          () -> server.close()));
      assertFalse(transport.isClosing());
      assertTrue(server.isServing());
      server.close();
    });
  }

  @Test
  void readingIsRefusedInOtherThreadsThoughThereWereSomethingToRead() throws Exception {
    debug(LONG);
    run(() -> {
      try (Server server = Asyncio.startServer(
              (reader, writer) -> {
                try (writer) {
                  reader.readAll();
                }
              },
              HOST,
              0);
          StreamConnection client = Asyncio.openConnection(HOST, port(server));
          AsyncDatagramSocket datagrams =
              Asyncio.openDatagramEndpoint(DatagramOptions.DEFAULT.withLocalAddress(HOST, 0))) {
        assertRefusedAside(List.of(
            () -> client.reader().read(1),
            () -> client.reader().read(ByteBuffer.allocate(1)),
            () -> client.reader().readLine(),
            () -> client.reader().readAll(),
            () -> datagrams.receive(),
            () -> datagrams.receive(ByteBuffer.allocate(1)),
            () -> datagrams.getOption(StandardSocketOptions.SO_RCVBUF)));
      }
    });
  }

  @Test
  void whatIsMeantForOtherThreadsIsNotRefused() throws Exception {
    debug(LONG);
    run(() -> {
      aside(() -> {
            loop.callSoonThreadsafe(() -> seen.add("came"));
            assertTrue(loop.isRunning());
            assertTrue(loop.getDebug());
            return loop.time();
          })
          .await();
      await("a callback", () -> !seen.isEmpty());
    });
  }

  @Test
  void aLoopThatDoesNotRunIsAnyThreads() throws Exception {
    debug(LONG);
    thread(() -> loop.callSoon(() -> seen.add("came"))).join();
    runOnce();
    assertEquals(List.of("came"), seen);
  }

  // What is slow

  @Test
  void aSlowCallbackIsLoggedByItsNameAndWhereItWasMade() {
    debug(Duration.ZERO);
    try (LogCapture log = new LogCapture(true)) {
      loop.callSoon(new Named("the slow one", () -> {}));
      loop.callLater(Duration.ZERO, new Named("the slow timer", () -> {}));
      runOnce();
      for (String name : List.of("the slow one", "the slow timer")) {
        var logged = log.take("Executing " + name + " created at dev.culebra.tck.DebugContract.");
        assertEquals(Level.WARNING, logged.getLevel());
        assertTrue(
            logged.getMessage().matches("(?s).* took \\d+\\.\\d{3} s.*"), logged.getMessage());
      }
    }
  }

  @Test
  void aSlowStepIsLoggedByTheNameOfItsTask() throws Exception {
    debug(Duration.ZERO);
    try (LogCapture log = new LogCapture(true)) {
      run(() -> {
        createTask(() -> sleep(Duration.ZERO), "the slow task").await();
        createTask(() -> {}, TaskOptions.DEFAULT.withName("the eager task").withEagerStart(true));
      });
      log.take("Executing Task[the slow task, ");
      log.take("Executing Task[the slow task, result=null");
      log.take("Executing Task[the eager task, ");
    }
  }

  @Test
  void aSlowDoneCallbackIsLoggedByItsName() {
    debug(Duration.ZERO);
    LoopFuture<String> future = loop.createFuture();
    future.addDoneCallback(new NamedConsumer("the slow listener"));
    future.setResult("x");
    try (LogCapture log = new LogCapture(true)) {
      runOnce();
      log.take("Executing the slow listener(LoopFuture[");
    }
  }

  @Test
  void whereASlowStepWasIsLoggedWithIt() throws Exception {
    debug(TINY);
    try (LogCapture log = new LogCapture(true)) {
      run(() -> {
        awaitWhereabouts(log, () -> createTask(this::dawdle).await());
        awaitWhereabouts(log, () -> {
          loop.callSoon(new Named("slow", this::dawdle));
          sleep(Duration.ZERO);
        });
      });
    }
  }

  /** A thread takes the stack meanwhile, unless the machine has no time for it just then. */
  private void awaitWhereabouts(LogCapture log, AwaitableAction slow) throws Exception {
    log.clear();
    long startNanos = System.nanoTime();
    while (!log.has("DebugContract.dawdle")) {
      assertTrue(System.nanoTime() - startNanos < patience().toNanos(), "missing: the stack");
      slow.await();
    }
  }

  private void dawdle() {
    long startNanos = System.nanoTime();
    while (System.nanoTime() - startNanos < TINY.toNanos() * 5) {
      Thread.onSpinWait();
    }
  }

  @Test
  void whatIsNotSlowIsNotLoggedAndNothingIsWithoutDebugMode() throws Exception {
    try (LogCapture log = new LogCapture(true)) {
      debug(LONG);
      run(() -> createTask(() -> sleep(TINY)).await());
      loop.setDebug(false);
      loop.setSlowCallbackDuration(Duration.ZERO);
      run(() -> createTask(() -> sleep(TINY)).await());
      log.assertNoneLeft();
    }
  }

  @Test
  void aSlowLookUpIsLogged() throws Exception {
    debug(Duration.ZERO);
    String name = TestNames.nameOf(HOST);
    try (LogCapture log = new LogCapture()) {
      run(() -> assertThrows(IOException.class, () -> openConnection(name, vacantPort())));
      assertEquals(
          Level.INFO, log.take("Getting address info " + name + " took").getLevel());
    }
  }

  // Where things were made

  private static void assertMadeBy(String method, ExceptionContext context) {
    List<StackTraceElement> source = nonNull(context.sourceTraceback());
    assertTrue(source.get(0).getMethodName().contains(method), source::toString);
    assertTrue(source.size() <= 10, source::toString);
    assertTrue(
        source.stream().noneMatch(frame -> frame.getClassName().contains(".internal.loop")),
        source::toString);
  }

  @Test
  void aHandleSaysWhereItWasMade() {
    debug(LONG);
    Handle handle = loop.callSoon(new Named("boom", () -> raise(new IOException("planted"))));
    assertEquals(
        "Handle[boom, created at dev.culebra.tck.DebugContract.aHandleSaysWhereItWasMade(",
        handle.toString().replaceFirst("DebugContract.java.*", ""));
    TimerHandle timer = loop.callLater(Duration.ZERO, () -> raise(new IOException("planted")));
    assertTrue(timer.toString().contains("created at dev.culebra.tck.DebugContract.aHandle"));
    runOnce();
    assertMadeBy("aHandleSaysWhereItWasMade", reports.take("Exception in callback boom"));
    assertMadeBy("aHandleSaysWhereItWasMade", reports.take("Exception in callback"));
    timer.cancel();
    assertEquals("Handle[has run]", handle.toString());
  }

  @Test
  void aFutureAndATaskSayWhereTheyWereMade() throws Exception {
    debug(LONG);
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      Task<String> task = createTask(() -> "x", "named");
      for (LoopFuture<?> each : List.of(future, task)) {
        String place = ", created at dev.culebra.tck.DebugContract.lambda$aFutureAndATask";
        assertTrue(each.toString().contains(place), each::toString);
        loop.callExceptionHandler(ExceptionContext.of("planted", null).withFuture(each));
        assertMadeBy("aFutureAndATask", reports.take("planted"));
      }
      task.await();
      assertTrue(task.toString().startsWith("Task[named, result=x, created at"), task::toString);
      future.cancel();
    });
  }

  @Test
  void aFailureThatNobodyLooksAtIsReportedWithWhereItsFutureWasMade() throws Exception {
    debug(LONG);
    run(() -> {
      loop.createFuture().setException(new IOException("planted"));
      createTask(() -> raise(new IOException("planted")));
      settle();
      await("reports of what was collected", () -> {
        System.gc();
        return reports.count() >= 2;
      });
    });
    assertMadeBy("aFailureThatNobodyLooksAt", reports.take("Future exception was never retrieved"));
    assertMadeBy("aFailureThatNobodyLooksAt", reports.take("Task exception was never retrieved"));
  }

  @Test
  void aTaskThatIsDestroyedPendingIsReportedWithWhereItWasMade() {
    debug(LONG);
    loop.createTask(() -> sleep(LONG));
    runOnce();
    loop.close();
    assertMadeBy("aTaskThatIsDestroyedPending", reports.take("destroyed but it is pending"));
  }

  @Test
  void theLogHasWhereItWasMade() {
    debug(LONG);
    loop.setExceptionHandler(null);
    loop.callSoon(() -> raise(new IOException("planted")));
    try (LogCapture log = new LogCapture()) {
      runOnce();
      String message = log.take("Exception in callback").getMessage();
      assertTrue(
          message.contains("created" + System.lineSeparator() + "    at dev.culebra.tck.Debug"),
          message);
    }
  }

  @Test
  void withoutDebugModeNobodyTakesNoteOfWhereThingsAreMade() throws Exception {
    loop.setDebug(false);
    Handle handle = loop.callSoon(() -> raise(new IOException("planted")));
    LoopFuture<String> future = loop.createFuture();
    for (Object each : List.of(handle, future, loop.createTask(() -> "x"))) {
      assertFalse(each.toString().contains("created at"), each::toString);
    }
    runOnce();
    assertNull(reports.take("Exception in callback").sourceTraceback());
    run(() -> sleep(Duration.ZERO));
  }

  // Tasks that wait for ever

  @Test
  void tasksThatNothingCanWakeAreToldOfOnce() throws Exception {
    debug(TINY);
    LoopFuture<String> future = loop.createFuture();
    try (LogCapture log = new LogCapture()) {
      thread(() -> {
        awaitAside("a warning", () -> log.has("wait for ever"));
        loop.callSoonThreadsafe(() -> seen.add("woken"));
        awaitAside("a callback", () -> !seen.isEmpty());
        pause(TINY.multipliedBy(30)); // in which it would be told again
        loop.callSoonThreadsafe(() -> future.setResult("done"));
      });
      run(() -> createTask(this.awaiting(future), "forlorn").await());
      var told = log.take("2 tasks wait for ever");
      assertEquals(Level.WARNING, told.getLevel());
      String message = told.getMessage();
      for (String part : List.of(
          "callSoonThreadsafe",
          "Task[forlorn, WAITING",
          " waits on LoopFuture[pending",
          "    at dev.culebra.tck.DebugContract.waitHere(")) {
        assertTrue(message.contains(part), () -> "missing: " + part + " in: " + message);
      }
      log.assertNoneLeft();
    }
  }

  private AwaitableAction awaiting(LoopFuture<?> future) {
    return () -> waitHere(future);
  }

  private static void waitHere(LoopFuture<?> future) throws Exception {
    future.await();
  }

  private static void pause(Duration duration) throws InterruptedException {
    Thread.sleep(duration);
  }

  @Test
  void tasksThatAwaitEachOtherAreToldOf() throws Exception {
    debug(TINY);
    try (LogCapture log = new LogCapture()) {
      thread(() -> {
        awaitAside("a warning", () -> log.has("wait for ever"));
        loop.callSoonThreadsafe(loop::stop);
      });
      Task<?>[] circle = new Task<?>[2];
      circle[0] = loop.createTask(() -> waitHere(nonNull(circle[1])));
      circle[1] = loop.createTask(() -> waitHere(nonNull(circle[0])));
      loop.runForever();
      log.take("2 tasks wait for ever");
    }
    loop.close();
    reports.take("destroyed but it is pending");
    reports.take("destroyed but it is pending");
  }

  @Test
  void tasksThatATimerASocketOrAnotherThreadMayWakeAreNotToldOf() throws Exception {
    debug(TINY);
    try (LogCapture log = new LogCapture()) {
      Duration longer = TINY.multipliedBy(30);
      run(() -> {
        LoopFuture<String> future = loop.createFuture();
        createTask(() -> {
          sleep(longer);
          future.setResult("by a timer");
        });
        return future.await();
      });
      try (Server server = run(() -> loop.createServer(ConnectionLog.Pushed::new, HOST, 0))) {
        assertTrue(server.isServing());
        awaitSomeoneElse(longer);
      }
      if (loop.taskMode() == TaskMode.CARRIED) {
        run(() -> {
          Task<?> blocked = createTask(() -> pause(longer));
          blocked.await();
        });
      }
      log.assertNoneLeft();
    }
  }

  /** Has a task wait for what a thread does after a time. */
  private void awaitSomeoneElse(Duration time) throws Exception {
    LoopFuture<@Nullable Void> future = loop.createFuture();
    thread(() -> {
      pause(time);
      loop.callSoonThreadsafe(() -> future.setResult(null));
    });
    run(() -> waitHere(future));
  }

  // Thread dumps

  @Tag("slow")
  @Test
  void aThreadDumpHasTasksByName() throws Exception {
    String dump =
        ChildJvm.run(ThreadDumpProgram.class, patience(), backend().getClass().getName());
    assertTrue(dump.contains("\"" + ThreadDumpProgram.TASK + "\" virtual"), dump);
  }
}
