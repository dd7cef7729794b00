// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culebra.AwaitableAction;
import dev.culebra.EventLoop;
import dev.culebra.Handle;

/** Counts a loop's iterations, so that a wait can be shown to take as many as in asyncio. */
final class Ticks {

  private final EventLoop loop;
  private int count;
  private Handle next;

  private Ticks(EventLoop loop) {
    this.loop = loop;
    this.next = loop.callSoon(this::tick);
    count = 1;
  }

  private void tick() {
    count++;
    next = loop.callSoon(this::tick);
  }

  /** In a task: how many iterations a body has a share in, its first included, however it ends. */
  static int of(EventLoop loop, AwaitableAction body) {
    Ticks ticks = new Ticks(loop);
    try {
      body.await();
    } catch (Exception e) {
      return ticks.stop();
    }
    return ticks.stop();
  }

  private int stop() {
    next.cancel();
    return count;
  }

  /** In a task: fails unless a body takes so many iterations, which is how many asyncio's takes. */
  static void assertTakes(int expected, EventLoop loop, AwaitableAction body) {
    assertEquals(expected, of(loop, body), "iterations");
  }
}
