// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.timers;

import dev.culebra.EventLoop;
import dev.culebra.LoopPolicy;
import dev.culebra.TimerHandle;
import java.time.Duration;

/** Culebra's {@code callLater}. */
final class LoopTimers implements Timers {

  private final EventLoop loop;
  private final TimerHandle[] handles;

  @SuppressWarnings("UnusedVariable") // written, so that the action does something
  private int expired;

  private final Runnable action = this::expired;

  LoopTimers(String backend, int slots) {
    loop = LoopPolicy.forBackend(backend).newEventLoop();
    handles = new TimerHandle[slots];
  }

  private void expired() {
    expired++;
  }

  @Override
  public void schedule(int slot, Delay delay) {
    handles[slot] = loop.callLater(delay.duration(), action);
  }

  @Override
  public void cancel(int slot) {
    handles[slot].cancel();
  }

  @Override
  public void run(int times, Runnable step) {
    loop.callSoon(new Runnable() {

      private int left = times;

      @Override
      public void run() {
        step.run();
        if (--left > 0) {
          loop.callSoon(this);
        } else {
          loop.stop();
        }
      }
    });
    loop.runForever();
  }

  /** Timers expire in the order of their deadlines, so the last one stops the loop. */
  @Override
  public void expire(int count) {
    for (int i = 0; i < count; i++) {
      loop.callLater(Duration.ZERO, action);
    }
    loop.callLater(Duration.ZERO, loop::stop);
    loop.runForever();
  }

  @Override
  public void close() {
    loop.close();
  }
}
