// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.AwaitableAction;
import dev.culebra.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;

/**
 * Gives the contracts of locks, events, conditions, semaphores, barriers and queues what they share.
 *
 * <p>How many wait for an object is told by its description, as asyncio's {@code repr} does. These tests
 * count iterations: a wake-up takes exactly one.
 */
abstract class SyncOnLoop extends OnLoop {

  static final Duration TICK = Duration.ZERO;

  /** What has happened, in order. */
  final List<String> ran = new ArrayList<>();

  /** Makes a task that notes its end: its name, or its name and {@code cancelled}. */
  final Task<@Nullable Void> start(String name, AwaitableAction body) {
    return createTask(() -> {
      try {
        body.await();
        ran.add(name);
      } catch (CancellationException e) {
        ran.add(name + " cancelled");
        throw e;
      }
    });
  }

  /** Makes a task as {@link #start} does, and lets it run to where it first waits. */
  final Task<@Nullable Void> parked(String name, AwaitableAction body) {
    Task<@Nullable Void> task = start(name, body);
    sleep(TICK);
    assertFalse(task.done(), () -> name + " should wait");
    return task;
  }

  /** Lets the loop make some iterations. */
  static void ticks(int count) {
    for (int i = 0; i < count; i++) {
      sleep(TICK);
    }
  }

  /** What has happened so far, which is forgotten. */
  final List<String> taken() {
    List<String> taken = List.copyOf(ran);
    ran.clear();
    return taken;
  }

  final void assertRan(String... events) {
    assertEquals(List.of(events), taken());
  }

  /** In a task: awaits the end of one that is cancelled, and sees that it is. */
  static void assertCancelled(Task<?> task) {
    assertThrows(CancellationException.class, task::await);
    assertTrue(task.cancelled(), task::toString);
  }

  /** Refused as the caller's mistake: an exception of just this type, whose message has this in it. */
  static <X extends RuntimeException> void assertRefused(
      Class<X> type, String partOfMessage, Executable call) {
    X refusal = assertThrows(type, call);
    assertEquals(type, refusal.getClass());
    String message = String.valueOf(refusal.getMessage());
    assertTrue(message.contains(partOfMessage), message);
  }
}
