// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.taskGroup;
import static dev.culebra.tck.Ticks.assertTakes;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.ExceptionGroup;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.TaskGroup;
import dev.culebra.TaskOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** TaskGroup. */
abstract class TaskGroupContract extends GroupOnLoop {

  // All goes well

  @Test
  void itWaitsForAllTasksAndReturnsTheBodysResult() throws Exception {
    run(() -> {
      List<Task<String>> tasks = new ArrayList<>();
      String result = taskGroup(group -> {
        tasks.add(group.createTask(() -> sleep(Duration.ofMillis(2), "slow")));
        tasks.add(group.createTask(() -> "quick"));
        return "body's";
      });
      assertEquals("body's", result);
      assertEquals("slow", tasks.get(0).result());
      assertEquals("quick", tasks.get(1).result());
    });
  }

  @Test
  void aGroupWithoutTasksIsItsBody() throws Exception {
    run(() -> {
      assertEquals("x", this.<String>groupOf("x"));
      taskGroup(group -> {
        ran.add("x");
      });
    });
    assertEquals(List.of("x"), ran);
  }

  private <T> T groupOf(T result) throws ExceptionGroup {
    return taskGroup(group -> {
      return result;
    });
  }

  @Test
  void theBodyMayWaitForItsTasks() throws Exception {
    run(() -> taskGroup(group -> {
      Task<String> task = group.createTask(() -> sleep(Duration.ZERO, "x"));
      assertEquals("x", task.await());
    }));
  }

  @Test
  void aTaskMayMakeTasksOfTheGroupAfterTheBodysEnd() throws Exception {
    run(() -> {
      taskGroup(group -> {
        group.createTask(() -> {
          sleep(Duration.ofMillis(1));
          group.createTask(() -> {
            sleep(Duration.ofMillis(1));
            ran.add("grandchild");
          });
        });
      });
      assertEquals(List.of("grandchild"), ran);
    });
  }

  // A task fails

  @Test
  void theFirstFailureCancelsTheOthersAndTheBody() throws Exception {
    run(() -> {
      List<Task<?>> others = new ArrayList<>();
      assertEquals(List.of(failure), failuresOf(group -> {
        others.add(group.createTask(this::sleepAndClean));
        group.createTask(() -> raise(failure));
        others.add(group.createTask(() -> sleep(LONG)));
        this.sleepAndClean();
      }));
      others.forEach(each -> assertTrue(each.cancelled()));
      assertEquals(List.of("clean", "clean"), ran);
    });
  }

  @Test
  void aFailureAfterTheBodysEndCancelsTheOthers() throws Exception {
    run(() -> {
      assertEquals(List.of(failure), failuresOf(group -> {
        group.createTask(this::sleepAndClean);
        group.createTask(() -> {
          sleep(Duration.ofMillis(1));
          raise(failure);
        });
      }));
      assertEquals(List.of("clean"), ran);
    });
  }

  @Test
  void theGroupIsNoCancellationForTheTaskThatRanIt() throws Exception {
    run(() -> {
      Task<?> parent = createTask(() -> {
        failuresOf(group -> {
          group.createTask(() -> raise(failure));
          sleep(LONG);
        });
        sleep(Duration.ZERO);
        ran.add("went on");
      });
      parent.await();
      assertEquals(0, parent.cancelling());
    });
    assertEquals(List.of("went on"), ran);
  }

  @Test
  void allFailuresAreInTheGroupAsTheyHappened() throws Exception {
    IOException second = new IOException("planted second");
    run(() -> {
      ExceptionGroup thrown = assertThrows(
          ExceptionGroup.class,
          () -> taskGroup(group -> {
            group.createTask(() -> {
              try {
                sleep(LONG);
              } finally {
                raise(second);
              }
            });
            group.createTask(() -> raise(failure));
          }));
      assertEquals(List.of(failure, second), thrown.exceptions());
      assertEquals("unhandled errors in a TaskGroup (2 sub-exceptions)", thrown.getMessage());
      assertSame(failure, thrown.getCause());
      assertEquals(List.of(second), List.of(thrown.getSuppressed()));
      assertSame(failure, thrown.find(IOException.class).orElseThrow());
    });
  }

  @Test
  void errorsAreFailuresLikeOthers() throws Exception {
    for (Error error : List.of(new AssertionError("planted"), new StackOverflowError("planted"))) {
      run(() -> assertEquals(List.of(error), failuresOf(group -> {
        group.createTask(() -> raise(error));
        sleep(LONG);
      })));
    }
  }

  @Test
  void aVirtualMachineErrorIsThrownBare() {
    Error fatal = new InternalError("planted");
    LoopFuture<Throwable> thrown = loop.createFuture();
    Task<?> parent = loop.createTask(() -> {
      thrown.setResult(assertThrows(
          InternalError.class,
          () -> taskGroup(group -> {
            group.createTask(() -> raise(failure));
            group.createTask(() -> raise(fatal));
            this.sleepAndClean();
          })));
    });
    assertSame(fatal, assertThrows(InternalError.class, () -> loop.runUntilComplete(parent)));
    assertFalse(parent.done(), "the fatal error has ended the run at once");
    assertEquals(fatal, assertDoesNotThrow(() -> run(thrown)));
    assertEquals(List.of("clean"), ran);
  }

  @Test
  void aVirtualMachineErrorInTheBodyIsThrownBare() throws Exception {
    Error fatal = new InternalError("planted");
    run(() -> {
      assertSame(
          fatal,
          assertThrows(
              InternalError.class,
              () -> taskGroup(group -> {
                group.createTask(this::sleepAndClean);
                sleep(Duration.ZERO);
                raise(fatal);
              })));
      assertEquals(List.of("clean"), ran);
    });
  }

  // A task is cancelled

  @Test
  void aTaskThatIsCancelledAloneIsIgnored() throws Exception {
    run(() -> taskGroup(group -> {
      Task<?> cancelled = group.createTask(() -> sleep(LONG));
      Task<String> other = group.createTask(() -> sleep(Duration.ofMillis(1), "x"));
      group.createTask(() -> raise(new CancellationException("by itself")));
      sleep(Duration.ZERO);
      cancelled.cancel();
      assertEquals("x", other.await());
      assertTrue(cancelled.cancelled());
    }));
  }

  // The body fails

  @Test
  void theBodysFailureCancelsTheTasksAndJoinsTheGroup() throws Exception {
    run(() -> {
      assertEquals(List.of(failure), failuresOf(group -> {
        group.createTask(this::sleepAndClean);
        sleep(Duration.ZERO);
        raise(failure);
      }));
      assertEquals(List.of("clean"), ran);
      assertEquals(List.of(failure), failuresOf(group -> raise(failure)));
      sleep(Duration.ZERO);
    });
  }

  @Test
  void theBodysFailureComesAfterThoseOfTasks() throws Exception {
    IOException tasks = new IOException("a task's");
    run(() -> {
      assertEquals(List.of(tasks, failure), failuresOf(group -> {
        group.createTask(() -> raise(tasks));
        try {
          sleep(LONG);
        } finally {
          raise(failure);
        }
      }));
      sleep(Duration.ZERO);
    });
  }

  @Test
  void aBodyThatAwaitsACancelledFutureEndsTheGroupByThatCancellation() throws Exception {
    run(() -> {
      LoopFuture<String> future = loop.createFuture();
      future.cancel("a future's");
      List<Task<?>> tasks = new ArrayList<>();
      assertEquals(
          "a future's",
          assertThrows(
                  CancellationException.class,
                  () -> taskGroup(group -> {
                    tasks.add(group.createTask(this::sleepAndClean));
                    sleep(Duration.ZERO);
                    future.await();
                  }))
              .getMessage());
      assertTrue(tasks.get(0).cancelled());
      sleep(Duration.ZERO);
    });
    assertEquals(List.of("clean"), ran);
  }

  @Test
  void aBodyThatBlocksOutsideTheLoopIsInterruptedAndTheInterruptTakenBack() throws Exception {
    assumeCarried();
    run(() -> {
      assertEquals(List.of(failure), failuresOf(group -> {
        group.createTask(() -> raise(failure));
        Thread.sleep(LONG);
      }));
      Thread.sleep(Duration.ofNanos(1));
      sleep(Duration.ZERO);
    });
  }

  // Bad input

  @Test
  void afterTheEndThereAreNoMoreTasks() throws Exception {
    run(() -> {
      List<TaskGroup> leaked = new ArrayList<>();
      taskGroup(group -> {
        leaked.add(group);
      });
      assertRefused("finished", () -> leaked.get(0).createTask(() -> ran.add("never")));
      settle();
    });
    assertEquals(List.of(), ran);
  }

  @Test
  void whileItIsAbortedThereAreNoMoreTasks() throws Exception {
    run(() -> {
      assertEquals(List.of(failure), failuresOf(group -> {
        group.createTask(() -> raise(failure));
        try {
          sleep(LONG);
        } finally {
          assertRefused("shutting down", () -> group.createTask(() -> ran.add("never")));
        }
      }));
      settle();
    });
    assertEquals(List.of(), ran);
  }

  private static void assertRefused(String why, Executable creation) {
    String message = assertThrows(IllegalStateException.class, creation).getMessage();
    assertTrue(message != null && message.contains(why), message);
  }

  @Test
  void aCallbackCannotRunAGroup() throws Exception {
    List<Throwable> thrown = new ArrayList<>();
    run(() -> {
      loop.callSoon(() -> thrown.add(assertThrows(
          IllegalStateException.class,
          () -> taskGroup(group -> {
            ran.add("never");
          }))));
      settle();
    });
    assertEquals(1, thrown.size());
    assertEquals(List.of(), ran);
  }

  @Test
  void closingTheLoopEndsAGroupThatWaits() {
    Task<?> parent = loop.createTask(() -> taskGroup(group -> {
      group.createTask(() -> {
        try {
          sleep(LONG);
        } finally {
          ran.add("ended");
        }
      });
    }));
    runOnce();
    runOnce();
    runOnce();
    loop.close();
    assertEquals(List.of("ended"), ran);
    assertTrue(parent.cancelled());
    reports.take("Task was destroyed but it is pending");
    reports.take("Task was destroyed but it is pending");
  }

  @Test
  void itTakesAsManyIterationsAsInAsyncio() throws Exception {
    run(() -> {
      assertTakes(
          1,
          loop,
          () -> taskGroup(group -> {
            ran.add("x");
          }));
      assertTakes(
          4,
          loop,
          () -> taskGroup(group -> {
            group.createTask(() -> "x");
          }));
      assertTakes(
          5,
          loop,
          () -> taskGroup(group -> {
            group.createTask(() -> sleep(Duration.ZERO));
          }));
      assertTakes(
          6,
          loop,
          () -> taskGroup(group -> {
            group.createTask(() -> raise(failure));
            group.createTask(() -> sleep(LONG));
          }));
      assertTakes(
          4,
          loop,
          () -> taskGroup(group -> {
            group.createTask(() -> raise(failure));
            sleep(LONG);
          }));
      assertTakes(
          4,
          loop,
          () -> taskGroup(group -> {
            group.createTask(() -> sleep(LONG));
            raise(failure);
          }));
    });
  }

  @Test
  void aTaskOfAGroupIsMadeAsItsOptionsSay() throws Exception {
    run(() -> taskGroup(group -> {
      Task<String> named =
          group.createTask(() -> "x", TaskOptions.DEFAULT.withName("named").withEagerStart(true));
      assertEquals("named", named.getName());
      assertTrue(named.done());
      group.createTask(() -> {}, TaskOptions.DEFAULT.withName("action"));
    }));
  }
}
