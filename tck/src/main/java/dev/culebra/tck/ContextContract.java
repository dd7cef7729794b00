// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.startServer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Context;
import dev.culebra.ContextVar;
import dev.culebra.ExceptionContext;
import dev.culebra.Handle;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.TaskOptions;
import dev.culebra.net.Server;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Context variables: what tasks, callbacks and connections see of what others have set. */
abstract class ContextContract extends OnLoop {

  private static final ContextVar<String> VAR = ContextVar.of("VAR");
  private static final ContextVar<String> DEFAULTED =
      ContextVar.withDefault("DEFAULTED", "default");

  private final List<Object> seen = new ArrayList<>();

  private void see() {
    seen.add(VAR.get("unset"));
  }

  // Variables

  @Test
  void aVariableWithoutAValueOrADefaultThrows() {
    assertThrows(NoSuchElementException.class, () -> Context.empty().run(() -> VAR.get()));
  }

  @Test
  void getPrefersTheValueThenItsArgumentThenTheDefault() throws Exception {
    Context.empty().run(() -> {
      assertEquals("default", DEFAULTED.get());
      assertEquals("argument", DEFAULTED.get("argument"));
      DEFAULTED.set("value");
      assertEquals("value", DEFAULTED.get());
      assertEquals("value", DEFAULTED.get("argument"));
    });
  }

  @Test
  void aTokenTakesOneChangeBack() throws Exception {
    Context.empty().run(() -> {
      ContextVar.Token<String> first = VAR.set("a");
      assertNull(first.oldValue());
      assertSame(VAR, first.variable());
      ContextVar.Token<String> second = VAR.set("b");
      assertEquals("a", second.oldValue());
      VAR.reset(second);
      assertEquals("a", VAR.get());
      VAR.reset(first);
      assertEquals("unset", VAR.get("unset"));
    });
  }

  @Test
  void aTokenTakesItsChangeBackAtTheEndOfATryStatement() throws Exception {
    Context.empty().run(() -> {
      VAR.set("a");
      try (ContextVar.Token<String> bound = VAR.set("b")) {
        assertEquals("a", bound.oldValue());
        assertEquals("b", VAR.get());
      }
      assertEquals("a", VAR.get());
    });
  }

  @Test
  void aTokenCountsOnceForItsVariableAndInItsContext() throws Exception {
    Context context = Context.empty();
    ContextVar.Token<String> token = context.run(() -> VAR.set("a"));
    assertThrows(IllegalArgumentException.class, () -> VAR.reset(token));
    context.run(() -> {
      assertThrows(IllegalArgumentException.class, () -> DEFAULTED.reset(token));
      VAR.reset(token);
      assertThrows(IllegalStateException.class, () -> VAR.reset(token));
      token.close(); // no complaint: it may have been reset before the end of the statement
    });
  }

  // Contexts

  @Test
  void whatRunsInAContextLeavesItsCallersVariablesAlone() throws Exception {
    Context context = Context.empty();
    Context.empty().run(() -> {
      VAR.set("outer");
      context.run(() -> {
        see();
        VAR.set("inner");
      });
      see();
    });
    assertEquals(List.of("unset", "outer"), seen);
    assertEquals("inner", context.get(VAR));
    assertTrue(context.contains(VAR));
    assertFalse(context.contains(DEFAULTED));
    assertEquals(Set.of(VAR), context.variables());
  }

  @Test
  void aCopyGoesItsOwnWay() throws Exception {
    Context context = Context.empty();
    context.run(() -> VAR.set("a"));
    Context copy = context.copy();
    copy.run(() -> VAR.set("b"));
    assertEquals("a", context.get(VAR));
    assertEquals("b", copy.get(VAR));
  }

  @Test
  void aContextThatIsEnteredCannotBeEnteredAgain() throws Exception {
    Context context = Context.empty();
    context.run(() -> {
      assertThrows(IllegalStateException.class, () -> context.run(() -> see()));
      return 0;
    });
    context.run(this::see);
    assertEquals(List.of("unset"), seen);
  }

  @Test
  void aContextIsLeftWhenItsBodyThrows() throws Exception {
    Context context = Context.empty();
    IOException planted = new IOException("planted");
    assertSame(planted, assertThrows(IOException.class, () -> context.run(() -> raise(planted))));
    Context.empty().run(() -> {
      VAR.set("outer");
      see();
    });
    context.run(this::see);
    assertEquals(List.of("outer", "unset"), seen);
  }

  @Test
  void threadsThatAreNoLoopsHaveContextsOfTheirOwn() throws Exception {
    Context.empty().run(() -> {
      VAR.set("here");
      Thread other = thread(() -> {
        see();
        try (ContextVar.Token<String> bound = VAR.set("there")) {
          assertEquals(VAR, bound.variable());
          see();
        }
      });
      other.join();
      see();
    });
    assertEquals(List.of("unset", "there", "here"), seen);
  }

  // Callbacks

  @Test
  void aCallbackSeesWhatWasSetWhenItWasScheduled() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      VAR.set("then");
      loop.callSoon(this::see);
      loop.callLater(Duration.ofNanos(1), this::see);
      loop.callAt(loop.time(), this::see);
      loop.callSoonThreadsafe(this::see);
      future.addDoneCallback(done -> see());
      VAR.set("now");
      future.setResult("x");
      settle();
    });
    assertEquals(List.of("then", "then", "then", "then", "then"), seen);
  }

  @Test
  void whatACallbackSetsIsItsOwn() throws Exception {
    run(() -> {
      VAR.set("task");
      loop.callSoon(() -> {
        VAR.set("first");
        loop.callSoon(this::see);
      });
      loop.callSoon(this::see);
      settle();
      see();
    });
    assertEquals(List.of("task", "first", "task"), seen);
  }

  @Test
  void aTokenOfOneCallbackIsNoneOfAnother() throws Exception {
    List<ContextVar.Token<String>> tokens = new ArrayList<>();
    run(() -> {
      loop.callSoon(() -> tokens.add(VAR.set("first")));
      loop.callSoon(() -> {
        VAR.set("second");
        assertThrows(IllegalArgumentException.class, () -> VAR.reset(tokens.get(0)));
        see();
      });
      settle();
    });
    assertEquals(List.of("second"), seen);
  }

  @Test
  void aCallbackRunsInTheContextItsSchedulerNames() throws Exception {
    Context context = Context.empty();
    run(() -> {
      VAR.set("task");
      LoopFuture<String> future = loop.createFuture();
      loop.callSoon(
          () -> {
            see();
            VAR.set("named");
          },
          context);
      future.addDoneCallback(done -> see(), context);
      future.setResult("x");
      loop.callSoonThreadsafe(this::see, context);
      loop.callLater(Duration.ZERO, this::see, context);
      loop.callAt(loop.time(), this::see, context);
      settle();
      see();
    });
    assertEquals(List.of("unset", "named", "named", "named", "named", "task"), seen);
    assertEquals("named", context.get(VAR));
  }

  @Test
  void aHandleTellsTheContextOfItsCallback() throws Exception {
    Context context = Context.empty();
    assertSame(context, loop.callSoon(() -> {}, context).getContext());
    assertSame(context, loop.callLater(LONG, () -> {}, context).getContext());
    Context.empty().run(() -> {
      VAR.set("then");
      Handle handle = loop.callSoon(this::see);
      Context copied = handle.getContext();
      assertSame(copied, handle.getContext());
      assertEquals("then", copied.get(VAR));
      copied.run(() -> VAR.set("changed"));
    });
    runOnce();
    assertEquals(List.of("changed"), seen);
  }

  @Test
  void theExceptionHandlerRunsInTheContextOfTheCallbackThatFailed() throws Exception {
    loop.setExceptionHandler((on, context) -> see());
    run(() -> {
      loop.callSoon(() -> {
        VAR.set("failing");
        throw new IllegalStateException("planted");
      });
      settle();
    });
    loop.setExceptionHandler(reports);
    assertEquals(List.of("failing"), seen);
  }

  // Tasks

  @Test
  void aTaskStartsWithACopyOfWhatItsMakerHad() throws Exception {
    run(() -> {
      VAR.set("then");
      Task<?> task = createTask(() -> {
        see();
        VAR.set("inner");
        sleep(Duration.ZERO);
        see();
      });
      VAR.set("now");
      task.await();
      see();
      assertEquals("inner", task.getContext().get(VAR));
    });
    assertEquals(List.of("then", "inner", "now"), seen);
  }

  @Test
  void whatATaskSetsIsTheSameInAllItsStepsAndNobodyElses() throws Exception {
    run(() -> {
      List<Task<?>> tasks = new ArrayList<>();
      for (String name : List.of("a", "b", "c")) {
        tasks.add(createTask(() -> {
          VAR.set(name);
          for (int step = 0; step < 3; step++) {
            sleep(Duration.ZERO);
            seen.add(VAR.get().equals(name));
          }
        }));
      }
      for (Task<?> task : tasks) {
        task.await();
      }
      see();
    });
    assertEquals(List.of(true, true, true, true, true, true, true, true, true, "unset"), seen);
  }

  @Test
  void tasksMayShareAContext() throws Exception {
    Context context = Context.empty();
    TaskOptions options = TaskOptions.DEFAULT.withContext(context);
    run(() -> {
      Task<?> first = createTask(() -> VAR.set("first"), options);
      Task<?> second = createTask(this::see, options);
      first.await();
      second.await();
      assertSame(context, second.getContext());
      assertNotSame(context, createTask(this::see).getContext());
    });
    runOnce();
    assertEquals(List.of("first", "unset"), seen);
  }

  @Test
  void aTaskMayWaitInsideAContext() throws Exception {
    Context context = Context.empty();
    run(() -> {
      VAR.set("own");
      Task<?> other = createTask(() -> {
        VAR.set("other");
        sleep(Duration.ZERO);
        see();
      });
      context.run(() -> {
        VAR.set("entered");
        other.await();
        see();
      });
      see();
    });
    assertEquals(List.of("other", "entered", "own"), seen);
  }

  // Connections

  @Test
  void aConnectionKeepsTheContextOfWhatMadeIt() throws Exception {
    run(() -> {
      VAR.set("server");
      ConnectionLog.Pushed accepted = log(new ConnectionLog.Pushed() {
        @Override
        public void connectionMade(Transport transport) {
          see();
          VAR.set("connection");
          super.connectionMade(transport);
        }

        @Override
        public boolean eofReceived() {
          see();
          return super.eofReceived();
        }

        @Override
        public void connectionLost(@Nullable Exception e) {
          see();
          super.connectionLost(e);
        }
      });
      try (Server server = loop.createServer(() -> accepted, HOST, 0)) {
        VAR.set("later");
        try (Peer peer = peerOf(server)) {
          peer.endOutput();
          await("the end", accepted::isLost);
        }
      }
    });
    assertEquals(List.of("server", "connection", "connection"), seen);
  }

  @Test
  void theTaskThatServesAStreamHasACopyOfTheServersContext() throws Exception {
    run(() -> {
      VAR.set("server");
      try (Server server = startServer(
          (reader, writer) -> {
            try (writer) {
              see();
              VAR.set("handler");
            }
          },
          HOST,
          0)) {
        VAR.set("later");
        for (int i = 0; i < 2; i++) {
          try (StreamConnection client = openConnection(HOST, port(server))) {
            client.reader().read(1);
          }
        }
      }
    });
    assertEquals(List.of("server", "server"), seen);
  }

  @Test
  void theExceptionHandlerRunsInTheContextOfTheTaskThatItIsToldOf() throws Exception {
    loop.setExceptionHandler((on, context) -> see());
    run(() -> {
      VAR.set("teller");
      Task<?> task = createTask(() -> VAR.set("task"));
      task.await();
      loop.callExceptionHandler(ExceptionContext.of("planted", null).withFuture(task));
      loop.callExceptionHandler(ExceptionContext.of("planted", null));
    });
    assertEquals(List.of("task", "teller"), seen);
  }
}
