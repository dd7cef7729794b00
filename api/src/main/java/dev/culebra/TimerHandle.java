// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import dev.culebra.spi.LoopThread;
import java.time.Duration;

/** Stands for a callback that the loop will run at a set time (asyncio's TimerHandle). */
@LoopThread
public interface TimerHandle extends Handle {

  /**
   * When the callback is due, on the clock of {@link EventLoop#time}.
   *
   * @return the time since the clock's origin
   */
  Duration when();
}
