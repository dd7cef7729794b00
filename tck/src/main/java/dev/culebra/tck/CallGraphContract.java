// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.captureCallGraph;
import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.currentTask;
import static dev.culebra.Asyncio.formatCallGraph;
import static dev.culebra.Asyncio.gather;
import static dev.culebra.Asyncio.printCallGraph;
import static dev.culebra.Asyncio.shield;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.taskGroup;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Asyncio;
import dev.culebra.FutureCallGraph;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who awaits whom, and where each task is. */
abstract class CallGraphContract extends OnLoop {

  private final List<Object> seen = new ArrayList<>();

  private static void waitInTheMiddle(LoopFuture<?> future) throws Exception {
    future.await();
  }

  private static List<String> methods(List<StackTraceElement> stack) {
    return stack.stream().map(StackTraceElement::getMethodName).toList();
  }

  private static List<LoopFuture<?>> awaiters(FutureCallGraph graph) {
    List<LoopFuture<?>> awaiters = new ArrayList<>();
    graph.awaitedBy().forEach(awaiter -> awaiters.add(awaiter.future()));
    return awaiters;
  }

  @Test
  void theGraphOfAFutureLeadsToAllWhoWaitForIt() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      Task<?> inner = createTask(() -> waitInTheMiddle(future));
      Task<?> beside = createTask(() -> waitInTheMiddle(future));
      Task<?> outer = createTask(() -> waitInTheMiddle(inner));
      settle();
      FutureCallGraph graph = captureCallGraph(future);
      assertSame(future, graph.future());
      assertEquals(List.of(), graph.callStack());
      assertEquals(List.of(inner, beside), awaiters(graph));
      assertEquals(List.of(outer), awaiters(graph.awaitedBy().get(0)));
      assertEquals(List.of(), awaiters(graph.awaitedBy().get(1)));
      future.setResult("done");
      outer.await();
      assertEquals(List.of(), captureCallGraph(future).awaitedBy());
    });
  }

  @Test
  void whoWaitsThroughWaitShieldOrAGroupIsFound() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      Task<?> waiting = createTask(() -> Asyncio.wait(List.of(future)));
      Task<?> shielding = createTask(() -> shield(future).await());
      List<Task<String>> members = new ArrayList<>();
      Task<?> grouping = createTask(() -> taskGroup(group -> {
        members.add(group.createTask(() -> future.await()));
      }));
      settle();
      List<LoopFuture<?>> ends = new ArrayList<>();
      captureCallGraph(future).awaitedBy().forEach(edge -> ends.addAll(awaiters(edge)));
      assertEquals(List.of(waiting, shielding, grouping), ends);
      assertEquals(List.of(grouping), awaiters(captureCallGraph(members.get(0))));
      future.setResult("done");
      waiting.await();
      shielding.await();
      grouping.await();
    });
  }

  @Test
  void theStackOfATaskIsThatOfItsBodyAndBeginsWhereItWaits() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      Task<?> waiting = createTask(() -> waitInTheMiddle(future));
      Task<?> sleeping = createTask(() -> sleep(LONG));
      settle();
      List<StackTraceElement> stack = captureCallGraph(waiting).callStack();
      assertEquals("waitInTheMiddle", stack.get(0).getMethodName());
      assertEquals(2, stack.size(), stack::toString);
      assertEquals(stack, waiting.getStack());
      assertEquals("sleep", sleeping.getStack().get(0).getMethodName());
      assertTrue(sleeping.getStack().stream()
          .noneMatch(frame -> frame.getClassName().contains(".internal.")));
      sleeping.cancel();
      future.setResult("done");
      waiting.await();
    });
  }

  @Test
  void aTaskThatBlocksOutsideTheLoopHasTheStackOfThat() throws Exception {
    assumeCarried();
    run(() -> {
      Task<?> blocked = createTask(() -> Thread.sleep(LONG));
      settle();
      List<String> methods = methods(blocked.getStack());
      assertTrue(methods.contains("sleep"), methods::toString);
      blocked.cancel();
      await("the end of the task", blocked::done);
    });
  }

  @Test
  void theCurrentTaskSeesWhereItIsAndWhoWaitsForIt() throws Exception {
    run(() -> {
      Task<?> self = nonNull(currentTask());
      Task<FutureCallGraph> other = createTask(this::captureOfCurrent);
      FutureCallGraph graph = nonNull(other.await());
      assertSame(other, graph.future());
      assertEquals("captureOfCurrent", graph.callStack().get(1).getMethodName());
      assertEquals(List.of(self), awaiters(graph));
    });
  }

  private FutureCallGraph captureOfCurrent() {
    return nonNull(captureCallGraph());
  }

  @Test
  void aTaskHasNoStackBeforeItsFirstStepAndAfterItsLast() throws Exception {
    run(() -> {
      Task<String> task = createTask(() -> "done");
      assertEquals(List.of(), captureCallGraph(task).callStack());
      task.await();
      assertEquals(List.of(), captureCallGraph(task).callStack());
    });
  }

  @Test
  void gatherIsBetweenItsChildrenAndWhoAwaitsIt() throws Exception {
    run(() -> {
      LoopFuture<String> first = loop.createFuture();
      LoopFuture<String> second = loop.createFuture();
      LoopFuture<?>[] all = new LoopFuture<?>[1];
      Task<?> task = createTask(() -> {
        all[0] = gather(first, second);
        all[0].await();
      });
      settle();
      for (LoopFuture<?> child : List.of(first, second)) {
        FutureCallGraph graph = captureCallGraph(child);
        assertEquals(List.of(nonNull(all[0])), awaiters(graph));
        assertEquals(List.of(task), awaiters(graph.awaitedBy().get(0)));
      }
      first.setResult("a");
      second.setResult("b");
      task.await();
    });
  }

  @Test
  void aCallbackThatWaitsForNobodyIsNotInTheGraph() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      future.addDoneCallback(seen::add);
      assertEquals(List.of(), captureCallGraph(future).awaitedBy());
      future.cancel();
    });
  }

  @Test
  void tasksThatAwaitEachOtherEndWhereTheCircleCloses() throws Exception {
    run(() -> {
      Task<?>[] circle = new Task<?>[2];
      circle[0] = createTask(() -> waitInTheMiddle(nonNull(circle[1])));
      circle[1] = createTask(() -> waitInTheMiddle(nonNull(circle[0])));
      settle();
      FutureCallGraph graph = captureCallGraph(nonNull(circle[0]));
      FutureCallGraph next = graph.awaitedBy().get(0);
      assertEquals(List.of(nonNull(circle[0])), awaiters(next));
      assertEquals(List.of(), next.awaitedBy().get(0).awaitedBy());
    });
    loop.close(); // nothing else ends them
    reports.take("destroyed but it is pending");
    reports.take("destroyed but it is pending");
  }

  @Test
  void inACallbackThereIsNoGraphAndOffTheLoopNoAnswer() {
    loop.callSoon(() -> {
      assertNull(captureCallGraph());
      seen.add(formatCallGraph());
    });
    runOnce();
    assertEquals(List.of(""), seen);
    assertThrows(IllegalStateException.class, () -> captureCallGraph());
    assertEquals(List.of(), captureCallGraph(loop.createFuture()).awaitedBy());
  }

  @Test
  void theGraphIsPrintedAsAsyncioDoes() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      Task<?> inner = createTask(() -> waitInTheMiddle(future), "inner");
      Task<?> outer = createTask(() -> waitInTheMiddle(inner), "outer");
      settle();
      String text = formatCallGraph(future).replaceAll("0x[0-9a-f]+", "0x0");
      String body =
          "at dev\\.culebra\\.tck\\.CallGraphContract\\.\\S+\\(CallGraphContract\\.java:\\d+\\)";
      String expected = String.join(
          "\\R",
          "\\* Future\\(id=0x0\\)",
          "  \\+ Awaited by:",
          "     \\* Task\\(name='inner', id=0x0\\)",
          "       \\+ Call stack:",
          "       \\|   " + body,
          "       \\|   " + body,
          "       \\+ Awaited by:",
          "          \\* Task\\(name='outer', id=0x0\\)",
          "            \\+ Call stack:",
          "            \\|   " + body,
          "            \\|   " + body);
      assertTrue(text.matches(expected), text);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      printCallGraph(future, new PrintStream(bytes, true, UTF_8));
      assertEquals(formatCallGraph(future).strip(), bytes.toString(UTF_8).strip());
      assertFalse(outer.done());
      future.setResult("done");
      outer.await();
    });
  }

  @Test
  void lookingAtTasksDoesNotDisturbThem() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      List<Task<?>> tasks = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Integer number = i;
        tasks.add(createTask(() -> {
          future.await();
          for (int n = 0; n < 10; n++) {
            seen.add(number);
            sleep(Duration.ZERO);
          }
        }));
      }
      sleep(Duration.ZERO);
      sleep(Duration.ZERO);
      future.setResult("go");
      for (int n = 0; n < 12; n++) {
        tasks.forEach(task -> assertTrue(task.done() || !task.getStack().isEmpty()));
        sleep(Duration.ZERO);
      }
      for (Task<?> task : tasks) {
        task.await();
      }
    });
    for (int i = 0; i < 200; i++) {
      assertEquals(i % 20, seen.get(i), "at " + i);
    }
  }
}
