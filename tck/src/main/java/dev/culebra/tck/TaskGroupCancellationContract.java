// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.taskGroup;
import static dev.culebra.Asyncio.timeout;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.ExceptionGroup;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.TaskGroup;
import dev.culebra.Timeout;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** TaskGroups that are cancelled from outside, nested, or under a time limit. */
abstract class TaskGroupCancellationContract extends GroupOnLoop {

  private static void swallow() {
    try {
      sleep(LONG);
    } catch (CancellationException e) {
      // and no uncancel()
    }
  }

  // Cancelled from outside

  @Test
  void aCancellationOfTheBodyCancelsTheTasksAndPasses() throws Exception {
    run(() -> {
      Task<?> parent = createTask(() -> taskGroup(group -> {
        group.createTask(this::sleepAndClean);
        sleep(LONG);
      }));
      settle();
      parent.cancel("enough");
      assertEquals(
          "enough", assertThrows(CancellationException.class, parent::await).getMessage());
      assertTrue(parent.cancelled());
      assertEquals(1, parent.cancelling());
    });
    assertEquals(List.of("clean"), ran);
  }

  @Test
  void aCancellationAfterTheBodysEndCancelsTheTasksAndPasses() throws Exception {
    run(() -> {
      Task<?> parent = createTask(() -> taskGroup(group -> {
        group.createTask(this::sleepAndClean);
      }));
      settle();
      parent.cancel();
      assertThrows(CancellationException.class, parent::await);
      assertEquals(1, parent.cancelling());
    });
    assertEquals(List.of("clean"), ran);
  }

  @Test
  void aBlockedBodysCancellationIsACancellation() throws Exception {
    assumeCarried();
    run(() -> {
      Task<?> parent = createTask(() -> taskGroup(group -> {
        group.createTask(this::sleepAndClean);
        Thread.sleep(LONG);
      }));
      settle();
      parent.cancel();
      assertThrows(CancellationException.class, parent::await);
      assertTrue(parent.cancelled());
    });
    assertEquals(List.of("clean"), ran);
  }

  @Test
  void howeverOftenItIsCancelledItWaitsForItsTasks() throws Exception {
    run(() -> {
      LoopFuture<String> cleanup = loop.createFuture();
      Task<?> parent = createTask(() -> taskGroup(group -> {
        group.createTask(() -> {
          try {
            sleep(LONG);
          } finally {
            cleanup.await();
          }
        });
      }));
      for (int i = 1; i <= 3; i++) {
        settle();
        assertTrue(parent.cancel());
      }
      settle();
      assertFalse(parent.done());
      cleanup.setResult("clean");
      assertThrows(CancellationException.class, parent::await);
      assertEquals(3, parent.cancelling());
    });
  }

  /** Runs a parent whose group is to fail, and tells what it sees then and at its next wait. */
  private Task<String> parentOf(TaskGroup.Action body, List<Integer> counts) {
    List<Task<?>> self = new ArrayList<>();
    Task<String> parent = createTask(() -> {
      try {
        taskGroup(body);
        return "no failure";
      } catch (ExceptionGroup e) {
        counts.add(self.get(0).cancelling());
      }
      try {
        sleep(Duration.ZERO);
        return "went on";
      } catch (CancellationException e) {
        return "cancelled";
      }
    });
    self.add(parent);
    return parent;
  }

  @Test
  void aCancellationWhileTheGroupAbortsIsDeliveredAfterTheFailures() throws Exception {
    run(() -> {
      LoopFuture<String> cleanup = loop.createFuture();
      List<Integer> counts = new ArrayList<>();
      Task<String> parent = parentOf(
          group -> {
            group.createTask(() -> {
              try {
                sleep(LONG);
              } finally {
                cleanup.await();
              }
            });
            group.createTask(() -> raise(failure));
            sleep(LONG);
          },
          counts);
      settle();
      assertFalse(parent.done());
      parent.cancel();
      settle();
      assertFalse(parent.done(), "it goes on waiting");
      cleanup.setResult("clean");
      assertEquals("cancelled", parent.await());
      assertEquals(List.of(1), counts);
    });
  }

  /** A task's failure travels: the task ends, the group hears of it, the body is cancelled, it ends. */
  @Test
  void aCancellationAtAnyPointOfAFailureIsDeliveredAfterIt() throws Exception {
    run(() -> {
      for (int iterations = 0; iterations < 4; iterations++) {
        LoopFuture<String> fails = loop.createFuture();
        List<Integer> counts = new ArrayList<>();
        Task<String> parent = parentOf(
            group -> {
              group.createTask(fails);
              sleep(LONG);
            },
            counts);
        settle();
        fails.setException(failure);
        for (int i = 0; i < iterations; i++) {
          sleep(Duration.ZERO);
        }
        parent.cancel();
        int atIteration = iterations;
        assertEquals("cancelled", parent.await(), () -> "cancelled at iteration " + atIteration);
        assertEquals(List.of(iterations < 3 ? 1 : 0), counts, "3: the group is over by then");
      }
    });
  }

  @Test
  void aTaskThatIsCancelledByTheAbortBeforeItFailsIsNoFailure() throws Exception {
    run(() -> {
      LoopFuture<String> fails = loop.createFuture();
      Task<?> parent = createTask(() -> taskGroup(group -> {
        group.createTask(fails);
        sleep(LONG);
      }));
      settle();
      parent.cancel();
      assertFalse(fails.done());
      sleep(Duration.ZERO);
      assertTrue(fails.cancelled());
      assertThrows(CancellationException.class, parent::await);
    });
  }

  @Test
  void aCancellationSwallowedInTheBodyIsDeliveredAgainAfterFailures() throws Exception {
    run(() -> {
      List<Integer> counts = new ArrayList<>();
      Task<String> parent = parentOf(
          group -> {
            swallow();
            group.createTask(() -> raise(failure));
            sleep(LONG);
          },
          counts);
      settle();
      parent.cancel();
      assertEquals("cancelled", parent.await());
      assertEquals(List.of(1), counts);
    });
  }

  @Test
  void aCancellationSwallowedInTheBodyDoesNotDisturbAGroupThatDoesNotFail() throws Exception {
    run(() -> {
      List<Integer> counts = new ArrayList<>();
      Task<String> parent = parentOf(
          group -> {
            group.createTask(() -> sleep(Duration.ofMillis(1)));
            swallow();
          },
          counts);
      sleep(Duration.ZERO);
      parent.cancel();
      assertEquals("no failure", parent.await());
    });
  }

  // Within each other, and with time limits

  @Test
  void aGroupsFailureIsAFailureOfTheGroupAroundIt() throws Exception {
    run(() -> {
      List<Throwable> failures = failuresOf(outer -> {
        outer.createTask(this::sleepAndClean);
        taskGroup(inner -> {
          inner.createTask(() -> raise(failure));
          sleep(LONG);
        });
      });
      ExceptionGroup inner = assertInstanceOf(ExceptionGroup.class, failures.get(0));
      assertEquals(List.of(failure), inner.exceptions());
      assertEquals(List.of("clean"), ran);
      sleep(Duration.ZERO);
    });
  }

  @Test
  void anOuterFailureEndsTheInnerGroup() throws Exception {
    run(() -> {
      assertEquals(List.of(failure), failuresOf(outer -> {
        outer.createTask(() -> raise(failure));
        taskGroup(inner -> {
          inner.createTask(this::sleepAndClean);
          sleep(LONG);
        });
      }));
      assertEquals(List.of("clean"), ran);
      sleep(Duration.ZERO);
    });
  }

  @Test
  void groupsThatFailTogetherAreBothToldAndNoCancellationIsLeft() throws Exception {
    IOException inners = new IOException("the inner's");
    run(() -> {
      LoopFuture<String> go = loop.createFuture();
      List<Throwable> failures = failuresOf(outer -> {
        outer.createTask(() -> {
          go.await();
          raise(failure);
        });
        taskGroup(inner -> {
          inner.createTask(() -> {
            go.await();
            raise(inners);
          });
          loop.callSoon(() -> loop.callSoon(() -> go.setResult("go")));
          sleep(LONG);
        });
      });
      assertSame(failure, failures.get(0));
      assertEquals(
          List.of(inners),
          assertInstanceOf(ExceptionGroup.class, failures.get(1)).exceptions());
      sleep(Duration.ZERO);
    });
  }

  @Test
  void aTimeLimitAroundAGroupEndsItsTasks() throws Exception {
    run(() -> {
      assertThrows(
          TimeoutException.class,
          () -> timeout(Duration.ofMillis(1))
              .run(() -> taskGroup(group -> {
                group.createTask(this::sleepAndClean);
              })));
      assertEquals(List.of("clean"), ran);
      sleep(Duration.ZERO);
    });
  }

  @Test
  void aFailureAndATimeLimitInOneIterationAreTheFailureAndNoCancellationIsLeft() throws Exception {
    run(() -> {
      LoopFuture<String> fails = loop.createFuture();
      loop.callSoon(() -> loop.callSoon(() -> fails.setException(failure)));
      ExceptionGroup thrown = assertThrows(
          ExceptionGroup.class,
          () -> timeout(null).run(() -> {
            Timeout limit = timeout(null);
            limit.run(() -> taskGroup(group -> {
              group.createTask(fails);
              fails.addDoneCallback(done -> loop.callSoon(() -> limit.reschedule(Duration.ZERO)));
              sleep(LONG);
            }));
          }));
      assertEquals(List.of(failure), thrown.exceptions());
      sleep(Duration.ZERO);
    });
  }
}
